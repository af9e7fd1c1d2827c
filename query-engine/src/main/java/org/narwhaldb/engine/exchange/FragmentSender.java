package org.narwhaldb.engine.exchange;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.segment.Field;

/// Writes one fragment's batches to its Flight stream: gathers some hundred KiB of them into one record batch, notes
/// their boundaries in its metadata, and waits at the gate before each write.
final class FragmentSender implements AutoCloseable {
    private static final long GATHER_BYTES = 256 << 10;

    private final MemoryPool pool;
    private final QueryMemory account;
    private final QueryContext context;
    private final StreamGate gate;
    private final ServerStreamListener listener;
    private final BufferAllocator allocator;
    private final List<Field> fields;
    private final List<Batch> gathered = new ArrayList<>();
    private final VectorSchemaRoot root;
    private long gatheredBytes;

    FragmentSender(FragmentRequest request, MemoryPool pool, InstantSource clock, StreamGate gate,
            ServerStreamListener listener,
            BufferAllocator allocator) {
        this.pool = pool;
        this.gate = gate;
        this.listener = listener;
        this.allocator = allocator;
        this.fields = request.root().output();
        this.account = pool.open(request.queryId(), request.memoryLimitBytes());
        this.context = new QueryContext(request.queryId(), Instant.ofEpochMilli(request.deadlineEpochMillis()), clock,
                account);
        this.root = VectorSchemaRoot.create(ArrowBatches.schema(fields), allocator);
    }

    /// Sends the schema. The caller's cancellation reaches the context from here on.
    void start() {
        gate.bind(context);
        listener.start(root);
    }

    QueryContext context() {
        return context;
    }

    void offer(Batch batch) {
        context.check();
        long sizeBytes = ArrowBatches.sizeBytes(batch);
        account.reserve(sizeBytes);
        gathered.add(batch);
        gatheredBytes += sizeBytes;
        if (gatheredBytes >= GATHER_BYTES) {
            flush();
        }
    }

    void finish(FragmentTrailer trailer) {
        flush();
        gate.awaitReady();
        listener.putMetadata(buffer(WireCodec.encode(trailer)));
    }

    private void flush() {
        if (gathered.isEmpty()) {
            return;
        }
        gate.awaitReady();
        ArrowBatches.load(root, fields, gathered, allocator);
        listener.putNext(buffer(WireCodec.encodeRows(gathered.stream().map(Batch::rowCount).toList())));
        root.clear();
        gathered.clear();
        account.release(gatheredBytes);
        gatheredBytes = 0;
    }

    /// The listener frees it.
    private ArrowBuf buffer(byte[] bytes) {
        ArrowBuf buffer = allocator.buffer(bytes.length);
        buffer.writeBytes(bytes);
        return buffer;
    }

    @Override
    public void close() {
        root.close();
        pool.close(account);
    }
}
