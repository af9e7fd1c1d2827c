package org.narwhaldb.flight.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

final class PartAttemptsTest {
    private static final NarwhalException GONE = new NarwhalException(ErrorCode.SERVER_UNREACHABLE, "gone");

    private final PartAttempts attempts = new PartAttempts("table [t]");
    private Instant now = Instant.EPOCH;

    @Test
    void thePreferredHolderComesFirstThenTheOthers() {
        assertThat(attempts.next(now, List.of("a", "b"), List.of())).isEqualTo(new PartAttempts.Decision.Try("a", 0, false));
        attempts.failed("a", GONE, now);
        assertThat(attempts.next(now, List.of("a", "b"), List.of())).isEqualTo(new PartAttempts.Decision.Try("b", 1, false));
    }

    @Test
    void aHolderIsTriedAgainOnlyAfterAPause() {
        attempts.next(now, List.of("a"), List.of());
        attempts.failed("a", GONE, now);
        assertThat(attempts.next(now, List.of("a"), List.of())).isInstanceOf(PartAttempts.Decision.Wait.class);
        now = now.plus(PartAttempts.PAUSE);
        assertThat(attempts.next(now, List.of("a"), List.of())).isEqualTo(new PartAttempts.Decision.Try("a", 1, false));
    }

    @Test
    void withoutHoldersItWaitsThenLoadsOnDemandThenGivesUp() {
        assertThat(attempts.next(now, List.of(), List.of("x"))).isInstanceOf(PartAttempts.Decision.Wait.class);
        now = now.plus(PartAttempts.PATIENCE);
        assertThat(attempts.next(now, List.of(), List.of("x"))).isEqualTo(new PartAttempts.Decision.Try("x", 0, true));
        assertThat(attempts.next(now, List.of(), List.of())).isInstanceOfSatisfying(PartAttempts.Decision.GiveUp.class,
                giveUp -> assertThat(giveUp.reason().code()).isEqualTo(ErrorCode.SHARD_UNAVAILABLE));
    }

    @Test
    void itEndsWhateverHappens() {
        int tries = 0;
        for (int step = 0; step < 10_000; step++) {
            switch (attempts.next(now, List.of("a", "b"), List.of("a", "b"))) {
                case PartAttempts.Decision.Try attempt -> {
                    assertThat(attempt.attempt()).isEqualTo(tries++);
                    attempts.failed(attempt.server(), GONE, now);
                }
                case PartAttempts.Decision.Wait wait -> now = now.plus(wait.pause());
                case PartAttempts.Decision.GiveUp giveUp -> {
                    assertThat(giveUp.reason()).hasMessageContaining("table [t]").hasMessageContaining("gone");
                    assertThat(tries).isEqualTo(PartAttempts.ATTEMPTS_MAX);
                    return;
                }
            }
        }
        throw new AssertionError("It goes on for ever");
    }

    @Test
    void onlyWhatComesFromAServersStateIsTriedElsewhere() {
        assertThat(FragmentRequest.retryable(GONE)).isTrue();
        assertThat(FragmentRequest.retryable(new NarwhalException(ErrorCode.PAIR_NOT_HELD, ""))).isTrue();
        assertThat(FragmentRequest.retryable(new NarwhalException(ErrorCode.DIVISION_BY_ZERO, ""))).isFalse();
        assertThat(FragmentRequest.retryable(new NarwhalException(ErrorCode.QUERY_MEMORY_EXCEEDED, ""))).isFalse();
        assertThat(FragmentRequest.retryable(new NarwhalException(ErrorCode.QUERY_TIMEOUT, ""))).isFalse();
    }
}
