package org.narwhaldb.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ValueOrderTest {
    private final long seed = RandomValues.seed();
    private final RandomValues values = new RandomValues(seed);

    @Test
    void ordersDoublesWithNanLastAndOneZero() {
        assertThat(ValueOrder.compare(-0.0, 0.0, ColumnType.DOUBLE)).isZero();
        assertThat(ValueOrder.compare(Double.NaN, Double.POSITIVE_INFINITY, ColumnType.DOUBLE)).isPositive();
        assertThat(ValueOrder.compare(Double.NaN, Double.NaN, ColumnType.FLOAT)).isZero();
        assertThat(ValueOrder.compare(null, Double.NaN, ColumnType.DOUBLE)).isPositive();
    }

    @Test
    void ordersTextByCodePointNotByUtf16() {
        assertThat(ValueOrder.compare(utf8("\uFFFD"), utf8("🐋"), ColumnType.STRING)).isNegative();
        assertThat(ValueOrder.compare(utf8("a"), utf8("ab"), ColumnType.STRING)).isNegative();
    }

    @Test
    void isATotalOrderOfEveryType() {
        for (int i = 0; i < 2_000; i++) {
            ColumnType type = values.type(2);
            Object a = values.valueOrNull(type);
            Object b = values.valueOrNull(type);
            Object c = values.valueOrNull(type);
            int ab = Integer.signum(ValueOrder.compare(a, b, type));
            int bc = Integer.signum(ValueOrder.compare(b, c, type));
            int ac = Integer.signum(ValueOrder.compare(a, c, type));

            assertThat(Integer.signum(ValueOrder.compare(b, a, type))).as("seed %d", seed).isEqualTo(-ab);
            assertThat(ValueOrder.compare(a, a, type)).as("seed %d", seed).isZero();
            if (ab == bc) {
                assertThat(ac).as("seed %d", seed).isEqualTo(ab);
            }
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
