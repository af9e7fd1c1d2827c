package org.narwhaldb.engine.expression;

import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;

/// Dates, times and timestamps as text: `YYYY-MM-DD`, `HH:MM[:SS[.fraction]]`, and both with a space or `T` between,
/// and a zone `Z`, `+HH`, `+HH:MM`, which shifts to UTC. The fraction has up to 9 digits; those finer than the type are
/// cut off. A year may have up to 6 digits and a sign.
final class TimeTexts {
    /// No such value; never a value of its own.
    static final long INVALID = Long.MIN_VALUE;
    /// Well written, but beyond the type.
    static final long OUT_OF_RANGE = Long.MIN_VALUE + 1;

    private static final int YEAR_DIGITS_MAX = 6;
    private static final int FRACTION_DIGITS_MAX = 9;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final byte[] bytes;
    private final int end;
    private int at;

    private TimeTexts(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /// @return the value, [#INVALID] or [#OUT_OF_RANGE]
    static long parse(byte[] bytes, int start, int end, ColumnType type) {
        int from = start;
        int to = end;
        while (from < to && TextParsing.isSpace(bytes[from])) {
            from++;
        }
        while (to > from && TextParsing.isSpace(bytes[to - 1])) {
            to--;
        }
        TimeTexts text = new TimeTexts(bytes, from, to);
        return type.kind() == Kind.TIME ? text.time() : text.timestamp(type);
    }

    private long time() {
        long nanos = timeOfDay();
        return nanos == INVALID || at != end ? INVALID : nanos / 1_000;
    }

    private long timestamp(ColumnType type) {
        long day = date();
        long nanos = 0;
        long offsetSeconds = 0;
        if (day != INVALID && at < end) {
            if (bytes[at] != ' ' && bytes[at] != 'T' && bytes[at] != 't') {
                return INVALID;
            }
            at++;
            nanos = timeOfDay();
            offsetSeconds = zone();
        }
        if (day == INVALID || nanos == INVALID || offsetSeconds == INVALID || at != end) {
            return INVALID;
        }
        if (type.kind() == Kind.DATE) {
            return day;
        }
        Ticks ticks = Ticks.of(type);
        try {
            long perNano = NANOS_PER_SECOND / ticks.perSecond();
            long value = Math.addExact(Math.multiplyExact(day, ticks.perDay()), nanos / perNano);
            return Math.subtractExact(value, offsetSeconds * ticks.perSecond());
        } catch (ArithmeticException _) {
            return OUT_OF_RANGE;
        }
    }

    private long date() {
        boolean negative = at < end && bytes[at] == '-';
        if (at < end && (bytes[at] == '-' || bytes[at] == '+')) {
            at++;
        }
        int yearStart = at;
        long year = number(4, YEAR_DIGITS_MAX);
        if (year == INVALID || at - yearStart < 4 || !skip('-')) {
            return INVALID;
        }
        long month = number(1, 2);
        if (month < 1 || month > 12 || !skip('-')) {
            return INVALID;
        }
        long day = number(1, 2);
        year = negative ? -year : year;
        if (day < 1 || day > Civil.daysInMonth(year, (int) month)) {
            return INVALID;
        }
        return Civil.days(year, (int) month, (int) day);
    }

    private long timeOfDay() {
        long hour = number(1, 2);
        if (hour < 0 || hour > 23 || !skip(':')) {
            return INVALID;
        }
        long minute = number(2, 2);
        long second = 0;
        long nanos = 0;
        if (minute >= 0 && at < end && bytes[at] == ':') {
            at++;
            second = number(2, 2);
            if (second >= 0 && at < end && bytes[at] == '.') {
                at++;
                int start = at;
                nanos = number(1, FRACTION_DIGITS_MAX);
                for (int digits = at - start; nanos > 0 && digits < FRACTION_DIGITS_MAX; digits++) {
                    nanos *= 10;
                }
            }
        }
        if (minute < 0 || minute > 59 || second < 0 || second > 59 || nanos < 0) {
            return INVALID;
        }
        return ((hour * 60 + minute) * 60 + second) * NANOS_PER_SECOND + nanos;
    }

    /// Seconds east of UTC; 0 if there is no zone.
    private long zone() {
        if (at < end && bytes[at] == ' ') {
            at++;
        }
        if (at == end) {
            return 0;
        }
        byte sign = bytes[at++];
        if (sign == 'Z' || sign == 'z') {
            return 0;
        }
        if (sign != '+' && sign != '-') {
            return INVALID;
        }
        long hours = number(2, 2);
        long minutes = 0;
        if (at < end && hours >= 0) {
            if (bytes[at] == ':') {
                at++;
            }
            minutes = number(2, 2);
        }
        if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
            return INVALID;
        }
        return (sign == '-' ? -60 : 60) * (hours * 60 + minutes);
    }

    private boolean skip(char expected) {
        return at < end && bytes[at++] == expected;
    }

    /// As many digits as there are, at most `most`; INVALID if fewer than `least`.
    private long number(int least, int most) {
        int start = at;
        long value = 0;
        while (at < end && at - start < most && bytes[at] >= '0' && bytes[at] <= '9') {
            value = value * 10 + bytes[at++] - '0';
        }
        return at - start < least ? INVALID : value;
    }

    static void formatDate(long day, BytesBuilder target) {
        long civil = Civil.civil(day);
        long year = Civil.year(civil);
        if (year < 0) {
            target.append((byte) '-');
        }
        appendPadded(Math.abs(year), 4, target);
        target.append((byte) '-');
        appendPadded(Civil.month(civil), 2, target);
        target.append((byte) '-');
        appendPadded(Civil.day(civil), 2, target);
    }

    /// `HH:MM:SS`, and the fraction without zeros at its end.
    static void formatTime(long inDay, Ticks ticks, BytesBuilder target) {
        long second = inDay / ticks.perSecond();
        appendPadded(second / 3_600, 2, target);
        target.append((byte) ':');
        appendPadded(second / 60 % 60, 2, target);
        target.append((byte) ':');
        appendPadded(second % 60, 2, target);
        long fraction = inDay % ticks.perSecond();
        if (fraction > 0) {
            int digits = ticks.isNanos() ? 9 : 6;
            while (fraction % 10 == 0) {
                fraction /= 10;
                digits--;
            }
            target.append((byte) '.');
            appendPadded(fraction, digits, target);
        }
    }

    private static void appendPadded(long value, int width, BytesBuilder target) {
        long unit = PowersOfTen.ofLong(width - 1);
        while (value / unit >= 10) {
            unit *= 10;
        }
        for (; unit > 0; unit /= 10) {
            target.append((byte) ('0' + value / unit % 10));
        }
    }
}
