package org.narwhaldb.engine.exchange;

import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import org.apache.arrow.memory.BufferAllocator;
import org.narwhaldb.engine.execution.MemoryPool;

/// Makes transports. The serving side of either opens the query's memory account, with the limit that the request
/// names, before it calls the handler, and closes it after.
public final class Transports {
    private Transports() {}

    /// By reference inside one JVM: nodes register under their id.
    public static Local local(MemoryPool memory) {
        return new LocalTransport(memory, InstantSource.system());
    }

    /// Arrow Flight to other processes; channels are cached by address.
    public static Transport flight(BufferAllocator allocator) {
        return new FlightTransport(allocator);
    }

    /// A Flight service that serves `handler` on `host:port` (0 picks a free port).
    ///
    /// @param workers run fragments and actions, and wait for slow clients while they do: give it as many threads as
    ///     may run at once; SERVER_BUSY answers what it rejects
    public static Server serve(
            String host, int port, Transport.Handler handler, MemoryPool memory, BufferAllocator allocator,
                    ExecutorService workers) {
        return new FlightFragmentServer(handler, memory, allocator, workers, InstantSource.system()).start(host, port);
    }

    public interface Local extends Transport {
        void register(String nodeId, Transport.Handler handler);

        /// Streams from this node that are under way fail with SERVER_UNREACHABLE.
        void unregister(String nodeId);
    }

    public interface Server extends AutoCloseable {
        int port();

        @Override
        void close();
    }
}
