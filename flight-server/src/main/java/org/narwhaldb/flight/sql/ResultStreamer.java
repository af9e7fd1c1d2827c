package org.narwhaldb.flight.sql;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.BufferAllocator;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.ArrowBatches;
import org.narwhaldb.engine.exchange.FlightErrors;
import org.narwhaldb.flight.query.QueryResult;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends a query's answer down a DoGet stream: `getStream` returns at once, the work runs on a worker that waits for the client at the
/// gate. All of a query's work happens here, so that a client that cancels its DoGet cancels the query.
final class ResultStreamer {
    private static final Logger LOG = LoggerFactory.getLogger(ResultStreamer.class);
    /// A client that takes nothing for so long has gone without saying so.
    private static final Duration IDLE_CLIENT = Duration.ofMinutes(5);

    private final ExecutorService workers;
    private final BufferAllocator allocator;

    ResultStreamer(ExecutorService workers, BufferAllocator allocator) {
        this.workers = workers;
        this.allocator = allocator;
    }

    void stream(Supplier<QueryResult> start, ServerStreamListener listener) {
        AtomicReference<QueryResult> running = new AtomicReference<>();
        Gate gate = new Gate(listener, () -> {
            QueryResult result = running.get();
            if (result != null) {
                result.context().cancel(new NarwhalException(ErrorCode.QUERY_CANCELLED, "The client cancelled the stream"));
            }
        });
        try {
            workers.execute(() -> produce(start, running, gate, listener));
        } catch (RejectedExecutionException e) {
            listener.error(FlightErrors.toFlight(new NarwhalException(ErrorCode.SERVER_BUSY, "The front end is stopping", e)));
        }
    }

    private void produce(
            Supplier<QueryResult> start, AtomicReference<QueryResult> running, Gate gate, ServerStreamListener listener) {
        try (QueryResult result = start.get()) {
            running.set(result);
            if (!listener.isCancelled() && send(result, gate, listener)) {
                listener.completed();
            }
        } catch (NarwhalException e) {
            fail(listener, e);
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            LOG.error("A query failed in a way it should not", e);
            fail(listener, new NarwhalException(ErrorCode.INTERNAL, "Internal error: " + e, e));
        }
    }

    /// False if the client went away.
    private boolean send(QueryResult result, Gate gate, ServerStreamListener listener) {
        try (ArrowBatches.Writer writer = new ArrowBatches.Writer(result.fields(), allocator)) {
            listener.start(writer.root());
            for (Batch batch = result.next(); batch != null; batch = result.next()) {
                writer.append(batch);
                if (writer.isFull() && !flush(writer, gate, listener)) {
                    return false;
                }
            }
            return writer.rowCount() == 0 || flush(writer, gate, listener);
        }
    }

    private static boolean flush(ArrowBatches.Writer writer, Gate gate, ServerStreamListener listener) {
        if (!gate.await(IDLE_CLIENT)) {
            return false;
        }
        writer.finish();
        listener.putNext();
        writer.reset();
        return true;
    }

    private static void fail(ServerStreamListener listener, NarwhalException error) {
        if (!listener.isCancelled()) {
            listener.error(FlightErrors.toFlight(error));
        }
    }
}
