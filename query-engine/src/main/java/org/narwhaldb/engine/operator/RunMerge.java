package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.ColumnBuilder;
import org.narwhaldb.segment.Field;

/// Merges runs of rows that are each in order, and whose rows came one run after the other: equal rows stay in that order.
final class RunMerge implements AutoCloseable {
    private final List<Field> fields;
    private final RowOrder order;
    private final PriorityQueue<Run> heads;
    private final List<Run> runs = new ArrayList<>();

    /// A run's present batch, kept so that rows of others can be compared with it.
    private final class Run implements Comparable<Run>, AutoCloseable {
        private final int number;
        private final Operator rows;
        private final Reservation reservation;
        private RowStore kept;
        private Batch batch;
        private int row;

        Run(int number, Operator rows, Reservation reservation) {
            this.number = number;
            this.rows = rows;
            this.reservation = reservation;
        }

        /// False if there is none.
        private boolean nextRow() {
            if (batch != null && ++row < batch.rowCount()) {
                return true;
            }
            close();
            batch = rows.next();
            row = 0;
            if (batch == null) {
                rows.close();
                return false;
            }
            kept = new RowStore(fields, reservation.another());
            kept.append(batch.columns(), null, batch.rowCount());
            return true;
        }

        @Override
        public int compareTo(Run other) {
            int comparison = order.compare(kept, row, other.batch, other.row);
            return comparison != 0 ? comparison : Integer.compare(number, other.number);
        }

        @Override
        public void close() {
            if (kept != null) {
                kept.close();
            }
        }
    }

    RunMerge(List<Field> fields, RowOrder order, List<SpillFile> files, Reservation reservation) {
        this.fields = fields;
        this.order = order;
        heads = new PriorityQueue<>(files.size());
        for (SpillFile file : files) {
            Run run = new Run(runs.size(), file.reader(), reservation);
            runs.add(run);
            if (run.nextRow()) {
                heads.add(run);
            }
        }
    }

    /// Null at the end.
    Batch next() {
        List<ColumnBuilder> builders = fields.stream().map(field -> ColumnBuilder.of(field.type())).toList();
        int count = 0;
        for (; count < Batch.ROWS_MAX && !heads.isEmpty(); count++) {
            Run run = heads.poll();
            for (int column = 0; column < builders.size(); column++) {
                builders.get(column).appendFrom(run.batch.column(column), run.row);
            }
            if (run.nextRow()) {
                heads.add(run);
            }
        }
        List<Column> columns = builders.stream().map(ColumnBuilder::build).toList();
        return count == 0 ? null : new Batch(count, columns);
    }

    @Override
    public void close() {
        for (Run run : runs) {
            run.close();
            run.rows.close();
        }
    }
}
