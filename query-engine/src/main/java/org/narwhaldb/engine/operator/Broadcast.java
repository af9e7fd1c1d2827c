package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.segment.Field;

/// The whole answer of a BUILD fragment, to be joined with: part of each request of a leaf that names it, by reference inside a JVM. Each
/// column is one array. Immutable, but for what is derived from it when it is first asked for and then shared: a [LookupTable] for
/// each list of keys, and its form on the wire. Thread-safe.
///
/// Rows and tables are charged to the query of whoever collected it; what came over the wire, to the request it came with.
public final class Broadcast {
    private final int fragmentId;
    private final List<Field> fields;
    private final List<Column> columns;
    private final int rowCount;
    private final long sizeBytes;
    private final QueryMemory owner;
    private final Map<List<Integer>, Optional<LookupTable>> tables = new HashMap<>();
    private byte[] wireForm;

    /// @param columns of `rowCount` rows each
    /// @param owner what tables are charged to; null: to the query that asks for one first
    public Broadcast(int fragmentId, List<Field> fields, List<Column> columns, int rowCount, QueryMemory owner) {
        this.fragmentId = fragmentId;
        this.fields = List.copyOf(fields);
        this.columns = List.copyOf(columns);
        this.rowCount = rowCount;
        this.owner = owner;
        sizeBytes = columns.stream().mapToLong(column -> Concatenation.heapBytes(column, rowCount)).sum();
    }

    /// Reads all rows.
    public static Broadcast collect(int fragmentId, List<Field> fields, Operator rows, QueryContext context) {
        List<Batch> batches = new ArrayList<>();
        Reservation arrived = new Reservation(context.memory());
        Reservation kept = arrived.another();
        try {
            for (Batch batch = rows.next(); batch != null; batch = rows.next()) {
                context.check();
                arrived.grow(10L * batch.columns().size() * batch.rowCount() + BatchBytes.variable(batch));
                batches.add(batch);
            }
            int count = Concatenation.rowCount(batches);
            List<Column> columns = new ArrayList<>(fields.size());
            for (int column = 0; column < fields.size(); column++) {
                columns.add(Concatenation.of(batches, column, fields.get(column).type(), count, kept));
            }
            return new Broadcast(fragmentId, fields, columns, count, context.memory());
        } finally {
            arrived.close();
        }
    }

    public int fragmentId() {
        return fragmentId;
    }

    public List<Field> fields() {
        return fields;
    }

    public List<Column> columns() {
        return columns;
    }

    public int rowCount() {
        return rowCount;
    }

    /// About what it takes on the heap.
    public long sizeBytes() {
        return sizeBytes;
    }

    /// To be called where it came over the wire: charges it to the query.
    public void arrivedWith(QueryContext context) {
        if (owner == null) {
            context.memory().reserve(sizeBytes);
        }
    }

    /// The form that `encoder` gives it, made once.
    public synchronized byte[] wireForm(Function<Broadcast, byte[]> encoder) {
        if (wireForm == null) {
            if (owner != null) {
                owner.reserve(sizeBytes);
            }
            wireForm = encoder.apply(this);
        }
        return wireForm;
    }

    /// The rows by these key columns; empty if they are of a type that [LookupTable] does not take.
    synchronized Optional<LookupTable> table(int[] keys, QueryContext context) {
        List<Integer> list = Arrays.stream(keys).boxed().toList();
        Optional<LookupTable> table = tables.get(list);
        if (table == null) {
            QueryMemory memory = owner == null ? context.memory() : owner;
            table = LookupTable.of(columns, rowCount, keys, new Reservation(memory));
            tables.put(list, table);
        }
        return table;
    }

    /// The rows, in batches.
    public Operator rows(QueryContext context) {
        return new Rows(context);
    }

    private final class Rows implements Operator {
        private final QueryContext context;
        private final Reservation reservation;
        private int next;

        Rows(QueryContext context) {
            this.context = context;
            reservation = new Reservation(context.memory());
        }

        @Override
        public Batch next() {
            context.check();
            int from = next;
            int count = Math.min(Batch.ROWS_MAX, rowCount - from);
            if (count <= 0) {
                return null;
            }
            next += count;
            reservation.set(BatchBytes.fixed(columns.size()));
            return new Batch(count, columns.stream().map(column -> Columns.slice(column, from, count)).toList());
        }

        @Override
        public void close() {
            next = rowCount;
            reservation.close();
        }
    }
}
