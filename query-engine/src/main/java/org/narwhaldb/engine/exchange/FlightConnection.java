package org.narwhaldb.engine.exchange;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.memory.BufferAllocator;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// A channel to one node and how many calls use it. Retired, it takes no new calls and closes after the last.
final class FlightConnection {
    private final Transport.NodeAddress node;
    private final FlightClient client;
    private final ExecutorService closers;
    private final Consumer<FlightConnection> onRetire;
    private int users;
    private boolean retired;

    FlightConnection(
            BufferAllocator allocator, Transport.NodeAddress node, ExecutorService closers,
                    Consumer<FlightConnection> onRetire) {
        this.node = node;
        this.closers = closers;
        this.onRetire = onRetire;
        this.client = FlightGrpcUtils.createFlightClient(allocator, channel(node));
    }

    private static ManagedChannel channel(Transport.NodeAddress node) {
        return NettyChannelBuilder.forAddress(node.host(), node.port()).usePlaintext()
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Liveness.CONNECT_TIMEOUT.toMillis())
                .keepAliveTime(Liveness.KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(Liveness.KEEP_ALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .maxInboundMessageSize(Integer.MAX_VALUE).maxTraceEvents(0).intercept(Liveness.INTERCEPTOR).build();
    }

    FlightClient client() {
        return client;
    }

    String nodeId() {
        return node.id();
    }

    synchronized void use() {
        users++;
    }

    void release() {
        synchronized (this) {
            if (--users > 0 || !retired) {
                return;
            }
        }
        shut();
    }

    void retire() {
        synchronized (this) {
            if (retired) {
                return;
            }
            retired = true;
        }
        onRetire.accept(this);
        synchronized (this) {
            if (users > 0) {
                return;
            }
        }
        shut();
    }

    /// What a call failed with; a lost connection is retired. The caller still holds its use.
    NarwhalException failure(RuntimeException failure) {
        NarwhalException typed = switch (failure) {
            case NarwhalException narwhal -> narwhal;
            case FlightRuntimeException flight -> {
                NarwhalException mapped = FlightErrors.fromFlight(flight, node.id());
                if (mapped.code() == ErrorCode.SERVER_UNREACHABLE && FlightErrors.typed(flight).isEmpty()) {
                    retire();
                }
                yield mapped;
            }
            default -> new NarwhalException(
                    ErrorCode.INTERNAL, "Call to server [%s] failed: [%s]".formatted(node.id(), failure), failure);
        };
        return typed;
    }

    /// What a call failed with that the peer left without a sign of life. Its connection is retired: after a cut cable
    /// TCP itself would be slow to try again.
    NarwhalException silent(Duration silence, RuntimeException failure) {
        retire();
        return new NarwhalException(ErrorCode.SERVER_UNREACHABLE, "Server [%s] gave no sign of life for %d ms".formatted(
                node.id(), silence.toMillis()), failure);
    }

    /// Elsewhere: it waits for gRPC, and the caller may be a query that is on its way to another server.
    private void shut() {
        try {
            closers.execute(this::close);
        } catch (RejectedExecutionException e) {
            close();
        }
    }

    private void close() {
        try {
            client.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
