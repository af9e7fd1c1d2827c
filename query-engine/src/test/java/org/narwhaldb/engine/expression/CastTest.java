package org.narwhaldb.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.narwhaldb.engine.expression.Plans.assertFails;
import static org.narwhaldb.engine.expression.Plans.booleans;
import static org.narwhaldb.engine.expression.Plans.bytes;
import static org.narwhaldb.engine.expression.Plans.call;
import static org.narwhaldb.engine.expression.Plans.cast;
import static org.narwhaldb.engine.expression.Plans.date;
import static org.narwhaldb.engine.expression.Plans.decimal;
import static org.narwhaldb.engine.expression.Plans.doubles;
import static org.narwhaldb.engine.expression.Plans.longs;
import static org.narwhaldb.engine.expression.Plans.micros;
import static org.narwhaldb.engine.expression.Plans.text;
import static org.narwhaldb.engine.expression.Plans.timestamp;
import static org.narwhaldb.engine.expression.Plans.value;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;

class CastTest {
    private static final ColumnType MONEY = ColumnType.decimal(10, 2);

    @Test
    void to_integers_rounds_half_away_from_zero() {
        assertThat(value(cast(decimal("2.50", 10, 2), ColumnType.LONG))).isEqualTo(3L);
        assertThat(value(cast(decimal("-2.50", 10, 2), ColumnType.LONG))).isEqualTo(-3L);
        assertThat(value(cast(decimal("2.49", 30, 2), ColumnType.INT))).isEqualTo(2L);
        assertThat(value(cast(doubles(2.5), ColumnType.INT))).isEqualTo(3L);
        assertThat(value(cast(doubles(-2.5), ColumnType.LONG))).isEqualTo(-3L);
        assertThat(value(cast(doubles(0.49999999999999994), ColumnType.LONG))).isEqualTo(0L);
        assertThat(value(cast(booleans(true), ColumnType.INT))).isEqualTo(1L);
    }

    @Test
    void what_does_not_fit_is_out_of_range_and_names_the_value() {
        ErrorCode code = ErrorCode.NUMERIC_OUT_OF_RANGE;
        assertFails(code, "2147483648", cast(longs(2_147_483_648L), ColumnType.INT));
        assertFails(code, "9.3E18", cast(doubles(9.3e18), ColumnType.LONG));
        assertFails(code, "NaN", cast(doubles(Double.NaN), ColumnType.LONG));
        assertFails(code, "Infinity", cast(doubles(Double.POSITIVE_INFINITY), MONEY));
        assertFails(code, "123456789", cast(longs(123_456_789), MONEY));
        assertFails(code, "1.0E300", cast(doubles(1e300), ColumnType.FLOAT));
        assertFails(code, "1e400", cast(text("1e400"), ColumnType.DOUBLE));
        assertFails(code, "99999999999999999999", cast(text("99999999999999999999"), ColumnType.LONG));
    }

    @Test
    void decimals_and_doubles_convert_as_big_decimal_says() {
        Seed seed = Seed.next();
        Random random = seed.random();
        for (int i = 0; i < 3_000; i++) {
            ColumnType from = ColumnType.decimal(random.nextBoolean() ? 18 : 34, random.nextInt(10));
            Object value = new RandomValues(random).value(from);
            BigDecimal exact = ValueOrder.toDecimal(value, from);
            Expression literal = new Literal(value, from);

            assertThat(value(cast(literal, ColumnType.DOUBLE))).as("%s %s", exact, seed).isEqualTo(exact.doubleValue());
            assertThat(value(cast(literal, ColumnType.STRING))).as("%s", seed).isEqualTo(exact.toPlainString());
            assertThat(value(cast(literal, ColumnType.decimal(38, 3)))).as("%s %s", exact, seed)
                    .isEqualTo(exact.setScale(3, RoundingMode.HALF_UP));
            assertThat(value(cast(cast(literal, ColumnType.STRING), from))).as("%s", seed).isEqualTo(exact);
        }
        assertThat(value(cast(doubles(0.285), MONEY))).as("the decimal that is written")
                .isEqualTo(new BigDecimal("0.29"));
        assertThat(value(cast(doubles(1e10), ColumnType.decimal(20, 2))))
                .isEqualTo(new BigDecimal("10000000000.00"));
    }

