package org.narwhaldb.ingest.load;

/// The usual forms of dates and times, read digit by digit: a general formatter takes a hundred times as long. What is not
/// of these forms, or no such date, is left to the formatter, which also says what is wrong.
final class QuickTimes {
    static final long NONE = Long.MIN_VALUE;

    private static final int DATE_LENGTH = 10;
    private static final int SECONDS_LENGTH = 19;
    private static final int FRACTION_MAX = 9;
    private static final long SECONDS_PER_DAY = 86_400;
    private static final int[] DAYS_OF_MONTHS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private QuickTimes() {}

    /// Days since 1970-01-01 of a text `2026-01-31`; or [#NONE].
    static long epochDay(byte[] text, int from, int to) {
        return to - from == DATE_LENGTH ? date(text, from) : NONE;
    }

    /// Of a text `2026-01-31T12:34:56`, also with a blank for the T, with a fraction of up to nine digits and with a Z,
    /// the time since 1970 in units of which a second has `perSecond`, a power of ten; or [#NONE], also where it would
    /// lose digits.
    static long timestamp(byte[] text, int from, int to, int perSecond) {
        int length = to - from;
        if (length > SECONDS_LENGTH && text[to - 1] == 'Z') {
            length--;
        }
        if (length < SECONDS_LENGTH || length == SECONDS_LENGTH + 1 || length > SECONDS_LENGTH + 1 + FRACTION_MAX
                || text[from + 10] != 'T' && text[from + 10] != ' ' || text[from + 13] != ':' || text[from + 16] != ':') {
            return NONE;
        }
        long day = date(text, from);
        int hour = digits(text, from + 11, from + 13);
        int minute = digits(text, from + 14, from + 16);
        int second = digits(text, from + 17, from + 19);
        if (day == NONE || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
            return NONE;
        }
        long fraction = fraction(text, from + SECONDS_LENGTH, from + length, perSecond);
        return fraction < 0 ? NONE : (day * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second) * perSecond + fraction;
    }

    /// @param from of the point
    private static long fraction(byte[] text, int from, int to, int perSecond) {
        if (from == to) {
            return 0;
        }
        int digits = text[from] == '.' ? digits(text, from + 1, to) : -1;
        long fraction = digits;
        long unit = 1;
        for (int i = from + 1; i < to; i++) {
            unit *= 10;
        }
        if (unit <= perSecond) {
            return digits < 0 ? -1 : fraction * (perSecond / unit);
        }
        return digits < 0 || fraction % (unit / perSecond) != 0 ? -1 : fraction / (unit / perSecond);
    }

    /// Of the years that take four digits and that a count of nanoseconds reaches.
    private static long date(byte[] text, int from) {
        int year = digits(text, from, from + 4);
        int month = digits(text, from + 5, from + 7);
        int day = digits(text, from + 8, from + 10);
        if (year < 1700 || year > 2200 || month < 1 || month > 12 || day < 1 || text[from + 4] != '-' || text[from + 7] != '-') {
            return NONE;
        }
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        if (day > DAYS_OF_MONTHS[month - 1] + (leap && month == 2 ? 1 : 0)) {
            return NONE;
        }
        // years that begin in March: a leap day is their last (Hinnant, "chrono-Compatible Low-Level Date Algorithms")
        int shifted = month <= 2 ? year - 1 : year;
        int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return 365L * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468;
    }

    /// -1 if one is no digit.
    private static int digits(byte[] text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
