package org.narwhaldb.engine.exchange;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Batches by reference inside one JVM. A fragment that is run runs on the caller's thread. One that is executed has a thread of its own,
/// which a full queue holds back; a bounded pool would not do, because a consumer may read its streams one after the other while all
/// producers wait.
final class LocalTransport implements Transports.Local {
    private final MemoryPool memory;
    private final InstantSource clock;
    private final ExecutorService threads;
    private final Map<String, Node> nodes = new ConcurrentHashMap<>();

    LocalTransport(MemoryPool memory, InstantSource clock) {
        this.memory = memory;
        this.clock = clock;
        this.threads = DaemonThreads.unbounded("narwhal-local");
    }

    @Override
    public void register(String nodeId, Handler handler) {
        nodes.put(nodeId, new Node(nodeId, handler));
    }

    @Override
    public void unregister(String nodeId) {
        Node node = nodes.remove(nodeId);
        if (node != null) {
            node.leave();
        }
    }

    private Node node(NodeAddress address) {
        Node node = nodes.get(address.id());
        if (node == null) {
            String message = "Server [%s] is not in this process".formatted(address.id());
            throw new NarwhalException(ErrorCode.SERVER_UNREACHABLE, message, FlightErrors.refused(message));
        }
        return node;
    }

    @Override
    public FragmentStream execute(NodeAddress address, FragmentRequest request, QueryContext context) {
        context.check();
        Node node = node(address);
        QueryMemory account = memory.open(request.queryId(), request.memoryLimitBytes());
        QueryContext serverContext = new QueryContext(
                request.queryId(), Instant.ofEpochMilli(request.deadlineEpochMillis()), clock, account);
        LocalStream stream = new LocalStream(context, serverContext);
        node.streams.add(stream);
        stream.onClose(() -> node.streams.remove(stream));
        if (nodes.get(address.id()) != node) {
            node.leave();
        }
        threads.execute(() -> {
            try {
                stream.finish(node.handler.execute(request, serverContext, stream::offer));
            } catch (Throwable failure) {
                stream.fail(FlightErrors.internal(failure));
            } finally {
                memory.close(account);
            }
        });
        return stream;
    }

    /// Without a thread of the server's between: a short query ends before another thread would have woken.
    @Override
    public FragmentTrailer run(NodeAddress address, FragmentRequest request, QueryContext context, Predicate<Batch> sink) {
        context.check();
        Node node = node(address);
        QueryMemory account = memory.open(request.queryId(), request.memoryLimitBytes());
        QueryContext serverContext = new QueryContext(
                request.queryId(), Instant.ofEpochMilli(request.deadlineEpochMillis()), clock, account);
        NarwhalException refused = new NarwhalException(ErrorCode.QUERY_CANCELLED, "The caller wants no more rows");
        node.runs.add(serverContext);
        try {
            context.onCancel(() -> serverContext.cancel(
                    new NarwhalException(ErrorCode.QUERY_CANCELLED, "The caller has cancelled the query")));
            if (nodes.get(address.id()) != node) {
                node.leave();
            }
            return node.handler.execute(request, serverContext, batch -> {
                context.check();
                serverContext.check();
                if (!sink.test(batch)) {
                    throw refused;
                }
            });
        } catch (Throwable failure) {
            if (failure == refused) {
                return null;
            }
            context.check();
            throw FlightErrors.internal(failure);
        } finally {
            node.runs.remove(serverContext);
            memory.close(account);
        }
    }

    @Override
    public boolean isInProcess() {
        return true;
    }

    @Override
    public long broadcastBytesMax() {
        return Long.MAX_VALUE;
    }

    @Override
    public byte[] call(NodeAddress address, String action, byte[] body, Duration timeout, Consumer<byte[]> progress) {
        Node node = node(address);
        // Progress is handed over on the caller's thread, as over the wire; the last entry is the outcome.
        LinkedBlockingQueue<Object> events = new LinkedBlockingQueue<>();
        node.calls.add(events);
        try {
            if (nodes.get(address.id()) != node) {
                throw unreachable(address.id());
            }
            threads.execute(() -> {
                try {
                    events.add(new Outcome(node.handler.call(action, body, events::add)));
                } catch (Throwable failure) {
                    events.add(FlightErrors.internal(failure));
                }
            });
            return outcome(events, System.nanoTime() + timeout.toNanos(), action, address, progress);
        } finally {
            node.calls.remove(events);
        }
    }

    private static byte[] outcome(
            LinkedBlockingQueue<Object> events, long end, String action, NodeAddress address,
                    Consumer<byte[]> progress) {
        while (true) {
            switch (poll(events, end, action, address)) {
                case Outcome(byte[] result) -> {
                    return result;
                }
                case NarwhalException failure -> throw failure;
                case byte[] intermediate -> progress.accept(intermediate);
                default -> throw new IllegalStateException("Unknown event");
            }
        }
    }

    private static Object poll(LinkedBlockingQueue<Object> events, long end, String action, NodeAddress address) {
        try {
            Object event = events.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            return event != null ? event : NarwhalException.of(
                    ErrorCode.QUERY_TIMEOUT, "Server [%s] did not answer [%s] in time", address.id(), action);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new NarwhalException(ErrorCode.QUERY_CANCELLED,
                    "Interrupted while [%s] ran on [%s]".formatted(action, address.id()), e);
        }
    }

    @Override
    public void close() {
        Set.copyOf(nodes.keySet()).forEach(this::unregister);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private static NarwhalException unreachable(String nodeId) {
        return NarwhalException.of(ErrorCode.SERVER_UNREACHABLE, "Server [%s] has left", nodeId);
    }

    private record Outcome(byte[] result) {}

    private static final class Node {
        private final String id;
        private final Handler handler;
        private final Set<LocalStream> streams = ConcurrentHashMap.newKeySet();
        private final Set<QueryContext> runs = ConcurrentHashMap.newKeySet();
        private final Set<LinkedBlockingQueue<Object>> calls = ConcurrentHashMap.newKeySet();

        private Node(String id, Handler handler) {
            this.id = id;
            this.handler = handler;
        }

        private void leave() {
            calls.forEach(events -> events.add(unreachable(id)));
            streams.forEach(stream -> stream.abort(unreachable(id)));
            runs.forEach(run -> run.cancel(unreachable(id)));
        }
    }
}
