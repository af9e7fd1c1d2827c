package org.narwhaldb.engine.expression;

import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The arithmetic of one date or timestamp value, chosen once per unit and type. Units as PostgreSQL defines them, but
/// for DOW, which counts 1 to 7 from Sunday.
final class DateFields {
    private DateFields() {}

    static LongUnaryOperator extract(DateUnit unit, Ticks ticks) {
        long perSecond = ticks.perSecond();
        if (unit == DateUnit.EPOCH) {
            return ticks.isDays() ? day -> day * 86_400 : value -> Math.floorDiv(value, perSecond);
        }
        if (unit.micros() > 0 && unit.compareTo(DateUnit.DAY) < 0) {
            return extractTime(unit, ticks);
        }
        LongUnaryOperator ofDay = extractDate(unit);
        return ticks.isDays() ? ofDay : value -> ofDay.applyAsLong(Math.floorDiv(value, ticks.perDay()));
    }

    private static LongUnaryOperator extractTime(DateUnit unit, Ticks ticks) {
        if (ticks.isDays()) {
            return _ -> 0;
        }
        long perSecond = ticks.perSecond();
        return switch (unit) {
            // both count the seconds of the minute too
            case MICROSECOND -> value -> Math.floorMod(value, perSecond * 60) / ticks.perMicro();
            case MILLISECOND -> value -> Math.floorMod(value, perSecond * 60) / (ticks.perMicro() * 1_000);
            case SECOND -> value -> Math.floorMod(value, perSecond * 60) / perSecond;
            case MINUTE -> value -> Math.floorMod(value, perSecond * 3_600) / (perSecond * 60);
            default -> value -> Math.floorMod(value, ticks.perDay()) / (perSecond * 3_600);
        };
    }

    private static LongUnaryOperator extractDate(DateUnit unit) {
        return switch (unit) {
            case DAY -> day -> Civil.day(Civil.civil(day));
            case WEEK -> Civil::isoWeek;
            case MONTH -> day -> Civil.month(Civil.civil(day));
            case QUARTER -> day -> (Civil.month(Civil.civil(day)) + 2) / 3;
            case YEAR -> day -> Civil.year(Civil.civil(day));
            case DECADE -> day -> Math.floorDiv(Civil.year(Civil.civil(day)), 10L);
            case CENTURY -> day -> period(Civil.year(Civil.civil(day)), 100);
            case MILLENNIUM -> day -> period(Civil.year(Civil.civil(day)), 1_000);
            case DOW -> day -> Civil.isoDayOfWeek(day) % 7 + 1;
            case ISODOW -> Civil::isoDayOfWeek;
            case DOY -> Civil::dayOfYear;
            case ISOYEAR -> Civil::isoYear;
            case MICROSECOND, MILLISECOND, SECOND, MINUTE, HOUR, EPOCH ->
                    throw new IllegalArgumentException(unit + " is no part of a date");
        };
    }

    private static NarwhalException notPossible(ScalarFunction function, DateUnit unit) {
        return NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                "%s: [%s] is no unit of time; use MICROSECOND to MILLENNIUM", function, unit);
    }

    /// The first century is the years 1 to 100; there is no century 0.
    private static long period(long year, long years) {
        return year > 0 ? (year + years - 1) / years : -((years - year) / years);
    }

    /// The operators throw ArithmeticException on overflow.
    static LongUnaryOperator truncate(DateUnit unit, Ticks ticks) {
        int months = unit.months();
        if (months == 0 && unit.micros() == 0) {
            throw notPossible(ScalarFunction.DATE_TRUNC, unit);
        }
        if (ticks.isDays()) {
            return months > 0 ? day -> truncateToMonths(day, months)
                    : unit == DateUnit.WEEK ? day -> day - (Civil.isoDayOfWeek(day) - 1) : day -> day;
        }
        if (months > 0) {
            return value -> Math.multiplyExact(
                    truncateToMonths(Math.floorDiv(value, ticks.perDay()), months), ticks.perDay());
        }
        if (unit == DateUnit.WEEK) {
            return value -> {
                long day = Math.floorDiv(value, ticks.perDay());
                return Math.multiplyExact(day - (Civil.isoDayOfWeek(day) - 1), ticks.perDay());
            };
        }
        long step = unit.micros() * ticks.perMicro();
        return value -> Math.subtractExact(value, Math.floorMod(value, step));
    }

    private static long truncateToMonths(long day, int months) {
        long civil = Civil.civil(day);
        if (months > 120) {
            // centuries and millennia begin with the year 1
            long years = months / 12;
            return Civil.days(Math.floorDiv(Civil.year(civil) - 1, years) * years + 1, 1, 1);
        }
        long month = monthNumber(civil);
        long first = month - Math.floorMod(month, (long) months);
        return Civil.days(Math.floorDiv(first, 12L), Math.floorMod(first, 12) + 1, 1);
    }

    /// @throws ArithmeticException on overflow
    static long addMonths(long day, long months) {
        long civil = Civil.civil(day);
        long month = Math.addExact(monthNumber(civil), months);
        long year = Math.floorDiv(month, 12L);
        if (Math.abs(year) > Integer.MAX_VALUE) {
            throw new ArithmeticException("year " + year);
        }
        int monthOfYear = Math.floorMod(month, 12) + 1;
        return Civil.days(year, monthOfYear, Math.min(Civil.day(civil), Civil.daysInMonth(year, monthOfYear)));
    }

    private static long monthNumber(long civil) {
        return Civil.year(civil) * 12 + Civil.month(civil) - 1;
    }

    /// Whole boundaries crossed between dates, whole units elapsed between timestamps.
    ///
    /// The operators throw ArithmeticException on overflow.
    static LongBinaryOperator difference(DateUnit unit, Ticks ticks) {
        int months = unit.months();
        if (months == 0 && unit.micros() == 0) {
            throw notPossible(ScalarFunction.TIMESTAMP_DIFF, unit);
        }
        if (ticks.isDays()) {
            return dateDifference(unit, months);
        }
        if (months > 0) {
            return (from, to) -> monthsElapsed(from, to, ticks) / months;
        }
        long step = unit.micros() * ticks.perMicro();
        return (from, to) -> Math.subtractExact(to, from) / step;
    }

    private static LongBinaryOperator dateDifference(DateUnit unit, int months) {
        if (months > 0) {
            LongUnaryOperator number = months > 120
                    ? day -> Math.floorDiv(Civil.year(Civil.civil(day)) - 1, months / 12L)
                    : day -> Math.floorDiv(monthNumber(Civil.civil(day)), (long) months);
            return (from, to) -> number.applyAsLong(to) - number.applyAsLong(from);
        }
        return switch (unit) {
            case DAY -> (from, to) -> to - from;
            case WEEK -> (from, to) -> Math.floorDiv(to + 3, 7L) - Math.floorDiv(from + 3, 7L);
            default -> {
                long perDay = DateUnit.DAY.micros() / unit.micros();
                yield (from, to) -> Math.multiplyExact(to - from, perDay);
            }
        };
    }

    /// The most months that [#addMonths] can go from `from` toward `to` without passing it.
    private static long monthsElapsed(long from, long to, Ticks ticks) {
        long day = ticks.day(to);
        long months = monthNumber(Civil.civil(day)) - monthNumber(Civil.civil(ticks.day(from)));
        int order = Long.compare(addMonths(ticks.day(from), months), day);
        if (order == 0) {
            order = Long.compare(ticks.inDay(from), ticks.inDay(to));
        }
        if (months > 0 && order > 0) {
            return months - 1;
        }
        return months < 0 && order < 0 ? months + 1 : months;
    }
}
