package org.narwhaldb.engine.leaf;

import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.kernel.GroupLoops;

/// A column with dictionaries: ids are codes of the global one.
final class DictionaryKey implements GroupKey {
    private final DictionaryColumn column;

    DictionaryKey(DictionaryColumn column) {
        this.column = column;
    }

    @Override
    public long size() {
        return column.pool().size() + 1L;
    }

    @Override
    public KeyCursor cursor(int task) {
        return new Cursor(column, task);
    }

    @Override
    public Column values(long[] ids, int count) {
        int[] codes = new int[count];
        boolean[] nulls = null;
        int nullId = column.pool().size();
        for (int i = 0; i < count; i++) {
            if (ids[i] == nullId) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[i] = true;
            } else {
                codes[i] = (int) ids[i];
            }
        }
        return new BytesColumn(column.pool().bytes(), column.pool().offsets(), codes, nulls);
    }

    /// Also of what is derived from codes: `map` leads from a code to an id.
    static final class Cursor implements KeyCursor {
        private final ColumnReader reader;
        private final int[] map;
        private final int nullId;
        private int[] nullAt;
        private int[] ints;
        private int sameId;

        Cursor(DictionaryColumn column, int task) {
            this(column.reader(task), column.map(task), column.pool().size());
        }

        /// @param reader null where every row is NULL
        /// @param map null if codes are ids
        Cursor(ColumnReader reader, int[] map, int nullId) {
            this.reader = reader;
            this.map = map;
            this.nullId = nullId;
        }

        @Override
        public int constant(Window window) {
            return reader == null ? nullId : mapped(reader.constantCode(window));
        }

        @Override
        public int constant(int block, int rows) {
            return reader == null ? nullId : mapped(reader.constantCode(block));
        }

        @Override
        public int sameUntil(int block, int row) {
            if (reader == null) {
                sameId = nullId;
                return Integer.MAX_VALUE;
            }
            int end = reader.sameUntil(block, row);
            sameId = end > row ? mapped(reader.runCode()) : -1;
            return end;
        }

        @Override
        public int sameId() {
            return sameId;
        }

        @Override
        public int runs(Window window, int[] ends, int[] target) {
            if (reader == null) {
                ends[0] = window.count();
                target[0] = nullId;
                return 1;
            }
            int count = reader.runs(window, ends, target);
            for (int run = 0; run < count; run++) {
                target[run] = mapped(target[run]);
            }
            return count;
        }

        private int mapped(int code) {
            if (code < 0) {
                return code == ColumnReader.NULL ? nullId : -1;
            }
            return map == null ? code : map[code];
        }

        @Override
        public void ids(Window window, int[] target) {
            int count = window.count();
            nullAt = nullAt == null ? new int[Window.ROWS_MAX + 1] : nullAt;
            int nulls = reader.nulls(window, nullAt);
            reader.codes(window, target);
            for (int i = 0; i < nulls; i++) {
                target[nullAt[i]] = 0;
            }
            if (map != null) {
                GroupLoops.map(target, count, map, target);
            }
            for (int i = 0; i < nulls; i++) {
                target[nullAt[i]] = nullId;
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
