package org.narwhaldb.ingest.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.narwhaldb.ingest.Seed;
import org.narwhaldb.segment.ColumnType;

/// What is read byte by byte is what `TextValues` reads, to the bit; what that refuses is not read.
class QuickValuesTest {
    private final Seed seed = Seed.draw();
    private final SplittableRandom random = seed.random();
    private final RecordedRows rows = new RecordedRows(1);

    @Test
    void numbersAreThoseOfTheExactParsers() {
        int quick = 0;
        for (int round = 0; round < 50_000; round++) {
            quick += check(type(), text()) ? 1 : 0;
        }
        assertThat(quick).as("%s", seed).isGreaterThan(5_000);
    }

    @Test
    void theUsualFormsAreReadQuickly() {
        for (ColumnType type : List.of(ColumnType.LONG, ColumnType.INT, ColumnType.DOUBLE, ColumnType.FLOAT,
                ColumnType.decimal(12, 2))) {
            assertThat(check(type, "-1234")).as("%s", type).isTrue();
        }
        assertThat(check(ColumnType.DOUBLE, "0.1")).isTrue();
        assertThat(check(ColumnType.DOUBLE, "-0.0")).isTrue();
        assertThat(check(ColumnType.decimal(12, 2), "9999999999.99")).isTrue();
        assertThat(check(ColumnType.DATE, "2026-11-23")).isTrue();
        assertThat(check(ColumnType.TIMESTAMP, "2026-11-23 02:28:00.123456")).isTrue();
        assertThat(check(ColumnType.STRING, " é ")).isTrue();
    }

    /// Whether it was read quickly.
    private boolean check(ColumnType type, String text) {
        byte[] bytes = ("7" + text + "7").getBytes(StandardCharsets.UTF_8);
        boolean quick = QuickValues.put(type, bytes, 1, bytes.length - 1, rows, 0);
        if (quick) {
            assertThat(rows.row[0]).as("%s: [%s] as %s", seed, text, type).isEqualTo(parse(type, text));
        }
        return quick;
    }

    private static Object parse(ColumnType type, String text) {
        try {
            return RecordedRows.text(TextValues.parse(type, text));
        } catch (RowProblem e) {
            return "refused";
        }
    }

    private ColumnType type() {
        int precision = 1 + random.nextInt(18);
        return List.of(ColumnType.LONG, ColumnType.INT, ColumnType.DOUBLE, ColumnType.FLOAT,
                ColumnType.decimal(precision, random.nextInt(precision + 1))).get(random.nextInt(5));
    }

    private String text() {
        String digits = Long.toString(random.nextLong() >>> random.nextInt(64)).replace("-", "");
        int point = random.nextInt(digits.length() + 1);
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "").append(digits, 0, point)
                .append(random.nextInt(3) == 0 ? "" : ".").append(digits.substring(point));
        if (random.nextInt(10) == 0) {
            text.insert(random.nextInt(text.length() + 1), "0+-.eE x0".charAt(random.nextInt(9)));
        }
        return text.toString();
    }
}
