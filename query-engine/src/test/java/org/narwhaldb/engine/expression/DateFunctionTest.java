package org.narwhaldb.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.narwhaldb.engine.expression.Plans.assertFails;
import static org.narwhaldb.engine.expression.Plans.call;
import static org.narwhaldb.engine.expression.Plans.date;
import static org.narwhaldb.engine.expression.Plans.ints;
import static org.narwhaldb.engine.expression.Plans.longs;
import static org.narwhaldb.engine.expression.Plans.micros;
import static org.narwhaldb.engine.expression.Plans.text;
import static org.narwhaldb.engine.expression.Plans.timestamp;
import static org.narwhaldb.engine.expression.Plans.value;
import static org.narwhaldb.engine.plan.ScalarFunction.ADD_MICROS;
import static org.narwhaldb.engine.plan.ScalarFunction.ADD_MONTHS;
import static org.narwhaldb.engine.plan.ScalarFunction.DATE_TRUNC;
import static org.narwhaldb.engine.plan.ScalarFunction.EXTRACT;
import static org.narwhaldb.engine.plan.ScalarFunction.TIMESTAMP_DIFF;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;

class DateFunctionTest {
    private static final Map<String, Function<LocalDateTime, Long>> FIELDS = Map.ofEntries(
            Map.entry("MICROSECOND", t -> t.getSecond() * 1_000_000L + t.getNano() / 1_000),
            Map.entry("MILLISECOND", t -> t.getSecond() * 1_000L + t.getNano() / 1_000_000),
            Map.entry("SECOND", t -> (long) t.getSecond()),
            Map.entry("MINUTE", t -> (long) t.getMinute()),
            Map.entry("HOUR", t -> (long) t.getHour()),
            Map.entry("DAY", t -> (long) t.getDayOfMonth()),
            Map.entry("WEEK", t -> (long) t.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR)),
            Map.entry("MONTH", t -> (long) t.getMonthValue()),
            Map.entry("QUARTER", t -> (long) t.get(IsoFields.QUARTER_OF_YEAR)),
            Map.entry("YEAR", t -> (long) t.getYear()),
            Map.entry("DOW", t -> (long) t.getDayOfWeek().getValue() % 7 + 1),
            Map.entry("ISODOW", t -> (long) t.getDayOfWeek().getValue()),
            Map.entry("DOY", t -> (long) t.getDayOfYear()),
            Map.entry("EPOCH", t -> t.toEpochSecond(ZoneOffset.UTC)),
            Map.entry("DECADE", t -> (long) Math.floorDiv(t.getYear(), 10)),
            Map.entry("CENTURY", t -> (t.getYear() + 99L) / 100),
            Map.entry("MILLENNIUM", t -> (t.getYear() + 999L) / 1_000),
            Map.entry("ISOYEAR", t -> (long) t.get(IsoFields.WEEK_BASED_YEAR)));

    private static final Map<String, Function<LocalDateTime, LocalDateTime>> FLOORS = Map.of(
            "MICROSECOND", t -> t,
            "MILLISECOND", t -> t.truncatedTo(ChronoUnit.MILLIS),
            "SECOND", t -> t.truncatedTo(ChronoUnit.SECONDS),
            "MINUTE", t -> t.truncatedTo(ChronoUnit.MINUTES),
            "HOUR", t -> t.truncatedTo(ChronoUnit.HOURS),
            "DAY", t -> t.truncatedTo(ChronoUnit.DAYS),
            "WEEK", t -> t.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).truncatedTo(ChronoUnit.DAYS),
            "MONTH", t -> t.withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS),
            "QUARTER", t -> t.withDayOfMonth(1).withMonth((t.getMonthValue() - 1) / 3 * 3 + 1)
                    .truncatedTo(ChronoUnit.DAYS),
            "YEAR", t -> t.withDayOfYear(1).truncatedTo(ChronoUnit.DAYS));

    private static LocalDateTime time(Random random) {
        return LocalDateTime.ofEpochSecond(random.nextLong(-62_000_000_000L, 100_000_000_000L),
                random.nextInt(1_000_000) * 1_000, ZoneOffset.UTC);
    }

    private static Object extract(String unit, Expression source) {
        return value(call(EXTRACT, ColumnType.LONG, text(unit), source));
    }

    private static Literal time(long value) {
        return new Literal(value, ColumnType.TIMESTAMP);
    }

    @Test
    void every_field_is_what_java_time_says() {
        Seed seed = Seed.next();
        Random random = seed.random();
        for (int i = 0; i < 1_500; i++) {
            LocalDateTime time = time(random);
            LocalDateTime midnight = time.truncatedTo(ChronoUnit.DAYS);
            FIELDS.forEach((unit, field) -> {
                assertThat(extract(unit, time(micros(time)))).as("%s of %s, %s", unit, time, seed)
                        .isEqualTo(field.apply(time));
                assertThat(extract(unit, new Literal(midnight.toLocalDate().toEpochDay(), ColumnType.DATE)))
                        .as("%s of date %s, %s", unit, midnight, seed).isEqualTo(field.apply(midnight));
            });
        }
    }

    @Test
    void nanosecond_timestamps_have_the_same_fields() {
        LocalDateTime time = LocalDateTime.parse("1969-03-05T23:58:57.123456789");
        long nanos = time.toEpochSecond(ZoneOffset.UTC) * 1_000_000_000 + time.getNano();
        FIELDS.forEach((unit, field) -> assertThat(extract(unit, new Literal(nanos, ColumnType.TIMESTAMP_NS)))
                .as(unit).isEqualTo(field.apply(time)));
    }

    @Test
    void years_before_christ_are_counted_astronomically() {
        long day = LocalDate.of(0, 3, 1).toEpochDay();
        assertThat(extract("YEAR", new Literal(day, ColumnType.DATE))).isEqualTo(0L);
        assertThat(extract("CENTURY", new Literal(day, ColumnType.DATE))).isEqualTo(-1L);
        assertThat(extract("YEAR", new Literal(day - 1_000_000, ColumnType.DATE)))
                .isEqualTo((long) LocalDate.ofEpochDay(day - 1_000_000).getYear());
    }

    @Test
    void seconds_have_a_fraction_where_the_type_can_hold_it() {
        Literal time = time(-1_500_000);
        assertThat(value(call(EXTRACT, ColumnType.DOUBLE, text("EPOCH"), time))).isEqualTo(-1.5);
        assertThat(value(call(EXTRACT, ColumnType.decimal(10, 3), text("SECOND"), time)))
                .isEqualTo(new BigDecimal("58.500"));
    }

    @Test
    void truncation_is_what_java_time_says() {
        Seed seed = Seed.next();
        Random random = seed.random();
        for (int i = 0; i < 1_500; i++) {
            LocalDateTime time = time(random);
            FLOORS.forEach((unit, floor) -> {
                assertThat(value(call(DATE_TRUNC, ColumnType.TIMESTAMP, text(unit), time(micros(time)))))
                        .as("%s of %s, %s", unit, time, seed).isEqualTo(micros(floor.apply(time)));
                Literal date = new Literal(time.toLocalDate().toEpochDay(), ColumnType.DATE);
                LocalDateTime midnight = time.truncatedTo(ChronoUnit.DAYS);
                assertThat(value(call(DATE_TRUNC, ColumnType.DATE, text(unit), date)))
                        .as("%s of date %s, %s", unit, midnight, seed)
                        .isEqualTo(floor.apply(midnight).toLocalDate().toEpochDay());
            });
        }
    }

    @Test
    void months_are_added_with_the_end_of_month_clipped() {
        Seed seed = Seed.next();
        Random random = seed.random();
        for (int i = 0; i < 1_500; i++) {
            LocalDateTime time = time(random);
            int months = random.nextInt(-500, 500);
            assertThat(value(call(ADD_MONTHS, ColumnType.TIMESTAMP, time(micros(time)), ints(months))))
                    .as("%s %d %s", time, months, seed).isEqualTo(micros(time.plusMonths(months)));
            assertThat(value(call(ADD_MONTHS, ColumnType.DATE, date(time.toLocalDate().toString()), ints(months))))
                    .as("%s %d %s", time, months, seed).isEqualTo(time.toLocalDate().plusMonths(months).toEpochDay());
        }
        assertThat(value(call(ADD_MONTHS, ColumnType.DATE, date("2024-01-31"), ints(1))))
                .isEqualTo(LocalDate.of(2024, 2, 29).toEpochDay());
        assertFails(ErrorCode.DATETIME_OUT_OF_RANGE, "ADD_MONTHS",
                call(ADD_MONTHS, ColumnType.DATE, date("2024-01-31"), longs(Long.MAX_VALUE)));
    }

    @Test
    void a_date_plus_days_stays_a_date_and_a_date_plus_hours_becomes_a_timestamp() {
        long day = 86_400_000_000L;
        assertThat(value(call(ADD_MICROS, ColumnType.DATE, date("1998-12-01"), longs(-90 * day))))
                .isEqualTo(LocalDate.of(1998, 9, 2).toEpochDay());
        assertThat(value(call(ADD_MICROS, ColumnType.TIMESTAMP, date("1970-01-02"), longs(5)))).isEqualTo(day + 5);
        assertThat(value(call(ADD_MICROS, ColumnType.TIMESTAMP, timestamp("2024-01-01T00:00:00"), longs(-1))))
                .isEqualTo(micros(LocalDateTime.parse("2023-12-31T23:59:59.999999")));
        assertThat(value(call(ADD_MICROS, ColumnType.TIME, new Literal(1L, ColumnType.TIME), longs(-2))))
                .isEqualTo(day - 1);
        assertFails(ErrorCode.DATETIME_OUT_OF_RANGE, "ADD_MICROS",
                call(ADD_MICROS, ColumnType.TIMESTAMP, time(Long.MAX_VALUE), longs(1)));
    }

    @Test
    void whole_units_between_timestamps_are_what_java_time_says() {
        Seed seed = Seed.next();
        Random random = seed.random();
        Map<String, ChronoUnit> units = Map.of("MICROSECOND", ChronoUnit.MICROS, "SECOND", ChronoUnit.SECONDS,
                "MINUTE", ChronoUnit.MINUTES, "HOUR", ChronoUnit.HOURS, "DAY", ChronoUnit.DAYS, "WEEK",
                        ChronoUnit.WEEKS);
        for (int i = 0; i < 1_500; i++) {
            LocalDateTime from = time(random);
            LocalDateTime to = random.nextBoolean() ? time(random) : from.plusMonths(random.nextInt(-20, 20));
            String what = "from %s to %s, %s".formatted(from, to, seed);
            units.forEach((name, unit) ->
                    assertThat(difference(name, from, to)).as("%s %s", name, what).isEqualTo(unit.between(from, to)));
            long months = difference("MONTH", from, to);
            int direction = to.isBefore(from) ? -1 : 1;
            assertThat(from.plusMonths(months).compareTo(to) * direction).as(what).isLessThanOrEqualTo(0);
            assertThat(from.plusMonths(months + direction).compareTo(to) * direction).as(what).isPositive();
            assertThat(difference("YEAR", from, to)).as(what).isEqualTo(months / 12);
        }
    }

    private static long difference(String unit, LocalDateTime from, LocalDateTime to) {
        Expression difference = call(
                TIMESTAMP_DIFF, ColumnType.LONG, text(unit), time(micros(from)), time(micros(to)));
        return (Long) value(difference);
    }

    @ParameterizedTest
    @CsvSource({
        "DAY, 2024-02-28, 2024-03-01, 2", "MONTH, 2024-01-31, 2024-02-01, 1", "YEAR, 2023-12-31, 2024-01-01, 1",
        "QUARTER, 2024-03-31, 2024-04-01, 1", "WEEK, 2024-03-03, 2024-03-04, 1", "WEEK, 2024-03-04, 2024-03-10, 0",
        "MONTH, 2024-02-01, 2024-01-31, -1", "HOUR, 2024-01-01, 2024-01-02, 24"
    })
    void boundaries_between_dates_are_counted(String unit, String from, String to, long expected) {
        assertThat(value(call(TIMESTAMP_DIFF, ColumnType.LONG, text(unit), date(from), date(to)))).isEqualTo(expected);
    }

    @Test
    void an_unknown_unit_is_an_invalid_parameter() {
        assertFails(ErrorCode.INVALID_PARAMETER, "FORTNIGHT",
                call(EXTRACT, ColumnType.LONG, text("FORTNIGHT"), time(0)));
        assertFails(ErrorCode.INVALID_PARAMETER, "DOW", call(DATE_TRUNC, ColumnType.TIMESTAMP, text("DOW"), time(0)));
        assertFails(ErrorCode.TYPE_MISMATCH, "STRING",
                call(EXTRACT, ColumnType.LONG, text("YEAR"), text("2024-01-01")));
        Expression edge = new Literal(Long.MIN_VALUE + 5, ColumnType.TIMESTAMP_NS);
        assertFails(ErrorCode.DATETIME_OUT_OF_RANGE, "DATE_TRUNC",
                call(DATE_TRUNC, ColumnType.TIMESTAMP_NS, text("YEAR"), edge));
    }
}
