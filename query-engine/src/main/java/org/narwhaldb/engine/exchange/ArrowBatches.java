package org.narwhaldb.engine.exchange;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Batches as Arrow record batches and back, for the inner wire and for clients. Buffers are laid out here and written
/// in bulk (https://arrow.apache.org/docs/format/Columnar.html); no vector is filled value by value.
public final class ArrowBatches {
    private ArrowBatches() {}

    public static Schema schema(List<Field> fields) {
        return new Schema(fields.stream().map(ArrowTypes::toArrow).toList());
    }

    /// The inverse of [#schema] but for field ids: they are positions among siblings.
    ///
    /// @throws NarwhalException NOT_SUPPORTED for an Arrow type that no type of ours stands for
    public static List<Field> fields(Schema schema) {
        return ArrowTypes.fromArrow(schema.getFields());
    }

    /// Replaces the content of `root`, which was made of [#schema] of the same fields, by the rows of all batches, in
    /// order. The root owns the memory, taken from `allocator`; loading again replaces it, so buffers already handed on
    /// stay valid.
    ///
    /// @throws NarwhalException SERVER_MEMORY_EXCEEDED when the allocator refuses; LIMIT_EXCEEDED when a column's bytes
    ///     outgrow 2 GiB
    public static void load(VectorSchemaRoot root, List<Field> fields, List<Batch> batches, BufferAllocator allocator) {
        int rowCount = batches.stream().mapToInt(Batch::rowCount).sum();
        try (ArrowBuffers buffers = new ArrowBuffers(allocator)) {
            for (int index = 0; index < fields.size(); index++) {
                List<ArrowBuffers.Part> parts = new ArrayList<>(batches.size());
                for (Batch batch : batches) {
                    parts.add(new ArrowBuffers.Part(batch.column(index), batch.rowCount()));
                }
                buffers.add(fields.get(index), parts, rowCount);
            }
            try (ArrowRecordBatch recordBatch = buffers.recordBatch(rowCount)) {
                new VectorLoader(root).load(recordBatch);
            }
        } catch (OutOfMemoryException e) {
            throw new NarwhalException(ErrorCode.SERVER_MEMORY_EXCEEDED,
                    "No Arrow memory for [%d] rows; [%d] bytes are in use, the limit is [%d]".formatted(
                            rowCount, allocator.getAllocatedMemory(), allocator.getLimit()), e);
        }
    }

    /// The rows `[from, from + count)` of a root that holds `fields`, copied to the heap.
    public static Batch batch(VectorSchemaRoot root, List<Field> fields, int from, int count) {
        List<Column> columns = new ArrayList<>(fields.size());
        for (int index = 0; index < fields.size(); index++) {
            columns.add(ArrowColumns.read(root.getVector(index), fields.get(index).type(), from, count));
        }
        return new Batch(count, columns);
    }

    /// All rows of a root, in batches of at most [Batch#ROWS_MAX].
    public static List<Batch> batches(VectorSchemaRoot root, List<Field> fields) {
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from < root.getRowCount(); from += Batch.ROWS_MAX) {
            batches.add(batch(root, fields, from, Math.min(Batch.ROWS_MAX, root.getRowCount() - from)));
        }
        return batches;
    }

    /// About how many bytes the batch takes as Arrow buffers; what a sender gathers batches by.
    public static long sizeBytes(Batch batch) {
        long size = 0;
        for (Column column : batch.columns()) {
            size += switch (column) {
                case Column.BooleanColumn _ -> batch.rowCount() / 8 + 1;
                case Column.LongColumn _, Column.DoubleColumn _ -> 8L * batch.rowCount();
                case Column.Int128Column _ -> 16L * batch.rowCount();
                case Column.BytesColumn bytes -> 4L * batch.rowCount() + TextRun.byteCount(bytes, batch.rowCount());
                case Column.NestedColumn _ -> 64L * batch.rowCount();
            };
        }
        return size;
    }

    /// Gathers batches until they are worth a message of their own: some hundred KiB, because small messages halve a
    /// stream's speed.
    static final class Writer implements AutoCloseable {
        private static final long GATHER_BYTES = 256 << 10;

        private final List<Field> fields;
        private final BufferAllocator allocator;
        private final VectorSchemaRoot root;
        private final List<Batch> gathered = new ArrayList<>();
        private long sizeBytes;

        Writer(List<Field> fields, BufferAllocator allocator) {
            this.fields = fields;
            this.allocator = allocator;
            this.root = VectorSchemaRoot.create(schema(fields), allocator);
        }

        /// What a stream is started with.
        VectorSchemaRoot root() {
            return root;
        }

        void append(Batch batch) {
            gathered.add(batch);
            sizeBytes += ArrowBatches.sizeBytes(batch);
        }

        boolean isFull() {
            return sizeBytes >= GATHER_BYTES;
        }

        List<Integer> rowCounts() {
            return gathered.stream().map(Batch::rowCount).toList();
        }

        /// Puts what was appended into the root, to be sent now.
        void finish() {
            load(root, fields, gathered, allocator);
        }

        /// After the sending.
        void reset() {
            root.clear();
            gathered.clear();
            sizeBytes = 0;
        }

        @Override
        public void close() {
            root.close();
        }
    }
}
