package org.narwhaldb.engine.leaf;

import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;

/// FALSE, TRUE, NULL.
record BooleanKey(LongKey.Readers readers) implements GroupKey {
    private static final int NULL_ID = 2;

    @Override
    public long size() {
        return NULL_ID + 1;
    }

    @Override
    public KeyCursor cursor(int task) {
        return new Cursor(readers.of(task));
    }

    @Override
    public Column values(long[] ids, int count) {
        boolean[] values = new boolean[count];
        boolean[] nulls = null;
        for (int i = 0; i < count; i++) {
            values[i] = ids[i] == 1;
            if (ids[i] == NULL_ID) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[i] = true;
            }
        }
        return new BooleanColumn(values, nulls);
    }

    private static final class Cursor implements KeyCursor {
        private final ColumnReader reader;
        private final int[] nullAt = new int[Window.ROWS_MAX + 1];
        private int[] ints;

        Cursor(ColumnReader reader) {
            this.reader = reader;
        }

        @Override
        public int constant(Window window) {
            return reader == null ? NULL_ID : -1;
        }

        @Override
        public void ids(Window window, int[] target) {
            reader.booleans(window, target);
            int nulls = reader.nulls(window, nullAt);
            for (int i = 0; i < nulls; i++) {
                target[nullAt[i]] = NULL_ID;
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
