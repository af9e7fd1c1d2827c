package org.narwhaldb.flight.version;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class WakefulnessTest {
    private Instant now = Instant.EPOCH;
    private final Wakefulness wakefulness = new Wakefulness(now);

    private boolean pulseAfterMillis(long millis) {
        now = now.plusMillis(millis);
        return wakefulness.pulse(now);
    }

    @Test
    void atTheStartNothingIsKnown() {
        assertThat(wakefulness.isConfirmed()).isFalse();
        wakefulness.confirmed(wakefulness.pauses());
        assertThat(wakefulness.isConfirmed()).isTrue();
    }

    @Test
    void aProcessThatRunsStaysConfirmed() {
        wakefulness.confirmed(wakefulness.pauses());
        for (int pulse = 0; pulse < 1_000; pulse++) {
            assertThat(pulseAfterMillis(Wakefulness.GAP.toMillis())).isFalse();
            assertThat(wakefulness.heard(now)).isFalse();
        }
        assertThat(wakefulness.isConfirmed()).isTrue();
    }

    @Test
    void aProcessThatHearsOfNobodyIsCutOffUntilItHasReadAgain() {
        wakefulness.confirmed(wakefulness.pauses());
        int pauses = 0;
        for (int pulse = 0; pulse < 20; pulse++) {
            pauses += pulseAfterMillis(500) ? 1 : 0;
        }
        assertThat(pauses).as("one for each time without a word").isEqualTo(4);

        wakefulness.heard(now);

        assertThat(wakefulness.isConfirmed()).as("hearing of somebody says nothing of what was missed").isFalse();
        wakefulness.confirmed(wakefulness.pauses());
        assertThat(wakefulness.isConfirmed()).isTrue();
    }

    @Test
    void theWordThatEndsASilenceTellsOfIt() {
        now = now.plus(Wakefulness.GAP).plusMillis(1);
        assertThat(wakefulness.heard(now)).isTrue();
        assertThat(wakefulness.heard(now)).isFalse();
    }

    @Test
    void aReadingThatBeganBeforeThePauseConfirmsNothing() {
        long before = wakefulness.pauses();
        assertThat(pulseAfterMillis(Wakefulness.GAP.toMillis() + 1)).isTrue();
        assertThat(wakefulness.wokeAt()).isEqualTo(now);

        wakefulness.confirmed(before);
        assertThat(wakefulness.isConfirmed()).isFalse();
        wakefulness.confirmed(wakefulness.pauses());
        assertThat(wakefulness.isConfirmed()).isTrue();
    }
}
