package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;

/// Integers, dates and the like between known bounds: the id is the distance from the smallest.
final class LongKey implements GroupKey {
    private final Readers readers;
    private final long min;
    private final long nullId;

    /// Opens a column of a segment.
    interface Readers {
        /// Null where the segment lacks the column.
        ColumnReader of(int task);
    }

    /// @param max at least `min`; their distance is less than Long.MAX_VALUE
    LongKey(Readers readers, long min, long max) {
        this.readers = readers;
        this.min = min;
        nullId = max - min + 1;
    }

    @Override
    public long size() {
        return nullId + 1;
    }

    @Override
    public KeyCursor cursor(int task) {
        return new Cursor(readers.of(task));
    }

    @Override
    public Column values(long[] ids, int count) {
        long[] values = new long[count];
        boolean[] nulls = null;
        for (int i = 0; i < count; i++) {
            if (ids[i] == nullId) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[i] = true;
            } else {
                values[i] = min + ids[i];
            }
        }
        return new LongColumn(values, nulls);
    }

    private final class Cursor implements KeyCursor {
        private final ColumnReader reader;
        private final int[] nullAt = new int[Window.ROWS_MAX + 1];
        private final long[] values = new long[Window.ROWS_MAX];

        Cursor(ColumnReader reader) {
            this.reader = reader;
        }

        @Override
        public int constant(Window window) {
            return reader == null && nullId <= Integer.MAX_VALUE ? (int) nullId : -1;
        }

        @Override
        public void ids(Window window, int[] target) {
            ids(window, values);
            for (int i = 0; i < window.count(); i++) {
                target[i] = (int) values[i];
            }
        }

        @Override
        public void ids(Window window, long[] target) {
            if (reader == null) {
                Arrays.fill(target, 0, window.count(), nullId);
                return;
            }
            reader.longs(window, target);
            for (int i = 0; i < window.count(); i++) {
                target[i] -= min;
            }
            int nulls = reader.nulls(window, nullAt);
            for (int i = 0; i < nulls; i++) {
                target[nullAt[i]] = nullId;
            }
        }
    }
}
