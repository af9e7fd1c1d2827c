package org.narwhaldb.engine.exchange;

import java.util.concurrent.ExecutorService;
import org.apache.arrow.memory.BufferAllocator;
import org.narwhaldb.engine.execution.MemoryPool;

/// Makes transports.
public final class Transports {
    private Transports() {}

    /// By reference inside one JVM: nodes register under their id.
    public static Local local(MemoryPool memory) {
        throw new UnsupportedOperationException();
    }

    /// Arrow Flight to other processes; channels are cached by address.
    public static Transport flight(BufferAllocator allocator) {
        throw new UnsupportedOperationException();
    }

    /// A Flight service that serves `handler` on `host:port` (0 picks a free port).
    public static Server serve(
            String host, int port, Transport.Handler handler, MemoryPool memory, BufferAllocator allocator, ExecutorService workers) {
        throw new UnsupportedOperationException();
    }

    public interface Local extends Transport {
        void register(String nodeId, Transport.Handler handler);

        void unregister(String nodeId);
    }

    public interface Server extends AutoCloseable {
        int port();

        @Override
        void close();
    }
}
