package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.expression.CompiledExpression;
import org.narwhaldb.engine.expression.ExpressionCompiler;
import org.narwhaldb.engine.kernel.Buckets;
import org.narwhaldb.engine.kernel.GroupLoops;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.BlockStatistics;

/// A function of one integer or time column that never falls as the column rises, such as the hour of a time: its value
/// is not computed a row. Where the smallest and the largest value of a window are in one bucket, so are all; elsewhere a
/// row is compared with the bucket of the row before it. Sorted or clustered columns have few buckets a window. Where segments
/// are sorted by the bucket, only the rows at which one ends are looked for.
///
/// A bucket's id is its distance from the first one in steps no longer than any bucket.
final class BucketKey implements GroupKey {
    /// In one window, before each row is computed.
    private static final int CHANGES_MAX = 32;
    private static final long EXACT_DOUBLE = 1L << 52;
    /// Rows of a bucket, for a guess at where it ends.
    private static final int STEP_MIN = 1_024;

    private final LongKey.Readers readers;
    private final IntPredicate ordered;
    private final Expression bucket;
    private final long columnMin;
    private final long columnMax;
    private final long first;
    private final long step;
    private final int nullId;
    /// whether all buckets are `step` long
    private final boolean isRegular;
    /// by id; written by all threads, always the same at the same place
    private final long[] values;

    /// The column.
    ///
    /// @param ordered whether the buckets of a task's rows never fall from row to row
    record Source(LongKey.Readers readers, IntPredicate ordered, long min, long max) {}

    /// @param bucket over one column, the input's first
    /// @param step buckets differ by at least this
    /// @param isRegular whether all differ by exactly that
    static BucketKey of(Source source, Expression bucket, long step, boolean isRegular, int sizeMax) {
        long min = source.min;
        long max = source.max;
        CompiledExpression compiled = ExpressionCompiler.compile(bucket);
        LongColumn ends = (LongColumn) compiled.evaluate(new Batch(2, List.of(new LongColumn(new long[] {min, max},
                null))));
        long first = ends.values()[0];
        long distance = ends.values()[1] - first;
        if (ends.nulls() != null || distance < 0 || distance / step + 2 > sizeMax) {
            throw new Unsupported("buckets that are too many or not in order");
        }
        return new BucketKey(source, bucket, first, step, isRegular && max - first <= EXACT_DOUBLE,
                (int) (distance / step) + 1);
    }

    private BucketKey(Source source, Expression bucket, long first, long step, boolean isRegular, int count) {
        columnMin = source.min;
        columnMax = source.max;
        readers = source.readers;
        ordered = source.ordered;
        this.bucket = bucket;
        this.first = first;
        this.step = step;
        nullId = count;
        values = new long[count];
        this.isRegular = isRegular;
        for (int place = 0; isRegular && place < count; place++) {
            values[place] = first + place * step;
        }
    }

    @Override
    public long size() {
        return nullId + 1L;
    }

    @Override
    public KeyCursor cursor(int task) {
        return new Cursor(readers.of(task), ordered.test(task));
    }

