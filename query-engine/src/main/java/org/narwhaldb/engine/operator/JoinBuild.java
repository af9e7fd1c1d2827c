package org.narwhaldb.engine.operator;

import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// The right side of a join, read whole: its rows, and for each key the chain of rows that have it, in order of
/// arrival. Without keys the one chain is all rows.
final class JoinBuild implements AutoCloseable {
    /// ends a chain
    static final int NONE = -1;

    private final int[] keys;
    private final boolean keepsNullKeys;
    private final Reservation reservation;
    private final RowStore rows;
    /// null without keys
    private final GroupTable table;
    /// by key number
    private int[] first = new int[0];
    private int[] last = new int[0];
    /// by row
    private int[] next = new int[0];
    private boolean hasNullKey;
    private boolean hasRows;

    /// @param keys none: every row is a candidate for every left row
    /// @param keepsRows false if only the keys matter
    /// @param keepsNullKeys whether rows that match nothing are needed nevertheless
    JoinBuild(List<Field> fields, int[] keys, boolean keepsRows, boolean keepsNullKeys, QueryContext context) {
        this.keys = keys;
        this.keepsNullKeys = keepsNullKeys;
        reservation = new Reservation(context.memory());
        rows = keepsRows ? new RowStore(fields, reservation.another()) : null;
        List<ColumnType> types = Arrays.stream(keys).mapToObj(key -> fields.get(key).type()).toList();
        table = keys.length == 0 ? null : new GroupTable(types, false, reservation);
    }

    void read(Operator input, QueryContext context) {
        int[] groups = new int[Batch.ROWS_MAX];
        int[] selected = new int[Batch.ROWS_MAX];
        for (Batch batch = input.next(); batch != null; batch = input.next()) {
            context.check();
            hasRows = true;
            add(batch, groups, selected);
        }
        input.close();
    }

    private void add(Batch batch, int[] groups, int[] selected) {
        if (table == null) {
            if (rows != null) {
                rows.append(batch.columns(), null, batch.rowCount());
            }
            return;
        }
        int count = withoutNullKeys(batch, selected);
        boolean all = count == batch.rowCount();
        hasNullKey |= !all;
        Column[] keyColumns = new Column[keys.length];
        for (int key = 0; key < keys.length; key++) {
            Column column = batch.column(keys[key]);
            keyColumns[key] = all ? column : Columns.gather(column, selected, count);
        }
        table.assign(keyColumns, count, groups);
        if (rows == null) {
            return;
        }
        boolean keepsAll = all || keepsNullKeys;
        int base = rows.size();
        rows.append(batch.columns(), keepsAll ? null : selected, keepsAll ? batch.rowCount() : count);
        first = reservation.ints(first, table.size());
        last = reservation.ints(last, table.size());
        next = reservation.ints(next, rows.size());
        Arrays.fill(next, base, rows.size(), NONE);
        for (int index = 0; index < count; index++) {
            link(groups[index], base + (keepsAll ? selected[index] : index));
        }
    }

    /// `first` holds row + 1, so that a fresh element means no row.
    private void link(int group, int row) {
        if (first[group] == 0) {
            first[group] = row + 1;
        } else {
            next[last[group]] = row;
        }
        last[group] = row;
    }

    private int withoutNullKeys(Batch batch, int[] selected) {
        int count = 0;
        rows:
        for (int row = 0; row < batch.rowCount(); row++) {
            for (int key : keys) {
                if (batch.column(key).isNull(row)) {
                    continue rows;
                }
            }
            selected[count++] = row;
        }
        return count;
    }

    boolean hasRows() {
        return hasRows;
    }

    boolean hasNullKey() {
        return hasNullKey;
    }

    boolean isNestedLoop() {
        return table == null;
    }

    RowStore rows() {
        return rows;
    }

    /// Sets `groups[i]` to the number of left row `i`'s key, -1 if no right row has it; to 0 without keys.
    void find(Column[] leftKeys, int count, int[] groups) {
        if (table == null) {
            Arrays.fill(groups, 0, count, 0);
        } else {
            table.find(leftKeys, count, groups);
        }
    }

    /// The first candidate row of a key number that `find` gave.
    int first(int group) {
        if (group < 0) {
            return NONE;
        }
        return table == null ? following(-1) : first[group] - 1;
    }

    /// The candidate after this one.
    int next(int row) {
        return table == null ? following(row) : next[row];
    }

    private int following(int row) {
        return row + 1 < rows.size() ? row + 1 : NONE;
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.close();
        }
        reservation.close();
    }
}
