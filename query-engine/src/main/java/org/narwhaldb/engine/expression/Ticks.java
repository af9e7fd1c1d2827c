package org.narwhaldb.engine.expression;

import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;

/// How a date or time type counts.
///
/// @param perSecond 10^6 or 10^9; 0 for DATE, which counts days
/// @param perDay counts in a day
record Ticks(long perSecond, long perDay) {
    private static final Ticks DAYS = new Ticks(0, 1);
    private static final Ticks MICROS = new Ticks(1_000_000L, 86_400_000_000L);
    private static final Ticks NANOS = new Ticks(1_000_000_000L, 86_400_000_000_000L);

    static boolean isDateOrTime(ColumnType type) {
        return type.kind() == Kind.TIME || isDateOrTimestamp(type);
    }

    static boolean isDateOrTimestamp(ColumnType type) {
        return switch (type.kind()) {
            case DATE, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS, TIMESTAMP_TZ_NS -> true;
            default -> false;
        };
    }

    /// @param type a date, time or timestamp
    static Ticks of(ColumnType type) {
        return switch (type.kind()) {
            case DATE -> DAYS;
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> NANOS;
            case TIME, TIMESTAMP, TIMESTAMP_TZ -> MICROS;
            default -> throw new IllegalArgumentException(type + " counts no time");
        };
    }

    boolean isDays() {
        return perSecond == 0;
    }

    boolean isNanos() {
        return perSecond == NANOS.perSecond;
    }

    /// Counts in a microsecond; not for DATE.
    long perMicro() {
        return perSecond / 1_000_000;
    }

    long day(long value) {
        return isDays() ? value : Math.floorDiv(value, perDay);
    }

    long inDay(long value) {
        return isDays() ? 0 : Math.floorMod(value, perDay);
    }
}
