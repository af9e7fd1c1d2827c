package org.narwhaldb.engine.exchange;

import io.grpc.Context;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The calling side of the Flight exchange: a fragment is a DoGet whose ticket is the request, an action a DoAction
/// with a JSON body, answered as [ActionCalls] says. A channel that failed is not used
/// again, so that a server that came back is reached at once and not after gRPC's back-off.
final class FlightTransport implements Transport {
    private static final long CLOSE_SECONDS = 10;

    private final BufferAllocator allocator;
    private final Liveness liveness = new Liveness();
    private final ExecutorService closers = DaemonThreads.unbounded("narwhal-flight-close");
    private final Map<String, FlightConnection> connections = new ConcurrentHashMap<>();
    private volatile boolean closed;

    FlightTransport(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    private FlightConnection connection(NodeAddress node) {
        if (closed) {
            throw new NarwhalException(ErrorCode.SERVER_UNREACHABLE, "This process is closing its connections");
        }
        return connections.compute(node.host() + ":" + node.port(), (_, present) -> {
            FlightConnection next = present == null ? new FlightConnection(allocator, node, closers, this::forget) : present;
            next.use();
            return next;
        });
    }

    private void forget(FlightConnection connection) {
        connections.values().remove(connection);
    }

    @Override
    public FragmentStream execute(NodeAddress node, FragmentRequest request, QueryContext context) {
        context.check();
        byte[] ticket = WireCodec.encode(request);
        FlightConnection connection = connection(node);
        SilenceWatch watch = liveness.watch(Liveness.FRAGMENT_SILENCE);
        watch.expectUntaken();
        Runnable release = () -> {
            liveness.forget(watch);
            connection.release();
        };
        Context watched = Context.current().withValue(Liveness.WATCH, watch);
        Context outer = watched.attach();
        try {
            FlightStream stream = connection.client().getStream(new Ticket(ticket), timeout(context.remaining()));
            return new FlightFragmentStream(connection, stream, request, context, watch, release);
        } catch (RuntimeException e) {
            NarwhalException failure = connection.failure(e);
            release.run();
            throw failure;
        } finally {
            watched.detach(outer);
        }
    }

    private static CallOption timeout(Duration remaining) {
        return CallOptions.timeout(Math.max(1, remaining.toMillis()), TimeUnit.MILLISECONDS);
    }

    @Override
    public byte[] call(NodeAddress node, String action, byte[] body, Duration timeout, Consumer<byte[]> progress) {
        FlightConnection connection = connection(node);
        // The scope ends the call on every way out, also when `progress` throws.
        SilenceWatch watch = liveness.watch(Liveness.ACTION_SILENCE);
        Context.CancellableContext scope = Context.current().withValue(Liveness.WATCH, watch).withCancellation();
        watch.onSilence(() -> scope.cancel(null));
        Context outer = scope.attach();
        try {
            Iterator<Result> results = connection.client().doAction(new Action(action, body), timeout(timeout));
            return outcome(results, watch, progress).orElseThrow(() -> NarwhalException.of(
                    ErrorCode.FRAGMENT_INCOMPLETE, "Server [%s] ended [%s] without a result", node.id(), action));
        } catch (FlightRuntimeException e) {
            throw watch.silent() ? connection.silent(Liveness.ACTION_SILENCE, e) : connection.failure(e);
        } finally {
            scope.detach(outer);
            scope.cancel(null);
            liveness.forget(watch);
            connection.release();
        }
    }

    private static Optional<byte[]> outcome(Iterator<Result> results, SilenceWatch watch, Consumer<byte[]> progress) {
        while (true) {
            watch.waits();
            boolean more = results.hasNext();
            watch.took();
            if (!more) {
                return Optional.empty();
            }
            byte[] result = results.next().getBody();
            if (result.length == 0 && results.hasNext()) {
                return Optional.of(results.next().getBody());
            }
            if (!ActionCalls.isBeat(result)) {
                progress.accept(result);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        connections.values().forEach(FlightConnection::retire);
        liveness.close();
        closers.shutdown();
        try {
            closers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
