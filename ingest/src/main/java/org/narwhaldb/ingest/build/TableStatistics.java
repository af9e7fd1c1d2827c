package org.narwhaldb.ingest.build;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.SegmentSummary;
import org.narwhaldb.segment.SegmentSummary.ColumnSummary;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion.ColumnStatistics;

/// A table's column statistics for the planner, kept up from version to version.
///
/// Bounds and null counts are merged over all segments' entries: exact for physical rows, outer bounds for live ones.
/// Distinct counts are estimates: the largest of any segment; where a segment's values repeat fewer than [#REPEATS_MIN]
/// times on average, more rows are taken to bring more values in proportion. A whole-number column has no more values
/// than its range. The parent's estimate is a lower bound.
public final class TableStatistics {
    private static final long REPEATS_MIN = 10;

    private TableStatistics() {}

    /// @param parent of the version before, empty after a full rebuild
    /// @param entries all segments of the version
    /// @param built the new ones among them
    public static Map<Integer, ColumnStatistics> of(
            List<Field> fields, Map<Integer, ColumnStatistics> parent, Collection<SegmentEntry> entries,
            Collection<BuiltSegment> built) {
        long rows = entries.stream().mapToLong(SegmentEntry::rowCount).sum();
        Map<Integer, ColumnStatistics> statistics = new HashMap<>();
        for (Field field : fields) {
            statistics.put(field.id(), column(field, rows, parent.get(field.id()), entries, built));
        }
        return statistics;
    }

    private static ColumnStatistics column(
            Field field, long rows, ColumnStatistics parent, Collection<SegmentEntry> entries,
            Collection<BuiltSegment> built) {
        Object min = null;
        Object max = null;
        long nulls = 0;
        boolean bounded = true;
        for (SegmentEntry entry : entries) {
            SegmentEntry.ColumnBounds bounds = entry.bounds().get(field.id());
            if (bounds == null) {
                bounded = false;
            } else {
                nulls += bounds.nullCount();
                min = smaller(field.type(), min, bounds.min(), 1);
                max = smaller(field.type(), max, bounds.max(), -1);
            }
        }
        if (!bounded) {
            nulls = parent == null ? 0 : parent.nullCount();
            for (BuiltSegment segment : built) {
                ColumnSummary summary = segment.summary().columns().get(field.id());
                nulls += summary == null ? segment.summary().rowCount() : summary.nullCount();
            }
        }
        nulls = Math.min(nulls, rows);
        long distinct = parent == null ? 1 : parent.distinctCount();
        for (BuiltSegment segment : built) {
            distinct = Math.max(distinct, estimate(segment.summary(), field.id(), rows - nulls));
        }
        distinct = Math.min(distinct, Math.min(Math.max(1, rows - nulls),
                range(field.type(), bounded ? min : null, bounded ? max : null)));
        return new ColumnStatistics(bounded ? min : null, bounded ? max : null, nulls, distinct);
    }

    private static long estimate(SegmentSummary segment, int fieldId, long rows) {
        ColumnSummary column = segment.columns().get(fieldId);
        if (column == null) {
            return 1;
        }
        long present = segment.rowCount() - column.nullCount();
        if (present <= 0 || column.distinctCount() * REPEATS_MIN < present) {
            return Math.max(1, column.distinctCount());
        }
        return Math.max(1, (long) ((double) column.distinctCount() * rows / present));
    }

    private static long range(ColumnType type, Object min, Object max) {
        if (type.physical() == ColumnType.Physical.BOOLEAN) {
            return 2;
        }
        if (!(min instanceof Long low) || !(max instanceof Long high)) {
            return Long.MAX_VALUE;
        }
        long width = high - low;
        return width < 0 || width == Long.MAX_VALUE ? Long.MAX_VALUE : width + 1;
    }

    private static Object smaller(ColumnType type, Object left, Object right, int sign) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return sign * compare(type, left, right) <= 0 ? left : right;
    }

    private static int compare(ColumnType type, Object left, Object right) {
        return switch (type.physical()) {
            case BOOLEAN -> Boolean.compare((Boolean) left, (Boolean) right);
            case LONG, INT128 -> integer(left).compareTo(integer(right));
            case DOUBLE -> Double.compare(((Number) left).doubleValue(), ((Number) right).doubleValue());
            case BYTES -> Arrays.compareUnsigned((byte[]) left, (byte[]) right);
            case NESTED -> 0;
        };
    }

    /// A decimal column that was widened past 18 digits has longs in old segments and big integers in new ones.
    private static BigInteger integer(Object value) {
        return value instanceof BigInteger big ? big : BigInteger.valueOf(((Number) value).longValue());
    }
}
