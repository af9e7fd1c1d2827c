package org.narwhaldb.engine.leaf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.expression.CompiledExpression;
import org.narwhaldb.engine.expression.ExpressionCompiler;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.NarwhalException;

/// An expression over one text column: computed once for each distinct text, whose code then leads to the id of the value.
final class DerivedKey implements GroupKey {
    private static final int TEXTS_MAX = 1 << 18;

    private final DictionaryColumn column;
    private final Column values;
    private final int size;
    /// by task, from the segment's codes
    private final int[][] maps;
    private final int nullId;

    private DerivedKey(DictionaryColumn column, Column values, int size, int[][] maps, int nullId) {
        this.column = column;
        this.values = values;
        this.size = size;
        this.maps = maps;
        this.nullId = nullId;
    }

    /// @param expression over the column, as the input's first
    static DerivedKey of(DictionaryColumn column, Expression expression, int tasks) {
        int texts = column.pool().size();
        if (texts > TEXTS_MAX || expression.type().physical() == ColumnType.Physical.NESTED) {
            throw new Unsupported("an expression over too many texts, or with a nested value");
        }
        Numbering numbering = new Numbering(ExpressionCompiler.compile(expression));
        int[] ids = new int[texts];
        int nullId;
        try {
            for (int from = 0; from < texts; from += Batch.ROWS_MAX) {
                int start = from;
                int[] codes = new int[Math.min(Batch.ROWS_MAX, texts - from)];
                Arrays.setAll(codes, index -> start + index);
                numbering.assign(new BytesColumn(column.pool().bytes(), column.pool().offsets(), codes, null),
                        codes.length, ids, from);
            }
            int[] ofNull = new int[1];
            numbering.assign(Columns.constant(null, ColumnType.STRING, 1), 1, ofNull, 0);
            nullId = ofNull[0];
        } catch (NarwhalException e) {
            // Perhaps of a text that no live row has.
            throw new Unsupported("an expression that fails on some text");
        }
        int[][] maps = new int[tasks][];
        for (int task = 0; task < tasks; task++) {
            int[] map = column.map(task);
            if (map == null) {
                maps[task] = ids.length == 0 ? new int[1] : ids;
                continue;
            }
            maps[task] = new int[Math.max(1, map.length)];
            for (int code = 0; code < map.length; code++) {
                maps[task][code] = ids.length == 0 ? 0 : ids[map[code]];
            }
        }
        return new DerivedKey(column, numbering.values(expression.type()), numbering.size(), maps, nullId);
    }

    @Override
    public boolean endsWithNull() {
        return false;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public KeyCursor cursor(int task) {
        return new DictionaryKey.Cursor(column.reader(task), maps[task], nullId);
    }

    @Override
    public Column values(long[] ids, int count) {
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = (int) ids[i];
        }
        return Columns.gather(values, rows, count);
    }

    /// Gives each distinct value an id, NULL too.
    private static final class Numbering {
        private final CompiledExpression compiled;
        private final Map<Object, Integer> ids = new HashMap<>();
        private final List<Object> values = new ArrayList<>();

        Numbering(CompiledExpression compiled) {
            this.compiled = compiled;
        }

        void assign(Column texts, int count, int[] target, int offset) {
            Column result = compiled.evaluate(new Batch(count, List.of(texts)));
            for (int row = 0; row < count; row++) {
                Object value = result.isNull(row) ? null : value(result, row);
                Object key = value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
                target[offset + row] = ids.computeIfAbsent(key == null ? this : key, _ -> {
                    values.add(value);
                    return values.size() - 1;
                });
            }
        }

        private static Object value(Column column, int row) {
            return switch (column) {
                case Column.BooleanColumn booleans -> booleans.values()[row];
                case Column.LongColumn longs -> longs.values()[row];
                case Column.DoubleColumn doubles -> doubles.values()[row] + 0.0;
                case BytesColumn bytes -> bytes.value(row);
                case Column.Int128Column _, Column.NestedColumn _ -> throw new Unsupported("a key of a wide type");
            };
        }

        int size() {
            return values.size();
        }

        Column values(ColumnType type) {
            if (type.physical() == ColumnType.Physical.BYTES) {
                return texts();
            }
            int count = values.size();
            boolean[] nulls = new boolean[count];
            long[] longs = new long[count];
            double[] doubles = new double[count];
            boolean[] booleans = new boolean[count];
            for (int id = 0; id < count; id++) {
                switch (values.get(id)) {
                    case Long value -> longs[id] = value;
                    case Double value -> doubles[id] = value;
                    case Boolean value -> booleans[id] = value;
                    case null, default -> nulls[id] = true;
                }
            }
            return switch (type.physical()) {
                case LONG -> new Column.LongColumn(longs, nulls);
                case DOUBLE -> new Column.DoubleColumn(doubles, nulls);
                default -> new Column.BooleanColumn(booleans, nulls);
            };
        }

        private Column texts() {
            int count = values.size();
            int[] offsets = new int[count + 1];
            int[] codes = new int[count];
            boolean[] nulls = new boolean[count];
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int entries = 0;
            for (int id = 0; id < count; id++) {
                if (values.get(id) instanceof byte[] value) {
                    bytes.writeBytes(value);
                    codes[id] = entries++;
                    offsets[entries] = bytes.size();
                } else {
                    nulls[id] = true;
                }
            }
            return new BytesColumn(bytes.toByteArray(), Arrays.copyOf(offsets, Math.max(1, entries) + 1), codes, nulls);
        }
    }
}
