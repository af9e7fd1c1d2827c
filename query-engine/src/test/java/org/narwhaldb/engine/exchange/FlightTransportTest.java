package org.narwhaldb.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.exchange.Transport.FragmentStream;
import org.narwhaldb.engine.exchange.Transport.NodeAddress;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class FlightTransportTest extends TransportContract {
    private final BufferAllocator allocator = new RootAllocator();
    private final BufferAllocator serverAllocator = allocator.newChildAllocator("server", 0, Long.MAX_VALUE);
    private final BufferAllocator clientAllocator = allocator.newChildAllocator("client", 0, Long.MAX_VALUE);
    private final Transport transport = Transports.flight(clientAllocator);
    private final Map<NodeAddress, Transports.Server> servers = new HashMap<>();

    @Override
    Transport transport() {
        return transport;
    }

    @Override
    NodeAddress start(Transport.Handler handler) {
        Transports.Server server = Transports.serve("127.0.0.1", 0, handler, serverMemory, serverAllocator, threads);
        NodeAddress node = new NodeAddress("node-" + server.port(), "127.0.0.1", server.port());
        servers.put(node, server);
        return node;
    }

    @Override
    NodeAddress nobody() {
        return new NodeAddress("nobody", "127.0.0.1", 1);
    }

    @Override
    void stop(NodeAddress node) {
        servers.remove(node).close();
    }

    @Override
    void close() {
        transport.close();
        servers.values().forEach(Transports.Server::close);
        threads.close();
        assertThat(clientAllocator.getAllocatedMemory()).as(clientAllocator.toVerboseString()).isZero();
        assertThat(serverAllocator.getAllocatedMemory()).as(serverAllocator.toVerboseString()).isZero();
        clientAllocator.close();
        serverAllocator.close();
        allocator.close();
    }

    @Test
    void aConnectionThatBreaksInMidStreamIsUnreachable() throws Exception {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        NodeAddress node = start(endless(ended));
        try (Relay relay = new Relay(node.port())) {
            NodeAddress behind = new NodeAddress(node.id(), "127.0.0.1", relay.port());
            try (FragmentStream stream = transport.execute(behind, request(NUMBERS), context())) {
                stream.next();

                relay.close();

                Throwable failure = failureOf(() -> readAll(stream));
                assertCode(failure, ErrorCode.SERVER_UNREACHABLE);
                assertThat(failure).hasMessageContaining(node.id());
                assertCode(ended.join(), ErrorCode.QUERY_CANCELLED);
            }
        }
    }

    @Test
    @Tag("slow")
    void aServerThatFallsSilentIsUnreachableAndItsCallersGoOn() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        NodeAddress node = start((Fragments) (request, _, sink) -> {
            sink.accept(numbers(40_000, 0));
            await(release);
            return trailer(request, 40_000, 1);
        });
        try (Relay relay = new Relay(node.port())) {
            NodeAddress behind = new NodeAddress(node.id(), "127.0.0.1", relay.port());
            try (FragmentStream stream = transport.execute(behind, request(NUMBERS), context())) {
                stream.next();

                relay.freeze();

                Throwable failure = failureOf(stream::next);
                assertCode(failure, ErrorCode.SERVER_UNREACHABLE);
                assertThat(failure).hasMessageContaining(node.id()).hasMessageContaining("no sign of life");
            }
            assertCode(failureOf(() -> call(behind)), ErrorCode.SERVER_UNREACHABLE);

            relay.thaw();

            assertThat(call(behind)).isEmpty();
        } finally {
            release.countDown();
        }
    }

    @Test
    @Tag("slow")
    void aServerThatTakesConnectionsAndNeverAnswersIsUnreachable() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            NodeAddress node = new NodeAddress("mute", "127.0.0.1", mute.getLocalPort());
            try (FragmentStream stream = transport.execute(node, request(NUMBERS), context())) {
                assertCode(failureOf(stream::next), ErrorCode.SERVER_UNREACHABLE);
            }
            Throwable silent = failureOf(() -> call(node));
            assertCode(silent, ErrorCode.SERVER_UNREACHABLE);
            assertThat(FlightErrors.isRefused((NarwhalException) silent)).isFalse();
        }
    }

    @Test
    void aServerThatCameBackIsReachedAtOnce() {
        NodeAddress node = start(sending(List.of()));
        call(node);
        stop(node);
        assertCode(failureOf(() -> call(node)), ErrorCode.SERVER_UNREACHABLE);

        servers.put(node, Transports.serve(
                "127.0.0.1", node.port(), acting((_, _, _) -> utf8("back")), serverMemory, serverAllocator, threads));

        assertThat(call(node)).isEqualTo(utf8("back"));
    }

    private byte[] call(NodeAddress node) {
        try {
            return transport.call(node, "any", new byte[0], java.time.Duration.ofSeconds(20), _ -> {});
        } catch (NarwhalException e) {
            if (e.code() == ErrorCode.INVALID_REQUEST) {
                return new byte[0];
            }
            throw e;
        }
    }

    @Test
    void aForeignTicketIsRefused() throws Exception {
        NodeAddress node = start(sending(List.of()));
        byte[] good = WireCodec.encode(request(NUMBERS));
        try (FlightClient client = FlightClient.builder(clientAllocator,
                Location.forGrpcInsecure("127.0.0.1", node.port())).build()) {
            for (byte[] bytes : List.of(new byte[0], utf8("hello"), java.util.Arrays.copyOf(good, good.length - 3))) {
                try (FlightStream stream = client.getStream(new Ticket(bytes))) {
                    Throwable failure = failureOf(stream::next);

                    assertThat(failure).isInstanceOf(FlightRuntimeException.class);
                    assertThat(FlightErrors.typed((FlightRuntimeException) failure)).get()
                            .extracting(NarwhalException::code).isEqualTo(ErrorCode.INVALID_REQUEST);
                }
            }
        }
    }

    /// Passes bytes on until it is frozen or closed: a cable to pull, a server that is stopped.
    private static final class Relay implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();
        private boolean frozen;

        private Relay(int target) throws IOException {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    while (true) {
                        Socket near = listening.accept();
                        Socket far = new Socket("127.0.0.1", target);
                        sockets.add(near);
                        sockets.add(far);
                        pump(near.getInputStream(), far.getOutputStream());
                        pump(far.getInputStream(), near.getOutputStream());
                    }
                } catch (IOException e) {
                    // closed
                }
            });
        }

        private void pump(InputStream from, OutputStream to) {
            Thread.ofPlatform().daemon().start(() -> {
                byte[] buffer = new byte[8192];
                try {
                    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                        passOn();
                        to.write(buffer, 0, count);
                    }
                } catch (IOException e) {
                    // closed
                }
            });
        }

        private synchronized void passOn() throws IOException {
            try {
                while (frozen) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        private synchronized void freeze() {
            frozen = true;
        }

        private synchronized void thaw() {
            frozen = false;
            notifyAll();
        }

        private int port() {
            return listening.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            thaw();
            listening.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
