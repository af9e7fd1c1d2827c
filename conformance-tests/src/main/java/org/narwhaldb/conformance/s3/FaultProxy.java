package org.narwhaldb.conformance.s3;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// An HTTP/1.1 proxy on a port of its own before one server, which does to each request what its schedule says. It works on
/// sockets, because an HTTP server would not send an answer that breaks HTTP. Requests pass unchanged, Host header included, so that
/// signatures stay right.
public final class FaultProxy implements AutoCloseable {
    /// Longer than any client waits.
    private static final Duration STALL = Duration.ofSeconds(60);

    private final int serverPort;
    private final FaultSchedule schedule;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private FaultProxy(int serverPort, FaultSchedule schedule, ServerSocket listener) {
        this.serverPort = serverPort;
        this.schedule = schedule;
        this.listener = listener;
    }

    public static FaultProxy start(int serverPort, FaultSchedule schedule) throws IOException {
        FaultProxy proxy = new FaultProxy(
                serverPort, schedule, new ServerSocket(0, 256, InetAddress.getLoopbackAddress()));
        Thread.ofPlatform().daemon().name("s3-faults").start(proxy::accept);
        return proxy;
    }

    public int port() {
        return listener.getLocalPort();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                // closed, or out of descriptors: the next accept tells
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream());
            OutputStream out = new BufferedOutputStream(client.getOutputStream());
            boolean more = true;
            while (more) {
                Optional<HttpHead> request = HttpHead.read(in);
                more = request.isPresent() && new Exchange(client, in, out).run(request.get());
            }
        } catch (IOException | NumberFormatException e) {
            // the client sees its connection end
        } finally {
            open.remove(client);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket client : open) {
            client.close();
        }
    }

    /// One request and its answer.
    private final class Exchange {
        private final Socket client;
        private final InputStream in;
        private final OutputStream out;

        Exchange(Socket client, InputStream in, OutputStream out) {
            this.client = client;
            this.in = in;
            this.out = out;
        }

        /// @return whether the connection serves another request
        boolean run(HttpHead request) throws IOException {
            FaultSchedule.Injection injection = schedule.next(request.method(), request.target());
            if (injection.fault() == Fault.RESET) {
                return reset();
            }
            if (injection.fault() == Fault.HUNG) {
                pause(STALL);
                return reset();
            }
            if (request.header("Expect").isPresent()) {
                out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            }
            if (injection.fault().isRefusal()) {
                copyBody(request, OutputStream.nullOutputStream());
                return refuse(injection.fault());
            }
            if (injection.fault() == Fault.SLOW) {
                pause(Duration.ofMillis((long) (injection.draw() * schedule.delayMillisMax())));
            }
            Socket connection = connect();
            if (connection == null) {
                return reset();
            }
            open.add(connection);
            try (connection) {
                OutputStream toServer = new BufferedOutputStream(connection.getOutputStream());
                request.without("Expect").without("Connection").with("Connection: close").write(toServer);
                copyBody(request, toServer);
                toServer.flush();
                return answer(request, new BufferedInputStream(connection.getInputStream()), injection);
            } finally {
                open.remove(connection);
            }
        }

        private Socket connect() {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), serverPort);
            } catch (IOException e) {
                return null;
            }
        }

        private void copyBody(HttpHead head, OutputStream to) throws IOException {
            if (head.isChunked()) {
                HttpHead.copyChunked(in, to);
            } else {
                HttpHead.copy(in, to, Math.max(0, head.contentLength()));
            }
        }

        private boolean answer(HttpHead request, InputStream fromServer, FaultSchedule.Injection injection)
                throws IOException {
            HttpHead head = HttpHead.read(fromServer).orElseThrow(() -> new IOException("no answer")).without("Connection");
            boolean bodiless = request.method().equals("HEAD") || head.status() == 204 || head.status() == 304;
            long length = head.contentLength();
            boolean cut = injection.fault() == Fault.TRUNCATED || injection.fault() == Fault.STALLED;
            if (injection.fault() == Fault.LOST_ANSWER || cut && (bodiless || length <= 0)) {
                return reset();
            }
            if (!bodiless && !head.isChunked() && length < 0) {
                head.with("Connection: close").write(out);
                fromServer.transferTo(out);
                out.flush();
                return false;
            }
            head.write(out);
            if (cut) {
                return cut(fromServer, (long) (length * injection.draw()), injection.fault());
            }
            if (!bodiless && head.isChunked()) {
                HttpHead.copyChunked(fromServer, out);
            } else if (!bodiless) {
                HttpHead.copy(fromServer, out, length);
            }
            out.flush();
            return true;
        }

        private boolean cut(InputStream fromServer, long length, Fault fault) throws IOException {
            HttpHead.copy(fromServer, out, length);
            out.flush();
            if (fault == Fault.STALLED) {
                client.setSoTimeout((int) STALL.toMillis());
                in.read();
            }
            return false;
        }

        private boolean refuse(Fault fault) throws IOException {
            String code = fault == Fault.SLOW_DOWN ? "SlowDown" : "InternalError";
            String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>by the schedule</Message></Error>"
                    .formatted(code);
            String start = fault == Fault.SLOW_DOWN ? "HTTP/1.1 503 Slow Down" : "HTTP/1.1 500 Internal Server Error";
            out.write((start + "\r\nContent-Type: application/xml\r\nContent-Length: " + body.length() + "\r\n\r\n"
                    + body).getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return true;
        }

        /// Closing with no linger sends RST, not FIN.
        private boolean reset() throws IOException {
            client.setSoLinger(true, 0);
            client.close();
            return false;
        }

        private static void pause(Duration duration) {
            long end = System.nanoTime() + duration.toNanos();
            for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }
}
