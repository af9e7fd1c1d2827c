package org.narwhaldb.conformance.s3;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The start line and the header lines of an HTTP/1.1 message, and how its body is delimited.
record HttpHead(String start, List<String> headers) {
    private static final int BYTES_MAX = 64 << 10;
    private static final int BUFFER_BYTES = 32 << 10;

    /// @return empty where the connection ended between two messages
    static Optional<HttpHead> read(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        List<String> lines = new ArrayList<>();
        for (int count = 0; count < BYTES_MAX; count++) {
            int next = in.read();
            if (next < 0 && count == 0) {
                return Optional.empty();
            }
            if (next < 0) {
                throw new EOFException("the connection ended within a head");
            }
            if (next != '\n') {
                line.append((char) next);
                continue;
            }
            String text = line.toString().stripTrailing();
            line.setLength(0);
            if (!text.isEmpty()) {
                lines.add(text);
            } else if (!lines.isEmpty()) {
                return Optional.of(new HttpHead(lines.getFirst(), lines.subList(1, lines.size())));
            }
        }
        throw new IOException("a head of more than " + BYTES_MAX + " bytes");
    }

    String method() {
        return start.substring(0, start.indexOf(' '));
    }

    String target() {
        return start.split(" ", 3)[1];
    }

    int status() {
        return Integer.parseInt(start.split(" ", 3)[1]);
    }

    Optional<String> header(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return headers.stream().filter(header -> header.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(header -> header.substring(prefix.length()).strip()).findFirst();
    }

    HttpHead without(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return new HttpHead(start, headers.stream()
                .filter(header -> !header.toLowerCase(Locale.ROOT).startsWith(prefix)).toList());
    }

    HttpHead with(String header) {
        List<String> all = new ArrayList<>(headers);
        all.add(header);
        return new HttpHead(start, all);
    }

    boolean isChunked() {
        return header("Transfer-Encoding").filter(value -> value.toLowerCase(Locale.ROOT).contains("chunked")).isPresent();
    }

    /// -1 where the head does not say it.
    long contentLength() {
        return header("Content-Length").map(Long::parseLong).orElse(-1L);
    }

    void write(OutputStream out) throws IOException {
        out.write((start + "\r\n" + String.join("\r\n", headers) + (headers.isEmpty() ? "" : "\r\n") + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Copies exactly that many bytes.
    static void copy(InputStream in, OutputStream out, long length) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (long left = length; left > 0;) {
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new EOFException(left + " bytes of a body are missing");
            }
            out.write(buffer, 0, count);
            left -= count;
        }
    }

    /// Copies a chunked body as it is, trailers included.
    static void copyChunked(InputStream in, OutputStream out) throws IOException {
        while (true) {
            String size = copyLine(in, out);
            long length = Long.parseLong(size.split(";")[0].strip(), 16);
            if (length == 0) {
                while (!copyLine(in, out).isEmpty()) {
                    // a trailer
                }
                return;
            }
            copy(in, out, length);
            copyLine(in, out);
        }
    }

    private static String copyLine(InputStream in, OutputStream out) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ended within a chunked body");
            }
            out.write(next);
            if (next == '\n') {
                return line.toString().stripTrailing();
            }
            line.append((char) next);
        }
    }
}
