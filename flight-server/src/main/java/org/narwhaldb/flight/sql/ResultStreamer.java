package org.narwhaldb.flight.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.ArrowBatches;
import org.narwhaldb.engine.exchange.FlightErrors;
import org.narwhaldb.engine.exchange.StreamGate;
import org.narwhaldb.flight.query.QueryResult;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends a query's answer down a DoGet stream: `getStream` returns at once, the work runs on a worker that waits for the client at the
/// gate. All of a query's work happens here, so that a client that cancels its DoGet cancels the query.
final class ResultStreamer {
    private static final Logger LOG = LoggerFactory.getLogger(ResultStreamer.class);
    /// Large enough for the wire's fixed costs, well below the 16 MiB that the Go client takes.
    private static final long MESSAGE_BYTES = 512 << 10;

    private final ExecutorService workers;
    private final BufferAllocator allocator;

    ResultStreamer(ExecutorService workers, BufferAllocator allocator) {
        this.workers = workers;
        this.allocator = allocator;
    }

    void stream(Supplier<QueryResult> start, ServerStreamListener listener) {
        StreamGate gate = new StreamGate(listener);
        try {
            workers.execute(() -> produce(start, gate, listener));
        } catch (RejectedExecutionException e) {
            listener.error(FlightErrors.toFlight(new NarwhalException(ErrorCode.SERVER_STOPPING,
                    "This front end is stopping; connect to another one", e)));
        }
    }

    private void produce(Supplier<QueryResult> start, StreamGate gate, ServerStreamListener listener) {
        try (QueryResult result = start.get()) {
            gate.bind(result.context());
            send(result, gate, listener);
            listener.completed();
        } catch (NarwhalException e) {
            fail(listener, e);
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            LOG.error("A query failed in a way it should not", e);
            fail(listener, new NarwhalException(ErrorCode.INTERNAL, "Internal error: " + e, e));
        }
    }

    private void send(QueryResult result, StreamGate gate, ServerStreamListener listener) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(ArrowBatches.schema(result.fields()), allocator)) {
            listener.start(root);
            List<Batch> gathered = new ArrayList<>();
            long gatheredBytes = 0;
            for (Batch batch = result.next(); batch != null; batch = result.next()) {
                gathered.add(batch);
                gatheredBytes += ArrowBatches.sizeBytes(batch);
                if (gatheredBytes >= MESSAGE_BYTES) {
                    flush(root, result, gathered, gate, listener);
                    gatheredBytes = 0;
                }
            }
            if (!gathered.isEmpty()) {
                flush(root, result, gathered, gate, listener);
            }
        }
    }

    private void flush(
            VectorSchemaRoot root, QueryResult result, List<Batch> gathered, StreamGate gate, ServerStreamListener listener) {
        gate.awaitReady();
        ArrowBatches.load(root, result.fields(), gathered, allocator);
        listener.putNext();
        root.clear();
        gathered.clear();
    }

    private static void fail(ServerStreamListener listener, NarwhalException error) {
        if (!listener.isCancelled()) {
            listener.error(FlightErrors.toFlight(error));
        }
    }
}
