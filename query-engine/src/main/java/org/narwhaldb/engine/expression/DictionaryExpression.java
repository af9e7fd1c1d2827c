package org.narwhaldb.engine.expression;

import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.NarwhalException;

/// An expression over one text column. Where the column has a dictionary, the value of each entry is computed once,
/// when a row first needs it, and kept as long as batches come with the same dictionary; rows then only map codes.
///
/// A result of byte strings is itself a dictionary, computed for all entries at once. A dictionary much larger than the
/// rows seen of it so far is not worth a table: the rows are evaluated one by one until it is.
final class DictionaryExpression implements CompiledExpression {
    private static final int SMALL_ENTRIES = 4_096;
    private static final int ENTRIES_PER_ROW_SEEN = 4;

    private final int column;
    private final CompiledExpression inner;

    private byte[] bytes;
    private int[] offsets;
    private long rowsSeen;
    private Table table;
    private boolean tableRaises;

    /// @param inner the expression with its column as column 0
    DictionaryExpression(int column, CompiledExpression inner) {
        this.column = column;
        this.inner = inner;
    }

    @Override
    public ColumnType type() {
        return inner.type();
    }

    @Override
    public Column evaluate(Batch input) {
        BytesColumn source = (BytesColumn) input.column(column);
        int rowCount = input.rowCount();
        if (source.codes() == null || !tablePays(source, rowCount)) {
            return inner.evaluate(new Batch(rowCount, List.of(source)));
        }
        if (type().physical() == ColumnType.Physical.BYTES) {
            return evaluateBytes(source, rowCount);
        }
        int[] codes = codes(source, rowCount);
        try {
            if (table == null) {
                table = new Table(type(), offsets.length);
            }
            complete(source, codes);
        } catch (NarwhalException e) {
            table = null;
            throw e;
        }
        return table.map(codes);
    }

    private boolean tablePays(BytesColumn source, int rowCount) {
        if (source.bytes() != bytes || source.offsets() != offsets) {
            bytes = source.bytes();
            offsets = source.offsets();
            rowsSeen = 0;
            table = null;
            tableRaises = false;
        }
        rowsSeen += rowCount;
        return !tableRaises && (offsets.length <= SMALL_ENTRIES || rowsSeen * ENTRIES_PER_ROW_SEEN >= offsets.length);
    }

    /// Codes of the rows; a NULL has the code after the last entry.
    private static int[] codes(BytesColumn source, int rowCount) {
        boolean[] nulls = source.nulls();
        if (nulls == null) {
            return source.codes().length == rowCount ? source.codes() : Arrays.copyOf(source.codes(), rowCount);
        }
        int nullCode = source.offsets().length - 1;
        int[] result = new int[rowCount];
        for (int row = 0; row < rowCount; row++) {
            result[row] = nulls[row] ? nullCode : source.codes()[row];
        }
        return result;
    }

    /// Computes the entries that the rows need and the table has not.
    private void complete(BytesColumn source, int[] codes) {
        int nullCode = offsets.length - 1;
        int[] missing = new int[Math.min(codes.length, offsets.length)];
        int count = 0;
        boolean isNullMissing = false;
        for (int code : codes) {
            if (!table.known[code]) {
                table.known[code] = true;
                if (code == nullCode) {
                    isNullMissing = true;
                } else {
                    missing[count++] = code;
                }
            }
        }
        if (count > 0) {
            Column entries = new BytesColumn(source.bytes(), source.offsets(), missing, null);
            table.put(inner.evaluate(new Batch(count, List.of(entries))), missing, count);
        }
        if (isNullMissing) {
            table.put(ofNull(), new int[] {nullCode}, 1);
        }
    }

    private Column ofNull() {
        Column none = new BytesColumn(new byte[0], new int[] {0, 0}, new int[1], new boolean[] {true});
        return inner.evaluate(new Batch(1, List.of(none)));
    }

