package org.narwhaldb.engine.expression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.segment.ColumnType;

/// Puts the column of a CASE together from its branches: [#start], [#put] once for each branch with the rows it is for
/// (a later one overwrites an earlier one), [#finish]. One branch for all rows is handed through as it is.
final class ResultAssembler {
    private static final int MERGED_ENTRIES_MAX = 4_096;

    private final ColumnType type;
    private final List<BytesColumn> sources = new ArrayList<>();
    private int rowCount;
    private int puts;
    private Column whole;
    private boolean[] nulls;
    private boolean[] booleans;
    private long[] longs;
    private long[] highs;
    private double[] doubles;
    private Object[] objects;
    private int[] sourceOfRow;
    private int[] rowInSource;
    private DictionaryMerge merge;

    ResultAssembler(ColumnType type) {
        this.type = type;
    }

    void start(int rows) {
        rowCount = rows;
        puts = 0;
        whole = null;
        nulls = null;
        sources.clear();
    }

    void putNulls(int[] rows, int count) {
        materialise();
        nulls = nulls == null ? new boolean[rowCount] : nulls;
        for (int i = 0; i < count; i++) {
            nulls[rows[i]] = true;
        }
    }

    /// @param values for the rows `rows[0, count)`
    void put(Branch.Values values, int[] rows, int count) {
        if (puts == 0 && count == rowCount) {
            whole = values.column();
            puts++;
            return;
        }
        materialise();
        scatter(values.column(), values.dense(), rows, count);
    }

    Column finish() {
        if (whole != null) {
            return whole;
        }
        return switch (type.physical()) {
            case BOOLEAN -> new BooleanColumn(booleans, nulls);
            case LONG -> new LongColumn(longs, nulls);
            case DOUBLE -> new DoubleColumn(doubles, nulls);
            case INT128 -> new Int128Column(highs, longs, nulls);
            case NESTED -> new NestedColumn(objects, nulls);
            case BYTES -> finishBytes();
        };
    }

    private void materialise() {
        if (puts++ == 0) {
            allocate();
        } else if (whole != null) {
            Column first = whole;
            whole = null;
            allocate();
            int[] all = new int[rowCount];
            Arrays.setAll(all, row -> row);
            scatter(first, false, all, rowCount);
        }
    }

    private void allocate() {
        switch (type.physical()) {
            case BOOLEAN -> booleans = new boolean[rowCount];
            case LONG -> longs = new long[rowCount];
            case DOUBLE -> doubles = new double[rowCount];
            case INT128 -> {
                highs = new long[rowCount];
                longs = new long[rowCount];
            }
            case NESTED -> objects = new Object[rowCount];
            case BYTES -> {
                sourceOfRow = new int[rowCount];
                rowInSource = new int[rowCount];
            }
        }
    }

    private void scatter(Column source, boolean dense, int[] rows, int count) {
        scatterNulls(source.nulls(), dense, rows, count);
        switch (source) {
            case BooleanColumn(boolean[] values, _) -> {
                for (int i = 0; i < count; i++) {
                    booleans[rows[i]] = values[dense ? i : rows[i]];
                }
            }
            case LongColumn(long[] values, _) -> {
                for (int i = 0; i < count; i++) {
                    longs[rows[i]] = values[dense ? i : rows[i]];
                }
            }
            case DoubleColumn(double[] values, _) -> {
                for (int i = 0; i < count; i++) {
                    doubles[rows[i]] = values[dense ? i : rows[i]];
                }
            }
            case Int128Column(long[] high, long[] low, _) -> {
                for (int i = 0; i < count; i++) {
                    highs[rows[i]] = high[dense ? i : rows[i]];
                    longs[rows[i]] = low[dense ? i : rows[i]];
                }
            }
            case NestedColumn(Object[] values, _) -> {
                for (int i = 0; i < count; i++) {
                    objects[rows[i]] = values[dense ? i : rows[i]];
                }
            }
            case BytesColumn bytes -> {
                for (int i = 0; i < count; i++) {
                    sourceOfRow[rows[i]] = sources.size();
                    rowInSource[rows[i]] = dense ? i : rows[i];
                }
                sources.add(bytes);
            }
        }
    }

    private void scatterNulls(boolean[] sourceNulls, boolean dense, int[] rows, int count) {
        if (sourceNulls == null && nulls == null) {
            return;
        }
        nulls = nulls == null ? new boolean[rowCount] : nulls;
        for (int i = 0; i < count; i++) {
            nulls[rows[i]] = sourceNulls != null && sourceNulls[dense ? i : rows[i]];
        }
    }

    private Column finishBytes() {
        int entries = 0;
        boolean coded = !sources.isEmpty();
        for (BytesColumn source : sources) {
            coded &= source.codes() != null;
            entries += source.offsets().length - 1;
        }
        if (!coded || entries > MERGED_ENTRIES_MAX) {
            return copyBytes();
        }
        if (merge == null || !merge.isOf(sources)) {
            merge = new DictionaryMerge(sources);
        }
        int[] codes = new int[rowCount];
        for (int row = 0; row < rowCount; row++) {
            if (nulls == null || !nulls[row]) {
                int source = sourceOfRow[row];
                codes[row] = merge.code(source, sources.get(source).codes()[rowInSource[row]]);
            }
        }
        return merge.column(codes, nulls);
    }

    private Column copyBytes() {
        BytesBuilder target = new BytesBuilder(rowCount, rowCount * 8);
        for (int row = 0; row < rowCount; row++) {
            if (nulls == null || !nulls[row]) {
                BytesColumn source = sources.get(sourceOfRow[row]);
                int start = source.start(rowInSource[row]);
                target.append(source.bytes(), start, source.end(rowInSource[row]) - start);
            }
            target.endEntry();
        }
        return target.build(nulls);
    }
}
