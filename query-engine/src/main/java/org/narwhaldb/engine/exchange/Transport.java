package org.narwhaldb.engine.exchange;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;

/// How processes talk: by reference inside a JVM, by Arrow Flight between processes. One contract, one test suite.
/// Failures: SERVER_UNREACHABLE when the connection fails; else the typed error the other side raised.
public interface Transport extends AutoCloseable {

    /// Starts the fragment on the server; rows arrive as the caller pulls (back-pressure holds).
    FragmentStream execute(NodeAddress node, FragmentRequest request, QueryContext context);

    /// Runs the fragment to its end: `sink` sees the batches in order, on the caller's thread, and may refuse the rest by saying false.
    ///
    /// @return what the server says it answered; null if the sink refused
    default FragmentTrailer run(NodeAddress node, FragmentRequest request, QueryContext context, Predicate<Batch> sink) {
        try (FragmentStream stream = execute(node, request, context)) {
            for (Batch batch = stream.next(); batch != null; batch = stream.next()) {
                if (!sink.test(batch)) {
                    return null;
                }
            }
            return stream.trailer();
        }
    }

    /// Whether `run` does the server's work on the caller's thread.
    default boolean isInProcess() {
        return false;
    }

    /// About how many bytes of broadcasts one request may carry; what is larger is to be gathered instead.
    default long broadcastBytesMax() {
        return WireCodec.BROADCAST_BYTES_MAX / 4 * 3;
    }

    /// Calls a named control action with a JSON body; `progress` sees each intermediate result, the return value is the
    /// last one.
    byte[] call(NodeAddress node, String action, byte[] body, Duration timeout, Consumer<byte[]> progress);

    @Override
    void close();

    /// @param id the node's cluster-wide name
    record NodeAddress(String id, String host, int port) {}

    /// A fragment's rows as they arrive. Not thread-safe but for `close()`, which cancels.
    interface FragmentStream extends AutoCloseable {
        /// The next batch, or null after the last; blocks until one is there, the query's deadline, or the failure of
        /// the server.
        Batch next();

        /// After `next()` returned null: what the server says it answered.
        FragmentTrailer trailer();

        @Override
        void close();
    }

    /// The serving side.
    interface Handler {
        /// Runs the fragment, offering batches to `sink` in order. Returns the trailer; throws a NarwhalException on failure.
        /// Called on a thread of its own; `context` carries the request's deadline and is cancelled when the caller goes.
        FragmentTrailer execute(FragmentRequest request, QueryContext context, Consumer<Batch> sink);

        /// Returns the last result; throws a NarwhalException, INVALID_REQUEST for an unknown action.
        byte[] call(String action, byte[] body, Consumer<byte[]> progress);
    }
}
