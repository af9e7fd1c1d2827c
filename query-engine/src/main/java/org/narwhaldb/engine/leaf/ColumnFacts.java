package org.narwhaldb.engine.leaf;

import java.util.List;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;

/// What the statistics of all blocks of all segments say of one column: what its values can be at most.
///
/// @param mayBeNull whether any row is NULL, or a segment lacks the column
/// @param isBounded whether `min` and `max` hold: the column has integers, or doubles that are decimals
/// @param min of integers; of decimal doubles times ten to the `exponent`; above `max` if every row is NULL
/// @param exponent of doubles whose every block is decimal, else -1
record ColumnFacts(boolean mayBeNull, boolean isBounded, long min, long max, int exponent) {

    /// @throws Unsupported if a segment has the column in another form than the table
    static ColumnFacts of(Field field, List<ScanTask> tasks) {
        Gathering facts = new Gathering();
        for (ScanTask task : tasks) {
            Segment segment = task.segment();
            if (!segment.hasColumn(field.id())) {
                facts.mayBeNull = true;
                continue;
            }
            SegmentColumn column = segment.column(field.id());
            require(column.field().type(), field.type());
            facts.mayBeNull |= column.hasNulls();
            facts.add(segment, column, field.type().physical());
        }
        return facts.result(field.type().physical());
    }

    private static void require(ColumnType stored, ColumnType wanted) {
        if (stored.physical() != wanted.physical()
                || stored.kind() == Kind.DATE != (wanted.kind() == Kind.DATE)) {
            throw new Unsupported("a column that was widened");
        }
    }

    boolean isEmpty() {
        return min > max;
    }

    private static final class Gathering {
        private boolean mayBeNull;
        private long min = Long.MAX_VALUE;
        private long max = Long.MIN_VALUE;
        private double doubleMin = Double.POSITIVE_INFINITY;
        private double doubleMax = Double.NEGATIVE_INFINITY;
        private int exponent;
        private boolean isBounded = true;

        private void add(Segment segment, SegmentColumn column, Physical physical) {
            if (physical != Physical.LONG && physical != Physical.DOUBLE) {
                return;
            }
            for (int block = 0; block < segment.blockCount(); block++) {
                BlockStatistics statistics = column.statistics(block);
                if (statistics == null) {
                    isBounded = false;
                } else if (statistics.min() instanceof Long low) {
                    min = Math.min(min, low);
                    max = Math.max(max, (Long) statistics.max());
                } else if (statistics.min() instanceof Double low) {
                    doubleMin = Math.min(doubleMin, low);
                    doubleMax = Math.max(doubleMax, (Double) statistics.max());
                    int needed = ColumnReader.exponent(column.values(block));
                    exponent = exponent < 0 || needed < 0 ? -1 : Math.max(exponent, needed);
                } else if (statistics.nullCount() < segment.blockRowCount(block)) {
                    isBounded = false;
                }
            }
        }

        private ColumnFacts result(Physical physical) {
            if (physical == Physical.LONG) {
                return new ColumnFacts(mayBeNull, isBounded, min, max, -1);
            }
            if (physical != Physical.DOUBLE || !isBounded || exponent < 0) {
                return new ColumnFacts(mayBeNull, false, 0, 0, -1);
            }
            if (doubleMin > doubleMax) {
                return new ColumnFacts(mayBeNull, true, Long.MAX_VALUE, Long.MIN_VALUE, 0);
            }
            double scale = ColumnReader.powerOfTen(exponent);
            double low = Math.rint(doubleMin * scale);
            double high = Math.rint(doubleMax * scale);
            // Beyond this, integers are not exact as doubles.
            boolean isExact = Math.max(Math.abs(low), Math.abs(high)) <= 1L << 53;
            return new ColumnFacts(mayBeNull, isExact, (long) low, (long) high, isExact ? exponent : -1);
        }
    }
}
