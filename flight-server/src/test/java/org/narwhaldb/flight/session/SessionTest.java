package org.narwhaldb.flight.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narwhaldb.flight.query.SessionState;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

final class SessionTest {
    private static final SessionOptions.Defaults DEFAULTS = new SessionOptions.Defaults("narwhal", Duration.ofMinutes(5));

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final SignedTokens tokens = new SignedTokens(new byte[32], now::get);

    @Test
    void aTokenComesBackAsItWasUntilItExpires() {
        byte[] token = tokens.sign(new byte[] {1, 2, 3}, Duration.ofSeconds(10));
        assertThat(tokens.verify(token, "ticket")).containsExactly(1, 2, 3);

        now.set(Instant.EPOCH.plusSeconds(11));
        assertThatThrownBy(() -> tokens.verify(token, "ticket")).isInstanceOfSatisfying(NarwhalException.class,
                error -> assertThat(error.code()).isEqualTo(ErrorCode.EXPIRED_TICKET));
    }

    @Test
    void everyFlippedBitAndEveryCutIsNoticed() {
        byte[] token = tokens.sign("statement".getBytes(), Duration.ofDays(1));
        for (int bit = 0; bit < token.length * 8; bit++) {
            byte[] changed = token.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> tokens.verify(changed, "ticket")).isInstanceOf(NarwhalException.class);
        }
        for (int length = 0; length < token.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(token, length);
            assertThatThrownBy(() -> tokens.verify(cut, "ticket")).isInstanceOf(NarwhalException.class);
        }
        byte[] otherKey = new byte[32];
        otherKey[5] = 1;
        SignedTokens others = new SignedTokens(otherKey, now::get);
        assertThatThrownBy(() -> others.verify(token, "ticket")).isInstanceOfSatisfying(NarwhalException.class,
                error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_TICKET));
    }

    @Test
    void optionsBecomeTyped() {
        SessionState state = SessionOptions.NONE.with("schema", "tpch", DEFAULTS).with("timezone", "Europe/Berlin", DEFAULTS)
                .with("querytimeout", "7", DEFAULTS).with("maxrows", "10", DEFAULTS).with("floor", "main.t@ab-3", DEFAULTS).state(DEFAULTS);
        assertThat(state.schema()).isEqualTo("tpch");
        assertThat(state.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(state.timeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(state.rowsMax()).isEqualTo(10);
        assertThat(state.floors()).containsEntry(new TableName("main", "t"), new VersionId("ab", 3));
    }

    @Test
    void nobodyWaitsLongerThanTheServerAllows() {
        assertThat(SessionOptions.NONE.with("querytimeout", "99999", DEFAULTS).state(DEFAULTS).timeout()).isEqualTo(DEFAULTS.timeout());
    }

    @ParameterizedTest
    @CsvSource({"nope, 1", "catalog, other", "timezone, Mars/Olympus", "querytimeout, -1", "querytimeout, soon", "maxrows, 1.5",
        "floor, main.t"})
    void wrongOptionsAreNamed(String name, String value) {
        assertThatThrownBy(() -> SessionOptions.NONE.with(name, value, DEFAULTS)).isInstanceOfSatisfying(NarwhalException.class,
                error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_SESSION_OPTION)).hasMessageContaining(name);
    }
}