    private Column evaluateBytes(BytesColumn source, int rowCount) {
        if (table == null) {
            try {
                table = new Table(type(), offsets.length);
                int entries = offsets.length - 1;
                Column all = new BytesColumn(bytes, offsets, null, null);
                BytesColumn values = (BytesColumn) inner.evaluate(new Batch(entries, List.of(all)));
                table.intern(values, entries, (BytesColumn) ofNull());
            } catch (NarwhalException _) {
                // perhaps for an entry that no row has: only the rows themselves may raise
                tableRaises = true;
                table = null;
                return inner.evaluate(new Batch(rowCount, List.of(source)));
            }
        }
        return table.map(codes(source, rowCount));
    }

    /// Values by code.
    private static final class Table {
        private final ColumnType type;
        private final boolean[] known;
        private final boolean[] nulls;
        private boolean anyNull;
        private boolean[] booleans;
        private long[] longs;
        private long[] highs;
        private double[] doubles;
        private int[] newCodes;
        private BytesColumn pool;

        Table(ColumnType type, int size) {
            this.type = type;
            known = new boolean[size];
            nulls = new boolean[size];
            switch (type.physical()) {
                case BOOLEAN -> booleans = new boolean[size];
                case LONG -> longs = new long[size];
                case DOUBLE -> doubles = new double[size];
                case INT128 -> {
                    highs = new long[size];
                    longs = new long[size];
                }
                case BYTES -> newCodes = new int[size];
                case NESTED -> throw new IllegalStateException("No table of nested values");
            }
        }

        void put(Column values, int[] codes, int count) {
            for (int i = 0; i < count; i++) {
                int code = codes[i];
                if (values.isNull(i)) {
                    nulls[code] = true;
                    anyNull = true;
                    continue;
                }
                switch (values) {
                    case BooleanColumn(boolean[] source, _) -> booleans[code] = source[i];
                    case LongColumn(long[] source, _) -> longs[code] = source[i];
                    case DoubleColumn(double[] source, _) -> doubles[code] = source[i];
                    case Int128Column(long[] high, long[] low, _) -> {
                        highs[code] = high[i];
                        longs[code] = low[i];
                    }
                    default -> throw new IllegalStateException("No table of " + type);
                }
            }
        }

        void intern(BytesColumn values, int entries, BytesColumn ofNull) {
            DistinctBytes distinct = new DistinctBytes(entries);
            for (int code = 0; code <= entries; code++) {
                BytesColumn source = code == entries ? ofNull : values;
                int row = code == entries ? 0 : code;
                if (source.isNull(row)) {
                    nulls[code] = true;
                    anyNull = true;
                } else {
                    newCodes[code] = distinct.add(source.bytes(), source.start(row), source.end(row));
                }
            }
            pool = distinct.pool();
        }

        Column map(int[] codes) {
            int rowCount = codes.length;
            boolean[] resultNulls = anyNull ? pick(nulls, codes) : null;
            return switch (type.physical()) {
                case BOOLEAN -> new BooleanColumn(pick(booleans, codes), resultNulls);
                case LONG -> new LongColumn(pick(longs, codes), resultNulls);
                case INT128 -> new Int128Column(pick(highs, codes), pick(longs, codes), resultNulls);
                case DOUBLE -> {
                    double[] result = new double[rowCount];
                    for (int row = 0; row < rowCount; row++) {
                        result[row] = doubles[codes[row]];
                    }
                    yield new DoubleColumn(result, resultNulls);
                }
                case BYTES -> {
                    int[] result = new int[rowCount];
                    for (int row = 0; row < rowCount; row++) {
                        result[row] = newCodes[codes[row]];
                    }
                    yield new BytesColumn(pool.bytes(), pool.offsets(), result, resultNulls);
                }
                case NESTED -> throw new IllegalStateException("No table of nested values");
            };
        }

        private static boolean[] pick(boolean[] table, int[] codes) {
            boolean[] result = new boolean[codes.length];
            for (int row = 0; row < codes.length; row++) {
                result[row] = table[codes[row]];
            }
            return result;
        }

        private static long[] pick(long[] table, int[] codes) {
            long[] result = new long[codes.length];
            for (int row = 0; row < codes.length; row++) {
                result[row] = table[codes[row]];
            }
            return result;
        }
    }
}
