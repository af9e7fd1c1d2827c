package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.ColumnType;

/// Numbers distinct keys densely from 0, in order of first appearance. NULL is a key value like any other, or one that is
/// never assigned and matches nothing.
///
/// Texts of one dictionary are held as its codes ([CodeTable]), other keys packed into one long where their kinds and ranges allow
/// ([PackedTable]), one number of any value as its bits ([NumberTable]), all others as rows of longs ([WideTable]). A table that meets
/// keys it cannot hold hands its own to the next, by their numbers.
final class GroupTable {
    private final List<ColumnType.Physical> kinds;
    private final boolean nullsAreKeys;
    private final Reservation reservation;
    private final KeyIds ids;
    private KeyTable table;

    /// @param nullsAreKeys false if rows with a null key are never assigned, and match nothing
    GroupTable(List<ColumnType> types, boolean nullsAreKeys, Reservation reservation) {
        this.reservation = reservation;
        this.nullsAreKeys = nullsAreKeys;
        kinds = types.stream().map(ColumnType::physical).toList();
        ids = new KeyIds(kinds, reservation);
        boolean isText = kinds.size() == 1 && kinds.getFirst() == ColumnType.Physical.BYTES;
        table = isText && nullsAreKeys ? new CodeTable(reservation) : packedTable();
    }

    private KeyTable packedTable() {
        return PackedTable.takes(kinds) ? new PackedTable(kinds, ids, nullsAreKeys, reservation) : anyTable();
    }

    private KeyTable anyTable() {
        boolean isOneWord = kinds.size() == 1
                && (kinds.getFirst() == ColumnType.Physical.LONG || kinds.getFirst() == ColumnType.Physical.DOUBLE);
        return isOneWord ? new NumberTable(kinds.getFirst(), nullsAreKeys, reservation)
                : new WideTable(kinds, ids, nullsAreKeys, reservation);
    }

    int size() {
        return table.size();
    }

    /// Sets `groups[i]` to the number of row `i`'s key, adding the key if it is new.
    void assign(Column[] keys, int count, int[] groups) {
        while (!table.assign(keys, count, groups)) {
            handOver();
        }
    }

    private void handOver() {
        KeyTable next = table instanceof CodeTable ? packedTable() : anyTable();
        int[] numbers = new int[Batch.ROWS_MAX];
        Column[] columns = new Column[kinds.size()];
        for (int from = 0; from < table.size(); from += Batch.ROWS_MAX) {
            int count = Math.min(Batch.ROWS_MAX, table.size() - from);
            for (int key = 0; key < columns.length; key++) {
                columns[key] = table.keys(key, from, count);
            }
            if (!next.assign(columns, count, numbers)) {
                throw new IllegalStateException("Cannot hold the keys that are there");
            }
        }
        table.release();
        table = next;
    }

    /// Sets `groups[i]` to the number of row `i`'s key, or -1 if the key is not there.
    void find(Column[] keys, int count, int[] groups) {
        if (table instanceof CodeTable codes && !codes.isOf((Column.BytesColumn) keys[0])) {
            handOver();
        }
        table.find(keys, count, groups);
    }

    /// The values of key `key` of groups `[from, from + count)`.
    Column keys(int key, int from, int count) {
        return table.keys(key, from, count);
    }
}
