package org.narwhaldb.engine.operator;

import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.SortOrder;

/// The sorted rows that a window keeps: some whole partitions, which are ready, and the beginning of the next.
final class WindowRows implements AutoCloseable {
    private final PlanNode.Window node;
    private final Reservation reservation;
    private final RowStore store;
    private int[] partitions = new int[0];
    private int partitionCount;
    private int[] peers = new int[0];
    private int peerCount;
    private int ready;
    private int partition;
    private int peer;
    private int firstPeer;

    WindowRows(PlanNode.Window node, Reservation reservation) {
        this.node = node;
        this.reservation = reservation;
        store = new RowStore(node.input().output(), reservation.another());
    }

    int ready() {
        return ready;
    }

    /// Of the kept rows, for as long as they are kept.
    Reservation reservation() {
        return reservation;
    }

    ColumnStore column(int index) {
        return store.column(index);
    }

    /// Whether the first order is descending.
    boolean isDescending() {
        return node.orders().getFirst().descending();
    }

    void append(Batch batch) {
        int from = store.size();
        store.append(batch.columns(), null, batch.rowCount());
        mark(from);
        ready = partitions[partitionCount - 1];
    }

    /// No row follows.
    void end() {
        ready = store.size();
    }

    private void mark(int from) {
        int size = store.size();
        for (int row = from; row < size; row++) {
            boolean isPartition = row == 0 || differ(row, node.partition());
            if (isPartition) {
                partitions = reservation.ints(partitions, partitionCount + 1);
                partitions[partitionCount++] = row;
            }
            if (isPartition || differByOrder(row)) {
                peers = reservation.ints(peers, peerCount + 1);
                peers[peerCount++] = row;
            }
        }
    }

    private boolean differ(int row, List<Integer> columns) {
        for (int index = 0; index < columns.size(); index++) {
            if (differ(row, store.column(columns.get(index)))) {
                return true;
            }
        }
        return false;
    }

    private boolean differByOrder(int row) {
        for (SortOrder order : node.orders()) {
            if (differ(row, store.column(order.column()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean differ(int row, ColumnStore column) {
        boolean isNull = column.nulls().isNull(row);
        return isNull != column.nulls().isNull(row - 1) || !isNull && column.compare(row - 1, row) != 0;
    }

    /// What is kept beyond the rows that were ready; this is closed.
    WindowRows rest() {
        WindowRows rest = new WindowRows(node, reservation.another());
        int count = store.size() - ready;
        if (count > 0) {
            rest.store.append(range(ready, count), null, count);
            rest.mark(0);
        }
        close();
        return rest;
    }

    List<Column> range(int from, int count) {
        return store.gather(numbers(from, count), count);
    }

    /// `count` rows of one column.
    Column range(int column, int from, int count) {
        return store.column(column).gather(numbers(from, count), count);
    }

    private static int[] numbers(int from, int count) {
        int[] numbers = new int[count];
        Arrays.setAll(numbers, index -> from + index);
        return numbers;
    }

    /// To be asked for in order.
    WindowBounds bounds(int from, int count) {
        WindowBounds bounds = new WindowBounds(from, count);
        for (int index = 0; index < count; index++) {
            int row = from + index;
            while (peer + 1 < peerCount && peers[peer + 1] <= row) {
                peer++;
            }
            if (partition + 1 < partitionCount && partitions[partition + 1] <= row) {
                partition++;
                firstPeer = peer;
            }
            bounds.partitionFrom()[index] = partitions[partition];
            bounds.partitionTo()[index] = partition + 1 < partitionCount ? partitions[partition + 1] : store.size();
            bounds.peerFrom()[index] = peers[peer];
            bounds.peerTo()[index] = peer + 1 < peerCount ? peers[peer + 1] : store.size();
            bounds.peerNumbers()[index] = peer - firstPeer;
        }
        return bounds;
    }

    @Override
    public void close() {
        store.close();
        reservation.close();
    }
}
