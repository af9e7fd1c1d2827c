package org.narwhaldb.engine.expression;

/// Days since 1970-01-01 to year, month and day of the proleptic Gregorian calendar, and back, without objects. The
/// year is counted from March, so that the leap day ends it; an era is 400 years, which repeat exactly.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", section "days_from_civil" and
/// "civil_from_days".
final class Civil {
    private static final long DAYS_PER_ERA = 146_097;
    /// From 0000-03-01 to 1970-01-01.
    private static final long EPOCH_SHIFT = 719_468;

    private Civil() {}

    static long days(long year, int month, int day) {
        long shifted = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(shifted, 400L);
        long yearOfEra = shifted - era * 400;
        long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * DAYS_PER_ERA + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - EPOCH_SHIFT;
    }

    /// Year, month and day in one long, see [#year(long)], [#month], [#day].
    static long civil(long days) {
        long shifted = days + EPOCH_SHIFT;
        long era = Math.floorDiv(shifted, DAYS_PER_ERA);
        long dayOfEra = shifted - era * DAYS_PER_ERA;
        long yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long marchMonth = (5 * dayOfYear + 2) / 153;
        long day = dayOfYear - (153 * marchMonth + 2) / 5 + 1;
        long month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        return year << 16 | month << 8 | day;
    }

    static long year(long civil) {
        return civil >> 16;
    }

    static int month(long civil) {
        return (int) (civil >> 8) & 0xFF;
    }

    static int day(long civil) {
        return (int) civil & 0xFF;
    }

    static int daysInMonth(long year, int month) {
        return switch (month) {
            case 2 -> isLeap(year) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    static boolean isLeap(long year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    /// 1 = Monday to 7 = Sunday.
    static int isoDayOfWeek(long days) {
        return (int) Math.floorMod(days + 3, 7L) + 1;
    }

    static int dayOfYear(long days) {
        return (int) (days - days(year(civil(days)), 1, 1)) + 1;
    }

    /// The year that the ISO week of the day belongs to: that of its Thursday.
    static long isoYear(long days) {
        return year(civil(days - isoDayOfWeek(days) + 4));
    }

    static int isoWeek(long days) {
        long thursday = days - isoDayOfWeek(days) + 4;
        return (dayOfYear(thursday) - 1) / 7 + 1;
    }
}
