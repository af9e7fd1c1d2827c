package org.narwhaldb.engine.operator;

import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// The right side of a join, or as much of it as there is memory for: the columns that are needed of its rows, and for each
/// key its rows, in order of arrival. Without keys every row is a candidate.
///
/// A key's candidates are places `[from(key), to(key))`. Where no key repeats, a key's number is its row's and its
/// place; else the rows are sorted by key once all are there.
final class JoinBuild implements AutoCloseable {
    /// places, rows by place, and whether a row has matched
    private static final int FINISH_BYTES_PER_ROW = 2 * Integer.BYTES + 1;
    /// of a value that is kept, hashed
    private static final int ROW_BYTES = 32;

    private final int[] keys;
    private final int[] columns;
    private final boolean keepsNullKeys;
    private final Reservation reservation;
    private final RowStore rows;
    /// null without keys
    private final GroupTable table;
    /// by row, while they are read; -1 for a null key
    private int[] groupOfRow = new int[0];
    /// by key number: its first place; null if a place is a row
    private int[] places;
    private int[] rowOfPlace;
    private boolean hasNullKey;
    private boolean hasRows;
    /// of the arrays with a value a row
    private long rowCapacity;

    /// @param keys none: every row is a candidate for every left row
    /// @param columns to keep of the rows; null if only the keys matter
    /// @param keepsNullKeys whether rows that match nothing are needed nevertheless
    JoinBuild(List<Field> fields, int[] keys, int[] columns, boolean keepsNullKeys, QueryContext context) {
        this.keys = keys;
        this.columns = columns;
        this.keepsNullKeys = keepsNullKeys;
        reservation = new Reservation(context.memory());
        rows = columns == null ? null
                : new RowStore(Arrays.stream(columns).mapToObj(fields::get).toList(), reservation.another());
        List<ColumnType> types = Arrays.stream(keys).mapToObj(key -> fields.get(key).type()).toList();
        table = keys.length == 0 ? null : new GroupTable(types, false, reservation);
    }

    /// Reads the input, to its end if it can.
    ///
    /// @param spare what must be had of memory besides when reading stops short of the end; negative: it never does
    /// @return the first batch that there may be no memory for; null if all were read
    Batch read(Operator input, long spare, QueryContext context) {
        int[] groups = new int[Batch.ROWS_MAX];
        int[] selected = new int[Batch.ROWS_MAX];
        for (Batch batch = input.next(); batch != null; batch = input.next()) {
            context.check();
            if (hasRows && spare >= 0 && !reservation.canGrow(growth(batch) + spare)) {
                return batch;
            }
            hasRows = true;
            add(batch, groups, selected);
        }
        return null;
    }

    /// What the batch may take at most: where arrays grow, to twice what they are, which the largest of them then is there besides;
    /// what its own rows take; and what [#finish] does. As much as is held stays free for others in any case.
    private long growth(Batch batch) {
        long held = reservation.held() + (rows == null ? 0 : rows.heldBytes());
        long rowCount = (rows == null ? 0 : rows.size()) + batch.rowCount();
        long own = (long) ROW_BYTES * batch.rowCount() * (batch.columns().size() + 1) + BatchBytes.texts(batch);
        for (Column column : batch.columns()) {
            own += column instanceof BytesColumn bytes ? (long) Integer.BYTES * bytes.offsets().length : 0;
        }
        boolean grows = rows == null || rowCount > rowCapacity;
        return (grows ? 2 : 1) * held + own + FINISH_BYTES_PER_ROW * rowCount;
    }

    private void add(Batch batch, int[] groups, int[] selected) {
        if (table == null) {
            append(batch, null, batch.rowCount());
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
        append(batch, keepsAll ? null : selected, keepsAll ? batch.rowCount() : count);
        groupOfRow = reservation.ints(groupOfRow, rows.size());
        if (all || !keepsAll) {
            System.arraycopy(groups, 0, groupOfRow, base, count);
            return;
        }
        Arrays.fill(groupOfRow, base, rows.size(), -1);
        for (int index = 0; index < count; index++) {
            groupOfRow[base + selected[index]] = groups[index];
        }
    }

    private void append(Batch batch, int[] selected, int count) {
        if (rows != null) {
            long needed = (long) rows.size() + count;
            rowCapacity = needed <= rowCapacity ? rowCapacity : Math.max(needed, 2 * rowCapacity);
            rows.append(Arrays.stream(columns).mapToObj(batch::column).toList(), selected, count);
        }
    }

    private int withoutNullKeys(Batch batch, int[] selected) {
        boolean[] isNull = null;
        for (int key : keys) {
            boolean[] nulls = batch.column(key).nulls();
            for (int row = 0; nulls != null && row < batch.rowCount(); row++) {
                if (nulls[row]) {
                    isNull = isNull == null ? new boolean[batch.rowCount()] : isNull;
                    isNull[row] = true;
                }
            }
        }
        if (isNull == null) {
            return batch.rowCount();
        }
        int count = 0;
        for (int row = 0; row < batch.rowCount(); row++) {
            selected[count] = row;
            count += isNull[row] ? 0 : 1;
        }
        return count;
    }

    /// To be called after the last row. Sorts the rows by key, by counting, unless every row has a key of its own: then they are
    /// numbered alike.
    void finish() {
        if (table == null || rows == null) {
            return;
        }
        if (table.size() < rows.size()) {
            places = reservation.ints(new int[0], table.size() + 2);
            rowOfPlace = reservation.ints(new int[0], rows.size());
            for (int row = 0; row < rows.size(); row++) {
                if (groupOfRow[row] >= 0) {
                    places[groupOfRow[row] + 2]++;
                }
            }
            for (int key = 2; key <= table.size(); key++) {
                places[key] += places[key - 1];
            }
            for (int row = 0; row < rows.size(); row++) {
                if (groupOfRow[row] >= 0) {
                    rowOfPlace[places[groupOfRow[row] + 1]++] = row;
                }
            }
        }
        reservation.shrink((long) groupOfRow.length * Integer.BYTES);
        groupOfRow = new int[0];
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

    /// Whether each key has one row, whose number is the key's.
    boolean isUnique() {
        return table != null && places == null;
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

    /// The first place of a key number that `find` gave.
    int from(int key) {
        return key < 0 || table == null ? 0 : places == null ? key : places[key];
    }

    /// The place after the key's last.
    int to(int key) {
        return key < 0 ? 0 : table == null ? rows.size() : places == null ? key + 1 : places[key + 1];
    }

    int row(int place) {
        return rowOfPlace == null ? place : rowOfPlace[place];
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.close();
        }
        reservation.close();
    }
}
