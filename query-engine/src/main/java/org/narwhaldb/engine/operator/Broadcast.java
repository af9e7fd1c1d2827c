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
import org.narwhaldb.segment.error.NarwhalException;

/// The whole answer of a BUILD fragment, to be joined with: part of each request of a leaf that names it, by reference inside a JVM. Each
/// column is one array. Immutable, but for what is derived from it when it is first asked for and then shared: a [LookupTable] for
/// each list of keys, and its form on the wire. Thread-safe.
///
/// Rows and tables are charged to the query of whoever collected it; what came over the wire, to the request it came with. More rows than
/// there is memory for are in a file instead: then there are neither columns nor tables, and it goes with no request.
public final class Broadcast {
    private final int fragmentId;
    private final List<Field> fields;
    private final List<Column> columns;
    private final int rowCount;
    private final long sizeBytes;
    private final QueryMemory owner;
    private final Map<List<Integer>, Optional<LookupTable>> tables = new HashMap<>();
    private byte[] wireForm;
    /// null if the rows are in memory
    private final SpillFile file;

    /// @param columns of `rowCount` rows each
    /// @param owner what tables are charged to; null: to the query that asks for one first
    public Broadcast(int fragmentId, List<Field> fields, List<Column> columns, int rowCount, QueryMemory owner) {
        this(fragmentId, fields, columns, rowCount, owner, null);
    }

    private Broadcast(int fragmentId, List<Field> fields, List<Column> columns, int rowCount, QueryMemory owner, SpillFile file) {
        this.file = file;
        this.fragmentId = fragmentId;
        this.fields = List.copyOf(fields);
        this.columns = List.copyOf(columns);
        this.rowCount = rowCount;
        this.owner = owner;
        sizeBytes = columns.stream().mapToLong(column -> Concatenation.heapBytes(column, rowCount)).sum();
    }

    /// Reads all rows. The caller closes what it gets.
    public static Broadcast collect(int fragmentId, List<Field> fields, Operator rows, QueryContext context) {
        List<Batch> batches = new ArrayList<>();
        Reservation arrived = new Reservation(context.memory());
        Reservation kept = arrived.another();
        try {
            for (Batch batch = rows.next(); batch != null; batch = rows.next()) {
                context.check();
                long bytes = BatchBytes.of(batch);
                boolean isShort = SpillFile.takes(fields) && context.memory().spill() != null
                        && !arrived.canGrow(arrived.held() + 2 * bytes + 2 * SpillFile.BUFFER_BYTES);
                if (isShort) {
                    batches.add(batch);
                    return inFile(fragmentId, fields, batches, rows, context);
                }
                arrived.grow(bytes);
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

    private static Broadcast inFile(int fragmentId, List<Field> fields, List<Batch> first, Operator rest, QueryContext context) {
        Reservation buffer = new Reservation(context.memory());
        SpillFile file = new SpillFile(context.memory().spill(), fields, buffer);
        try {
            first.forEach(file::append);
            first.clear();
            for (Batch batch = rest.next(); batch != null; batch = rest.next()) {
                context.check();
                file.append(batch);
            }
            file.seal();
            return new Broadcast(fragmentId, fields, List.of(), (int) Math.min(Integer.MAX_VALUE, file.rowCount()), context.memory(), file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        } finally {
            buffer.close();
        }
    }

    public int fragmentId() {
        return fragmentId;
    }

    /// Whether the rows are in a file, so that they can only be read.
    public boolean isInFile() {
        return file != null;
    }

    /// Ends the file, if there is one. To be called when the query has ended.
    public void close() {
        if (file != null) {
            file.close();
        }
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
        if (file != null) {
            return Optional.empty();
        }
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
        return file == null ? new Rows(context) : new FileRows(file.reader(new Reservation(context.memory())), context);
    }

    /// A query that was cancelled has no file, and says why.
    private record FileRows(Operator rows, QueryContext context) implements Operator {
        @Override
        public Batch next() {
            context.check();
            try {
                return rows.next();
            } catch (NarwhalException e) {
                context.check();
                throw e;
            }
        }

        @Override
        public void close() {
            rows.close();
        }
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