    @ParameterizedTest
    @CsvSource({"12,12", "' -7 ',-7", "1.5,2", "-1.5,-2", "1e3,1000", "+4,4", ".5,1", "5.,5", "1e-99999,0"})
    void text_becomes_a_number(String text, long expected) {
        assertThat(value(cast(text(text), ColumnType.LONG))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x", "1x", "0x10", "1d", "1,5", "--1", "1e", "e1", ".", "1 2", "NaN", "１"})
    void text_that_is_no_number_is_an_invalid_cast_and_null_when_tried(String text) {
        for (ColumnType type : List.of(ColumnType.LONG, MONEY)) {
            assertFails(ErrorCode.INVALID_CAST, "[" + text + "]", cast(text(text), type));
            assertThat(value(call(ScalarFunction.TRY_CAST, type, text(text)))).isNull();
        }
    }

    @Test
    void text_becomes_a_double() {
        assertThat(value(cast(text("1.5e-3"), ColumnType.DOUBLE))).isEqualTo(0.0015);
        assertThat(value(cast(text(" nan"), ColumnType.DOUBLE))).isEqualTo(Double.NaN);
        assertThat(value(cast(text("-inf"), ColumnType.DOUBLE))).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(value(cast(text("0.1"), ColumnType.FLOAT))).isEqualTo((double) 0.1f);
        assertFails(ErrorCode.INVALID_CAST, "0x1p3", cast(text("0x1p3"), ColumnType.DOUBLE));
    }

    @Test
    void numbers_become_their_shortest_text() {
        assertThat(value(cast(longs(-12), ColumnType.STRING))).isEqualTo("-12");
        assertThat(value(cast(doubles(1e10), ColumnType.STRING))).isEqualTo("1.0E10");
        assertThat(value(cast(doubles(0.1), ColumnType.STRING))).isEqualTo("0.1");
        assertThat(value(cast(doubles(-0.0), ColumnType.STRING))).as("-0 equals 0").isEqualTo("0.0");
        assertThat(value(cast(cast(doubles(0.1), ColumnType.FLOAT), ColumnType.STRING))).isEqualTo("0.1");
        assertThat(value(cast(booleans(false), ColumnType.STRING))).isEqualTo("false");
    }

    @Test
    void dates_and_times_agree_with_java_time_both_ways() {
        Seed seed = Seed.next();
        Random random = seed.random();
        for (int i = 0; i < 2_000; i++) {
            long day = random.nextLong(-700_000, 2_900_000);
            String date = LocalDate.ofEpochDay(day).toString();
            assertThat(value(cast(new Literal(day, ColumnType.DATE), ColumnType.STRING))).as("%s", seed)
                    .isEqualTo(date);
            assertThat(value(cast(text(date), ColumnType.DATE))).as("%s %s", date, seed).isEqualTo(day);

            LocalDateTime time = LocalDateTime.ofEpochSecond(
                    random.nextLong(-60_000_000_000L, 200_000_000_000L), random.nextInt(1_000_000) * 1_000,
                            java.time.ZoneOffset.UTC);
            Expression literal = new Literal(micros(time), ColumnType.TIMESTAMP);
            assertThat(value(cast(text(time.toString()), ColumnType.TIMESTAMP))).as("%s %s", time, seed)
                    .isEqualTo(micros(time));
            assertThat(value(cast(cast(literal, ColumnType.STRING), ColumnType.TIMESTAMP)))
                    .as("%s %s", time, seed).isEqualTo(micros(time));
            assertThat(value(cast(literal, ColumnType.DATE))).as("%s", seed).isEqualTo(time.toLocalDate().toEpochDay());
            assertThat(value(cast(literal, ColumnType.TIME))).as("%s", seed)
                    .isEqualTo(time.toLocalTime().toNanoOfDay() / 1_000);
        }
    }

    @Test
    void timestamps_have_one_canonical_text() {
        assertThat(value(cast(timestamp("2024-02-29T12:30:00"), ColumnType.STRING))).isEqualTo("2024-02-29 12:30:00");
        assertThat(value(cast(timestamp("1969-12-31T23:59:59.5"), ColumnType.STRING)))
                .isEqualTo("1969-12-31 23:59:59.5");
        assertThat(value(cast(new Literal(1L, ColumnType.TIMESTAMP_TZ), ColumnType.STRING)))
                .isEqualTo("1970-01-01 00:00:00.000001+00");
        assertThat(value(cast(new Literal(-1L, ColumnType.TIMESTAMP_NS), ColumnType.STRING)))
                .isEqualTo("1969-12-31 23:59:59.999999999");
        assertThat(value(cast(new Literal(1_500_000L, ColumnType.TIME), ColumnType.STRING))).isEqualTo("00:00:01.5");
    }

    @ParameterizedTest
    @CsvSource({
        "2024-01-02, 2024-01-02T00:00:00", "2024-01-02 03:04, 2024-01-02T03:04:00",
        "2024-01-02T03:04:05.123456789, 2024-01-02T03:04:05.123456", "2024-01-02 03:04:05Z, 2024-01-02T03:04:05",
        "2024-01-02 03:04:05+01:30, 2024-01-02T01:34:05", "2024-01-02 03:04:05 -08, 2024-01-02T11:04:05",
        "2024-1-2 3:04:05.5, 2024-01-02T03:04:05.5"
    })
    void timestamps_are_read_in_every_usual_form(String text, String expected) {
        assertThat(value(cast(text(text), ColumnType.TIMESTAMP))).isEqualTo(micros(LocalDateTime.parse(expected)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2024", "2024-13-01", "2023-02-29", "2024-01-02 24:00:00", "2024-01-02 10", "24-01-02",
        "2024-01-02T03:04:05.", "2024-01-02 03:60:00", "2024-01-02x", "2024-01-02 03:04:05+",
                "2024-01-02 03:04:05.1234567890"})
    void a_wrong_timestamp_is_an_invalid_cast(String text) {
        assertFails(ErrorCode.INVALID_CAST, "[" + text + "]", cast(text(text), ColumnType.TIMESTAMP));
    }

    @Test
    void time_units_change_exactly_or_toward_the_past() {
        Literal nanos = new Literal(-1L, ColumnType.TIMESTAMP_NS);
        assertThat(value(cast(nanos, ColumnType.TIMESTAMP))).isEqualTo(-1L);
        assertThat(value(cast(new Literal(5L, ColumnType.TIMESTAMP), ColumnType.TIMESTAMP_NS))).isEqualTo(5_000L);
        assertThat(value(cast(date("1970-01-02"), ColumnType.TIMESTAMP))).isEqualTo(86_400_000_000L);
        assertThat(value(cast(nanos, ColumnType.DATE))).isEqualTo(-1L);
        assertFails(ErrorCode.DATETIME_OUT_OF_RANGE, "2600-01-01",
                cast(timestamp("2600-01-01T00:00:00"), ColumnType.TIMESTAMP_NS));
        assertFails(ErrorCode.DATETIME_OUT_OF_RANGE, "2600-01-01", cast(text("2600-01-01"), ColumnType.TIMESTAMP_NS));
    }

    @Test
    void uuids_and_binary_strings_bridge_to_text() {
        String uuid = "123e4567-e89b-12d3-a456-426614174000";
        assertThat(value(cast(cast(text(uuid), ColumnType.UUID), ColumnType.STRING))).isEqualTo(uuid);
        assertThat(value(cast(cast(text("{" + uuid.replace("-", "").toUpperCase() + "}"), ColumnType.UUID),
                ColumnType.STRING)))
                .isEqualTo(uuid);
        assertFails(ErrorCode.INVALID_CAST, "123e", cast(text("123e"), ColumnType.UUID));
        assertThat(value(cast(cast(text("äx"), ColumnType.BINARY), ColumnType.STRING))).isEqualTo("äx");
        assertFails(ErrorCode.INVALID_CAST, "1 bytes",
                cast(new Literal(new byte[] {(byte) 0xC3}, ColumnType.BINARY), ColumnType.STRING));
        assertFails(ErrorCode.INVALID_CAST, "FIXED(2)", cast(text("abc"), ColumnType.fixed(2)));
    }

    @Test
    void text_becomes_a_boolean() {
        assertThat(value(cast(text(" TRUE "), ColumnType.BOOLEAN))).isEqualTo(true);
        assertThat(value(cast(text("f"), ColumnType.BOOLEAN))).isEqualTo(false);
        assertThat(value(cast(longs(2), ColumnType.BOOLEAN))).isEqualTo(true);
        assertFails(ErrorCode.INVALID_CAST, "maybe", cast(text("maybe"), ColumnType.BOOLEAN));
    }

    @Test
    void nested_values_are_cast_part_by_part_and_written_out() {
        ColumnType longs = ColumnType.list(new Field(0, "element", ColumnType.LONG, true));
        ColumnType texts = ColumnType.list(new Field(0, "element", ColumnType.STRING, true));
        Literal list = new Literal(new Object[] {1L, null}, longs);
        assertThat((Object[]) value(cast(list, texts))).usingRecursiveComparison()
                .isEqualTo(new Object[] {bytes("1"), null});
        assertThat(value(cast(list, ColumnType.STRING))).isEqualTo("[1, NULL]");
        ColumnType struct = ColumnType.struct(List.of(new Field(1, "a", longs, true),
                new Field(2, "b", ColumnType.DATE, true)));
        assertThat(value(cast(new Literal(new Object[] {new Object[] {2L}, 0L}, struct), ColumnType.STRING)))
                .isEqualTo("{a: [2], b: 1970-01-01}");
        ColumnType map = ColumnType.map(new Field(1, "key", ColumnType.STRING, false),
                new Field(2, "value", ColumnType.LONG, true));
        assertThat(value(cast(new Literal(new Object[][] {{bytes("k"), 1L}}, map), ColumnType.STRING)))
                .isEqualTo("{k=1}");
    }

    @Test
    void a_cast_that_cannot_be_is_a_type_mismatch_but_null_fits_everywhere() {
        assertFails(ErrorCode.TYPE_MISMATCH, "no cast from LONG to DATE", cast(longs(1), ColumnType.DATE));
        assertThat(value(cast(longs(null), ColumnType.DATE))).isNull();
        assertThat(value(cast(text(null), MONEY))).isNull();
    }
}
