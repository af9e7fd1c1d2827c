package org.narwhaldb.ingest.build;

import java.time.LocalDate;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.store.TableSpec.SegmentTime;

/// Numbers the time buckets of a table: values of the time column in the same bucket have the same number. Proleptic
/// Gregorian calendar in UTC. Rows without a time are in a bucket of their own.
///
/// @param width never AUTO; ALL puts every row, also one without a time, into bucket 0
/// @param kind the time column's; ignored for ALL
public record TimeBuckets(SegmentTime width, ColumnType.Kind kind) {
    public static final long NO_TIME = Long.MIN_VALUE;
    public static final TimeBuckets ONE = new TimeBuckets(SegmentTime.ALL, ColumnType.Kind.DATE);

    private static final long MICROS_PER_HOUR = 3_600_000_000L;
    private static final long HOURS_PER_DAY = 24;
    private static final long MONTHS_PER_YEAR = 12;

    public TimeBuckets {
        if (width == SegmentTime.AUTO || !isTime(kind)) {
            throw new IllegalArgumentException("Time buckets of " + width + " over " + kind);
        }
    }

    public static boolean isTime(ColumnType.Kind kind) {
        return switch (kind) {
            case DATE, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS, TIMESTAMP_TZ_NS -> true;
            default -> false;
        };
    }

    public long bucketOf(long value) {
        return switch (width) {
            case HOUR -> hour(value);
            case DAY -> day(value);
            case MONTH -> month(value);
            case YEAR -> Math.floorDiv(month(value), MONTHS_PER_YEAR);
            case ALL, AUTO -> 0;
        };
    }

    /// Buckets from the one of `min` to the one of `max`, both included.
    public long count(long min, long max) {
        return bucketOf(max) - bucketOf(min) + 1;
    }

    private long hour(long value) {
        return switch (kind) {
            case DATE -> value * HOURS_PER_DAY;
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> Math.floorDiv(value, MICROS_PER_HOUR * 1_000);
            default -> Math.floorDiv(value, MICROS_PER_HOUR);
        };
    }

    /// Whether a bucket is made of whole days.
    boolean isWholeDays() {
        return width == SegmentTime.DAY || width == SegmentTime.MONTH || width == SegmentTime.YEAR;
    }

    long day(long value) {
        return kind == ColumnType.Kind.DATE ? value : Math.floorDiv(hour(value), HOURS_PER_DAY);
    }

    private long month(long value) {
        LocalDate date = LocalDate.ofEpochDay(day(value));
        return date.getYear() * MONTHS_PER_YEAR + date.getMonthValue() - 1;
    }
}
