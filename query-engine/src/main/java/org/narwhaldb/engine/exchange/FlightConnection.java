package org.narwhaldb.engine.exchange;

import java.util.function.Consumer;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// A channel to one node and how many calls use it. Retired, it takes no new calls and closes after the last.
final class FlightConnection {
    private final Transport.NodeAddress node;
    private final FlightClient client;
    private final Consumer<FlightConnection> onRetire;
    private int users;
    private boolean retired;

    FlightConnection(BufferAllocator allocator, Transport.NodeAddress node, Consumer<FlightConnection> onRetire) {
        this.node = node;
        this.onRetire = onRetire;
        this.client = FlightClient.builder(allocator, Location.forGrpcInsecure(node.host(), node.port())).build();
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

    private void shut() {
        try {
            client.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
