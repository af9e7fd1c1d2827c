package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// The columns of a join's pairs: left ones then right ones, of which only those that someone reads are gathered. The
/// others are a placeholder, NULL in every row.
final class JoinColumns {
    private final List<Field> left;
    private final List<Field> right;
    /// over left columns then right columns
    private final BitSet output;
    private final BitSet residual;
    /// by right column, its number in the build's rows
    private final int[] keptPlace;
    private final int[] kept;
    private final Map<ColumnType.Physical, Column> placeholders = new EnumMap<>(ColumnType.Physical.class);

    /// @param output columns that are read of the output
    /// @param residual columns that the residual reads
    JoinColumns(List<Field> left, List<Field> right, BitSet output, BitSet residual) {
        this.left = left;
        this.right = right;
        this.output = output;
        this.residual = residual;
        keptPlace = new int[right.size()];
        int count = 0;
        int[] columns = new int[right.size()];
        for (int column = 0; column < right.size(); column++) {
            keptPlace[column] = count;
            if (output.get(left.size() + column) || residual.get(left.size() + column)) {
                columns[count++] = column;
            }
        }
        kept = Arrays.copyOf(columns, count);
    }

    /// The right columns that the build keeps.
    int[] kept() {
        return kept;
    }

    Batch forResidual(Batch batch, RowStore rows, JoinPairs pairs, int count) {
        return pairs(batch, rows, pairs, count, residual, false);
    }

    /// @param padded whether a right row may be -1
    Batch forOutput(Batch batch, RowStore rows, JoinPairs pairs, int count, boolean padded) {
        return pairs(batch, rows, pairs, count, output, padded);
    }

    private Batch pairs(Batch batch, RowStore rows, JoinPairs pairs, int count, BitSet wanted, boolean padded) {
        List<Column> columns = new ArrayList<>(left.size() + right.size());
        boolean isWhole = pairs.isWholeBatch(count);
        for (int column = 0; column < left.size(); column++) {
            columns.add(!wanted.get(column) ? placeholder(left.get(column))
                    : isWhole ? batch.column(column)
                    : Columns.gather(batch.column(column), pairs.left(), count));
        }
        addRight(columns, rows, pairs.right(), count, wanted, padded);
        return new Batch(count, columns);
    }

    private void addRight(List<Column> columns, RowStore rows, int[] indices, int count, BitSet wanted, boolean padded) {
        for (int column = 0; column < right.size(); column++) {
            columns.add(!wanted.get(left.size() + column) ? placeholder(right.get(column))
                    : rows.gather(keptPlace[column], indices, count, padded));
        }
    }

    /// Left rows alone.
    Batch leftRows(Batch batch, int[] selected, int count) {
        if (count == batch.rowCount()) {
            return batch;
        }
        List<Column> columns = new ArrayList<>(left.size());
        for (int column = 0; column < left.size(); column++) {
            columns.add(output.get(column) ? Columns.gather(batch.column(column), selected, count)
                    : placeholder(left.get(column)));
        }
        return new Batch(count, columns);
    }

    /// Left rows beside NULLs.
    Batch withoutRight(Batch leftRows) {
        List<Column> columns = new ArrayList<>(leftRows.columns());
        for (Field field : right) {
            columns.add(placeholder(field));
        }
        return new Batch(leftRows.rowCount(), columns);
    }

    /// Right rows beside NULLs.
    Batch withoutLeft(RowStore rows, int[] indices, int count) {
        List<Column> columns = new ArrayList<>(left.size() + right.size());
        for (Field field : left) {
            columns.add(placeholder(field));
        }
        addRight(columns, rows, indices, count, output, false);
        return new Batch(count, columns);
    }

    /// NULL in each row of any batch.
    Column placeholder(Field field) {
        return placeholders.computeIfAbsent(field.type().physical(),
                _ -> Columns.constant(null, field.type(), Batch.ROWS_MAX));
    }
}
