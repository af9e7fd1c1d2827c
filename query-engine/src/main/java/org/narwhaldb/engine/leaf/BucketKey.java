package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.expression.CompiledExpression;
import org.narwhaldb.engine.expression.ExpressionCompiler;
import org.narwhaldb.engine.plan.Expression;

/// A function of one integer or time column that never falls as the column rises, such as the hour of a time: its value
/// is not computed a row. Where the smallest and the largest value of a window are in one bucket, so are all; elsewhere a
/// row is compared with the bucket of the row before it. Sorted or clustered columns have few buckets a window.
///
/// A bucket's id is its distance from the first one in steps no longer than any bucket.
final class BucketKey implements GroupKey {
    /// In one window, before each row is computed.
    private static final int CHANGES_MAX = 32;

    private final LongKey.Readers readers;
    private final Expression bucket;
    private final long columnMin;
    private final long columnMax;
    private final long first;
    private final long step;
    private final int nullId;
    /// by id; written by all threads, always the same at the same place
    private final long[] values;

    /// @param bucket over one column, the input's first
    /// @param min,max of the column
    /// @param step buckets differ by at least this
    static BucketKey of(LongKey.Readers readers, Expression bucket, long min, long max, long step, int sizeMax) {
        CompiledExpression compiled = ExpressionCompiler.compile(bucket);
        LongColumn ends = (LongColumn) compiled.evaluate(new Batch(2, List.of(new LongColumn(new long[] {min, max},
                null))));
        long first = ends.values()[0];
        long distance = ends.values()[1] - first;
        if (ends.nulls() != null || distance < 0 || distance / step + 2 > sizeMax) {
            throw new Unsupported("buckets that are too many or not in order");
        }
        return new BucketKey(readers, bucket, min, max, first, step, (int) (distance / step) + 1);
    }

    private BucketKey(LongKey.Readers readers, Expression bucket, long columnMin, long columnMax, long first, long step,
            int count) {
        this.columnMin = columnMin;
        this.columnMax = columnMax;
        this.readers = readers;
        this.bucket = bucket;
        this.first = first;
        this.step = step;
        nullId = count;
        values = new long[count];
    }

    @Override
    public long size() {
        return nullId + 1L;
    }

    @Override
    public KeyCursor cursor(int task) {
        return new Cursor(readers.of(task));
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
        /// known to be one bucket, inclusive
        private long lowest = Long.MAX_VALUE;
        private long highest = Long.MIN_VALUE;
        private int id = -1;

        Cursor(ColumnReader reader) {
            this.reader = reader;
        }

        @Override
        public int constant(Window window) {
            if (serial != window.serial()) {
                serial = window.serial();
                constant = reader == null ? nullId : load(window);
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
            long min = longs[0];
            long max = longs[0];
            for (int i = 1; i < count; i++) {
                min = Math.min(min, longs[i]);
                max = Math.max(max, longs[i]);
            }
            return isOneBucket(min, max) ? id : -1;
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
            for (int i = 0; i < nulls; i++) {
                longs[nullAt[i]] = longs[nullAt[i] == 0 ? firstValid() : nullAt[i] - 1];
            }
            int done = byNeighbour(count, target);
            if (done < count) {
                each(count, target);
            }
            for (int i = 0; i < nulls; i++) {
                target[nullAt[i]] = nullId;
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
