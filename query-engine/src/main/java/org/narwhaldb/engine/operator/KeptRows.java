package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.NarwhalException;

/// A small answer that outlives the query that computed it: copied, so that it holds nothing else alive, least of all dictionaries and
/// pools that it names a few values of. Immutable.
///
/// @param sizeBytes on the heap
public record KeptRows(List<Batch> batches, long rowCount, long sizeBytes) {
    private static final long BATCH_BYTES = 200;
    private static final long BYTES_PER_VALUE = 10;

    public KeptRows {
        batches = List.copyOf(batches);
    }

    /// Yields them once more.
    public Operator rows(QueryContext context) {
        return new Operator() {
            private int next;

            @Override
            public Batch next() {
                context.check();
                return next < batches.size() ? batches.get(next++) : null;
            }

            @Override
            public void close() {
                next = batches.size();
            }
        };
    }

    /// Holds on to batches that pass by until they are all there, or too large to be kept. What it holds is charged to the query.
    public static final class Collector implements AutoCloseable {
        private final List<Field> fields;
        private final long bytesMax;
        private final Reservation reservation;
        private List<Batch> batches = new ArrayList<>();

        public Collector(List<Field> fields, long bytesMax, QueryMemory memory) {
            this.fields = fields;
            this.bytesMax = bytesMax;
            reservation = new Reservation(memory);
        }

        public void add(Batch batch) {
            if (batches == null) {
                return;
            }
            long size = BATCH_BYTES + BYTES_PER_VALUE * batch.columns().size() * batch.rowCount();
            if (reservation.held() + size <= bytesMax) {
                size += BatchBytes.texts(batch);
            }
            if (reservation.held() + size > bytesMax || !reserve(size)) {
                giveUp();
            } else {
                batches.add(batch);
            }
        }

        /// A query short of memory keeps nothing for others.
        private boolean reserve(long size) {
            try {
                reservation.grow(size);
                return true;
            } catch (NarwhalException e) {
                return false;
            }
        }

        private void giveUp() {
            batches = null;
            reservation.close();
        }

        /// To be called after the last batch. Null if it is too much.
        public KeptRows finish() {
            if (batches == null) {
                return null;
            }
            List<Batch> all = batches;
            batches = null;
            try {
                KeptRows kept = copy(all);
                return kept.sizeBytes > bytesMax ? null : kept;
            } catch (NarwhalException e) {
                // as in reserve
                return null;
            } finally {
                reservation.close();
            }
        }

        private KeptRows copy(List<Batch> all) {
            int count = Concatenation.rowCount(all);
            List<Column> columns = new ArrayList<>(fields.size());
            long size = BATCH_BYTES;
            for (int column = 0; column < fields.size(); column++) {
                Column whole = Concatenation.of(all, column, fields.get(column).type(), count, reservation);
                columns.add(whole);
                size += heapBytes(whole, count);
            }
            List<Batch> kept = new ArrayList<>();
            for (int row = 0; row < count; row += Batch.ROWS_MAX) {
                int from = row;
                int rows = Math.min(Batch.ROWS_MAX, count - from);
                kept.add(new Batch(rows, columns.stream().map(column -> Columns.slice(column, from, rows)).toList()));
                size += BATCH_BYTES;
            }
            return new KeptRows(kept, count, size);
        }

        @Override
        public void close() {
            giveUp();
        }
    }

    private static long heapBytes(Column column, int rowCount) {
        long nulls = column.nulls() == null ? 0 : column.nulls().length;
        return switch (column) {
            case BytesColumn bytes -> nulls + bytes.bytes().length + 4L * bytes.offsets().length
                    + (bytes.codes() == null ? 0 : 4L * bytes.codes().length);
            case NestedColumn _ -> nulls + 8L * rowCount + BatchBytes.variable(new Batch(rowCount, List.of(column)));
            default -> Concatenation.heapBytes(column, rowCount);
        };
    }
}
