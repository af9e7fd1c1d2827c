package org.narwhaldb.conformance.processes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A plain TCP balancer on loopback: each connection goes to the next backend that takes it, and stays there. It knows
/// nothing of what passes. It can be cut: then connections are taken and nothing passes any more, which is what a lost
/// network looks like from inside.
public final class TcpRelay implements AutoCloseable {
    private static final int CONNECT_MILLIS = 1_000;
    private static final int BUFFER_BYTES = 1 << 16;

    private final ServerSocket server;
    private final List<InetSocketAddress> backends;
    private final AtomicInteger next = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService pumps = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("relay-", 0).factory());
    private final Object gate = new Object();
    private boolean cut;

    private TcpRelay(ServerSocket server, List<InetSocketAddress> backends) {
        this.server = server;
        this.backends = backends;
    }

    /// @param backends `host:port` each
    public static TcpRelay to(List<String> backends) {
        return to("127.0.0.1", backends);
    }

    /// @param host where it listens
    public static TcpRelay to(String host, List<String> backends) {
        try {
            TcpRelay relay = new TcpRelay(new ServerSocket(0, 128, InetAddress.getByName(host)),
                    backends.stream().map(TcpRelay::address).toList());
            Thread.ofPlatform().daemon().name("relay-accept").start(relay::accept);
            return relay;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    public int port() {
        return server.getLocalPort();
    }

    public void cut() {
        synchronized (gate) {
            cut = true;
        }
    }

    /// What was held back goes on.
    public void mend() {
        synchronized (gate) {
            cut = false;
            gate.notifyAll();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                pumps.execute(() -> connect(client));
            } catch (IOException e) {
                // closed, or a client that was gone before it was taken
            }
        }
    }

    private void connect(Socket client) {
        int first = next.getAndIncrement();
        for (int index = 0; index < backends.size(); index++) {
            Socket backend = new Socket();
            try {
                awaitOpen();
                backend.connect(backends.get(Math.floorMod(first + index, backends.size())), CONNECT_MILLIS);
                backend.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
                open.add(backend);
                pumps.execute(() -> pump(client, backend));
                pump(backend, client);
                return;
            } catch (IOException e) {
                forget(backend);
            }
        }
        forget(client);
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                awaitOpen();
                out.write(buffer, 0, length);
            }
        } catch (IOException e) {
            // the other direction ends too
        } finally {
            forget(from);
            forget(to);
        }
    }

    private void awaitOpen() throws IOException {
        synchronized (gate) {
            try {
                while (cut && !server.isClosed()) {
                    gate.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    private void forget(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(this::forget);
        pumps.shutdownNow();
    }
}
