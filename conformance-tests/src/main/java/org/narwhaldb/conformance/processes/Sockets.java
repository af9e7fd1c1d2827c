package org.narwhaldb.conformance.processes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/// Whether somebody listens.
final class Sockets {
    private static final int PATIENCE_MILLIS = 1_000;

    private Sockets() {}

    static boolean accepts(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