    @Override
    public Column values(long[] ids, int count) {
        long[] result = new long[count];
        boolean[] nulls = null;
        for (int i = 0; i < count; i++) {
            if (ids[i] == nullId) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[i] = true;
            } else {
                result[i] = values[(int) ids[i]];
            }
        }
        return new LongColumn(result, nulls);
    }

    private final class Cursor implements KeyCursor {
        private final ColumnReader reader;
        private final CompiledExpression compiled = ExpressionCompiler.compile(bucket);
        private final int[] nullAt = new int[Window.ROWS_MAX + 1];
        private final long[] longs = new long[Window.ROWS_MAX];
        private final long[] ends = new long[1];
        private final long[] bounds = new long[2];
        private int[] ints;
        private int nulls;
        private long serial;
        private int constant;
        /// whether the window's values have been read
        private boolean isLoaded;
        /// known to be one bucket, inclusive
        private long lowest = Long.MAX_VALUE;
        private long highest = Long.MIN_VALUE;
        private int id = -1;
        private final boolean isOrdered;
        /// rows known to be in one bucket by their order
        private int sameBlock = -1;
        private int sameFrom;
        private int sameUntil;
        private int sameId;

        Cursor(ColumnReader reader, boolean isOrdered) {
            this.reader = reader;
            this.isOrdered = isOrdered;
        }

        @Override
        public int constant(Window window) {
            if (serial != window.serial()) {
                serial = window.serial();
                int until = sameUntil(window.block(), window.first());
                isLoaded = until <= window.first();
                constant = isLoaded ? load(window) : window.last() < until ? sameId : -1;
            }
            return constant;
        }

        private int load(Window window) {
            int count = window.count();
            nulls = reader.nulls(window, nullAt);
            if (nulls == 0 && reader.bounds(window, bounds) && isOneBucket(bounds[0], bounds[1])) {
                return id;
            }
            reader.longs(window, longs);
            if (nulls > 0) {
                return nulls == count ? nullId : -1;
            }
            return isOneBucket(GroupLoops.min(longs, 0, count), GroupLoops.max(longs, 0, count)) ? id : -1;
        }

        @Override
        public int constant(int block, int rows) {
            if (reader == null) {
                return nullId;
            }
            BlockStatistics statistics = reader.statistics(block);
            if (statistics == null || statistics.nullCount() > 0) {
                return statistics != null && statistics.nullCount() == rows ? nullId : -1;
            }
            return statistics.min() instanceof Long min && isOneBucket(min, (Long) statistics.max()) ? id : -1;
        }

        @Override
        public int sameUntil(int block, int row) {
            if (reader == null) {
                sameId = nullId;
                return Integer.MAX_VALUE;
            }
            if (!isOrdered || !reader.hasLongsAt(block)) {
                return row;
            }
            if (block != sameBlock || row < sameFrom || row >= sameUntil) {
                sameId = idOf(reader.longAt(row));
                sameUntil = endOfBucket(row, reader.rows(block));
                sameBlock = block;
                sameFrom = row;
            }
            return sameUntil;
        }

        @Override
        public int sameId() {
            return sameId;
        }

        /// By the rows' order.
        private int endOfBucket(int row, int rows) {
            if (isRegular) {
                return reader.firstAtLeast(row, rows, first + (sameId + 1L) * step);
            }
            int low = row;
            int high = rows - 1;
            if (idOf(reader.longAt(high)) == sameId) {
                return rows;
            }
            for (int step = STEP_MIN; low + step < high; step *= 2) {
                if (idOf(reader.longAt(low + step)) == sameId) {
                    low += step;
                } else {
                    high = low + step;
                }
            }
            while (high - low > 1) {
                int middle = low + high >>> 1;
                if (idOf(reader.longAt(middle)) == sameId) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return high;
        }

        /// If so, makes it the known one. Values outside of what the column has are in no bucket.
        private boolean isOneBucket(long min, long max) {
            if (min >= lowest && max <= highest) {
                return true;
            }
            if (min < columnMin || max > columnMax) {
                return false;
            }
            int found = idOf(min);
            if (found != idOf(max)) {
                return false;
            }
            lowest = found == id ? Math.min(lowest, min) : min;
            highest = found == id ? Math.max(highest, max) : max;
            id = found;
            return true;
        }

        private int idOf(long value) {
            if (isRegular) {
                return (int) ((value - first) / step);
            }
            ends[0] = value;
            LongColumn column = (LongColumn) compiled.evaluate(new Batch(1, List.of(new LongColumn(ends, null))));
            return place(column.values()[0]);
        }

        private int place(long bucketValue) {
            int place = (int) ((bucketValue - first) / step);
            values[place] = bucketValue;
            return place;
        }

        @Override
        public void ids(Window window, int[] target) {
            int known = constant(window);
            int count = window.count();
            if (known >= 0) {
                Arrays.fill(target, 0, count, known);
                return;
            }
            if (!isLoaded) {
                byOrder(window, target);
                return;
            }
            for (int i = 0; i < nulls; i++) {
                longs[nullAt[i]] = longs[nullAt[i] == 0 ? firstValid() : nullAt[i] - 1];
            }
            if (isRegular) {
                Buckets.divide(longs, count, first, step, target);
            } else if (byNeighbour(count, target) < count) {
                each(count, target);
            }
            for (int i = 0; i < nulls; i++) {
                target[nullAt[i]] = nullId;
            }
        }

        private void byOrder(Window window, int[] target) {
            int until = -1;
            for (int i = 0; i < window.count(); i++) {
                int row = window.isPicked() ? window.picked[i] : window.first() + i;
                if (row >= until) {
                    until = sameUntil(window.block(), row);
                }
                target[i] = sameId;
            }
        }

        /// Gives up where buckets change too often; returns how many rows it came to.
        private int byNeighbour(int count, int[] target) {
            int changes = 0;
            for (int i = 0; i < count; i++) {
                long value = longs[i];
                if (value < lowest || value > highest) {
                    if (++changes > CHANGES_MAX) {
                        return i;
                    }
                    locate(value);
                }
                target[i] = id;
            }
            return count;
        }

        private void each(int count, int[] target) {
            long[] buckets = ((LongColumn) compiled.evaluate(new Batch(count, List.of(new LongColumn(longs, null)))))
                    .values();
            long last = buckets[0];
            int place = place(last);
            for (int i = 0; i < count; i++) {
                if (buckets[i] != last) {
                    last = buckets[i];
                    place = place(last);
                }
                target[i] = place;
            }
        }

        private int firstValid() {
            int row = 0;
            while (row < nulls && nullAt[row] == row) {
                row++;
            }
            return row;
        }

        /// Makes the value's bucket the known one; what is known of one and the same bucket grows.
        private void locate(long value) {
            int found = idOf(value);
            if (found == id) {
                lowest = Math.min(lowest, value);
                highest = Math.max(highest, value);
            } else {
                id = found;
                lowest = value;
                highest = value;
            }
        }

        @Override
        public void ids(Window window, long[] target) {
            ints = ints == null ? new int[Window.ROWS_MAX] : ints;
            ids(window, ints);
            for (int i = 0; i < window.count(); i++) {
                target[i] = ints[i];
            }
        }
    }
}
