package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;

/// The scan's columns as one thread reads them, of one segment after the other. What a window needs twice is read once.
final class LaneColumns {
    private final List<Field> fields;
    private final List<ScanTask> tasks;
    /// by scan column; null but where an expression reads texts
    private final DictionaryColumn[] dictionaries;
    private final ColumnReader[] readers;
    private final boolean[] isOpen;
    private final DictionaryKey.Cursor[] idCursors;
    private final DictionaryKey.Cursor[] couponCursors;
    private final Column[] columns;
    private final long[] serials;
    private final int[] nullAt = new int[Window.ROWS_MAX + 1];
    private int task = -1;

    LaneColumns(List<Field> fields, List<ScanTask> tasks, DictionaryColumn[] dictionaries) {
        this.fields = fields;
        this.tasks = tasks;
        this.dictionaries = dictionaries;
        readers = new ColumnReader[fields.size()];
        isOpen = new boolean[readers.length];
        idCursors = new DictionaryKey.Cursor[readers.length];
        couponCursors = new DictionaryKey.Cursor[readers.length];
        columns = new Column[readers.length];
        serials = new long[readers.length];
    }

    void open(int newTask) {
        if (task != newTask) {
            task = newTask;
            Arrays.fill(isOpen, false);
            Arrays.fill(idCursors, null);
            Arrays.fill(couponCursors, null);
        }
    }

    /// Null where the segment lacks the column.
    ColumnReader reader(int column) {
        if (!isOpen[column]) {
            isOpen[column] = true;
            Segment segment = tasks.get(task).segment();
            int id = fields.get(column).id();
            readers[column] = dictionaries[column] != null ? dictionaries[column].reader(task)
                    : segment.hasColumn(id) ? new ColumnReader(segment, segment.column(id)) : null;
        }
        return readers[column];
    }

    DictionaryKey.Cursor idCursor(int column) {
        if (idCursors[column] == null) {
            idCursors[column] = new DictionaryKey.Cursor(dictionaries[column], task);
        }
        return idCursors[column];
    }

    /// Gives what values enter sketches of distinct values as, 0 for NULL.
    DictionaryKey.Cursor couponCursor(int column) {
        if (couponCursors[column] == null) {
            couponCursors[column] = new DictionaryKey.Cursor(reader(column), dictionaries[column].coupons(task), 0);
        }
        return couponCursors[column];
    }

    /// As expressions want it; valid for good.
    Column column(int column, Window window) {
        if (columns[column] == null || serials[column] != window.serial()) {
            columns[column] = read(column, window);
            serials[column] = window.serial();
        }
        return columns[column];
    }

    private Column read(int column, Window window) {
        ColumnReader reader = reader(column);
        Field field = fields.get(column);
        int count = window.count();
        if (reader == null) {
            return Columns.constant(null, field.type(), count);
        }
        boolean[] nulls = nulls(reader, window);
        return switch (field.type().physical()) {
            case LONG -> {
                long[] values = new long[count];
                reader.longs(window, values);
                yield new LongColumn(values, nulls);
            }
            case DOUBLE -> {
                double[] values = new double[count];
                reader.doubles(window, values);
                yield new DoubleColumn(values, nulls);
            }
            case BOOLEAN -> {
                int[] bits = new int[count];
                reader.booleans(window, bits);
                boolean[] values = new boolean[count];
                for (int i = 0; i < count; i++) {
                    values[i] = bits[i] != 0;
                }
                yield new BooleanColumn(values, nulls);
            }
            case BYTES -> {
                DictionaryColumn dictionary = dictionaries[column];
                int[] codes = new int[Window.ROWS_MAX];
                new DictionaryKey.Cursor(reader, dictionary.map(task), 0).ids(window, codes);
                yield new BytesColumn(dictionary.pool().bytes(), dictionary.pool().offsets(), codes, nulls);
            }
            case INT128 -> wide(field, window, nulls);
            case NESTED -> throw new Unsupported("nested values");
        };
    }

    private Column wide(Field field, Window window, boolean[] nulls) {
        int count = window.count();
        SegmentColumn column = tasks.get(task).segment().column(field.id());
        long[] high = new long[count];
        long[] low = new long[count];
        if (window.isPicked()) {
            for (int i = 0; i < count; i++) {
                column.readInt128(window.blockStart() + window.picked[i], 1, high, low, i);
            }
        } else {
            column.readInt128(window.firstInSegment(), count, high, low, 0);
        }
        return new Int128Column(high, low, nulls);
    }

    private boolean[] nulls(ColumnReader reader, Window window) {
        int count = reader.nulls(window, nullAt);
        if (count == 0) {
            return null;
        }
        boolean[] nulls = new boolean[window.count()];
        for (int i = 0; i < count; i++) {
            nulls[nullAt[i]] = true;
        }
        return nulls;
    }
}
