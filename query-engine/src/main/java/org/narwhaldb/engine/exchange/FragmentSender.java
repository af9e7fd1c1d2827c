package org.narwhaldb.engine.exchange;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;

/// Writes one fragment's batches to its Flight stream: gathers some hundred KiB of them into one record batch, notes
/// their boundaries in its metadata, and waits at the gate before each write. While there is nothing to write, and the
/// client takes what was, a timer's thread has it give signs of life.
final class FragmentSender implements AutoCloseable {
    private final MemoryPool pool;
    private final QueryMemory account;
    private final QueryContext context;
    private final StreamGate gate;
    private final ServerStreamListener listener;
    private final BufferAllocator allocator;
    private final ArrowBatches.Writer writer;
    private long chargedBytes;
    /// Held while the stream is written to, also while that waits for the client.
    private final ReentrantLock writing = new ReentrantLock();
    private boolean started;
    private boolean closed;
    private boolean wrote;

    FragmentSender(FragmentRequest request, MemoryPool pool, InstantSource clock, StreamGate gate,
            ServerStreamListener listener,
            BufferAllocator allocator) {
        this.pool = pool;
        this.gate = gate;
        this.listener = listener;
        this.allocator = allocator;
        this.account = pool.open(request.queryId(), request.memoryLimitBytes());
        this.context = new QueryContext(request.queryId(), Instant.ofEpochMilli(request.deadlineEpochMillis()), clock,
                account);
        this.writer = new ArrowBatches.Writer(request.root().output(), allocator);
    }

    /// Sends the schema. The caller's cancellation reaches the context from here on.
    void start() {
        gate.bind(context);
        writing.lock();
        try {
            listener.start(writer.root());
            started = true;
        } finally {
            writing.unlock();
        }
    }

    QueryContext context() {
        return context;
    }

    void offer(Batch batch) {
        context.check();
        long sizeBytes = ArrowBatches.sizeBytes(batch);
        account.reserve(sizeBytes);
        chargedBytes += sizeBytes;
        writer.append(batch);
        if (writer.isFull()) {
            flush();
        }
    }

    void finish(FragmentTrailer trailer) {
        flush();
        writing.lock();
        try {
            gate.awaitReady();
            listener.putMetadata(buffer(WireCodec.encode(trailer)));
        } finally {
            writing.unlock();
        }
    }

    /// A sign of life, unless something was written since the last beat, or the client is the one to wait for.
    void beat() {
        if (!writing.tryLock()) {
            return;
        }
        try {
            if (started && !closed && !wrote && listener.isReady() && !listener.isCancelled()) {
                listener.putMetadata(buffer(new byte[] {WireCodec.BEAT}));
            }
            wrote = false;
        } finally {
            writing.unlock();
        }
    }

    private void flush() {
        List<Integer> rowCounts = writer.rowCounts();
        if (rowCounts.isEmpty()) {
            return;
        }
        writing.lock();
        try {
            gate.awaitReady();
            writer.finish();
            listener.putNext(buffer(WireCodec.encodeRows(rowCounts)));
            wrote = true;
        } finally {
            writing.unlock();
        }
        writer.reset();
        account.release(chargedBytes);
        chargedBytes = 0;
    }

    /// The listener frees it.
    private ArrowBuf buffer(byte[] bytes) {
        ArrowBuf buffer = allocator.buffer(bytes.length);
        buffer.writeBytes(bytes);
        return buffer;
    }

    @Override
    public void close() {
        writing.lock();
        closed = true;
        writing.unlock();
        writer.close();
        pool.close(account);
    }
}
