package org.narwhaldb.store.object;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;

/// As much of S3 as our store and Iceberg's S3FileIO use, in memory: objects of path-style buckets, ranges, listings,
/// `If-None-Match: *`, the SDK's `aws-chunked` bodies and deletes of several keys. Signatures are not looked at.
public final class TinyS3 implements AutoCloseable {
    private final HttpServer server;
    private final NavigableMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

    public TinyS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                handle(exchange);
            }
        });
        server.start();
    }

    public Map<String, String> properties() {
        return Map.of("s3.endpoint", "http://127.0.0.1:" + server.getAddress().getPort(), "s3.path-style-access",
                "true",
                "s3.access-key-id", "key", "s3.secret-access-key", "secret", "client.region", "us-east-1");
    }

    public NavigableMap<String, byte[]> objects() {
        return objects;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(1);
        String query = exchange.getRequestURI().getQuery();
        switch (exchange.getRequestMethod()) {
            case "PUT" -> put(exchange, path);
            case "POST" -> deleteMany(exchange, path);
            case "DELETE" -> {
                objects.remove(path);
                answer(exchange, 204, new byte[0]);
            }
            default -> {
                if (query != null && query.contains("list-type=2")) {
                    list(exchange, path, query);
                } else {
                    get(exchange, path);
                }
            }
        }
    }

    private void put(HttpExchange exchange, String path) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String decoded = exchange.getRequestHeaders().getFirst("x-amz-decoded-content-length");
        byte[] content = decoded == null ? body : unchunk(body, Integer.parseInt(decoded));
        boolean create = "*".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
        boolean exists = create && objects.putIfAbsent(path, content) != null;
        if (!create) {
            objects.put(path, content);
        }
        if (exists) {
            answer(exchange, 412, "<Error><Code>PreconditionFailed</Code></Error>".getBytes(StandardCharsets.UTF_8));
            return;
        }
        exchange.getResponseHeaders().add("ETag", "\"x\"");
        answer(exchange, 200, new byte[0]);
    }

    private static byte[] unchunk(byte[] body, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int position = 0;
        while (out.size() < length) {
            int end = position;
            while (body[end] != '\r') {
                end++;
            }
            String header = new String(body, position, end - position, StandardCharsets.US_ASCII);
            int size = Integer.parseInt(header.split(";")[0], 16);
            out.write(body, end + 2, size);
            position = end + 2 + size + 2;
        }
        return out.toByteArray();
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        byte[] content = objects.get(path);
        if (content == null) {
            answer(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>".getBytes(StandardCharsets.UTF_8));
            return;
        }
        exchange.getResponseHeaders().add("Last-Modified", "Sun, 22 Nov 2026 16:00:00 GMT");
        exchange.getResponseHeaders().add("ETag", "\"x\"");
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            answer(exchange, 200, content);
            return;
        }
        String[] bounds = range.substring("bytes=".length()).split("-", 2);
        int from = bounds[0].isEmpty() ? content.length - Integer.parseInt(bounds[1]) : Integer.parseInt(bounds[0]);
        int to = bounds[0].isEmpty() || bounds[1].isEmpty() ? content.length
                : Math.min(content.length, Integer.parseInt(bounds[1]) + 1);
        exchange.getResponseHeaders().add("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, content.length));
        answer(exchange, 206, Arrays.copyOfRange(content, from, to));
    }

    private void list(HttpExchange exchange, String bucket, String query) throws IOException {
        String prefix = "";
        for (String parameter : query.split("&")) {
            if (parameter.startsWith("prefix=")) {
                prefix = parameter.substring("prefix=".length());
            }
        }
        String root = bucket.replaceAll("/$", "") + "/";
        StringBuilder xml = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
        for (Map.Entry<String, byte[]> each : objects.tailMap(root + prefix).entrySet()) {
            if (each.getKey().startsWith(root + prefix)) {
                xml.append("<Contents><Key>").append(each.getKey().substring(root.length())).append("</Key><Size>")
                        .append(each.getValue().length)
                        .append("</Size><LastModified>2026-11-22T16:00:00.000Z</LastModified></Contents>");
            }
        }
        answer(exchange, 200, xml.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8));
    }

    private void deleteMany(HttpExchange exchange, String bucket) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        for (String part : body.split("<Key>")) {
            if (part.contains("</Key>")) {
                objects.remove(bucket.replaceAll("/$", "") + "/" + part.substring(0, part.indexOf("</Key>")));
            }
        }
        answer(exchange, 200, "<DeleteResult/>".getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (InputStream rest = exchange.getRequestBody()) {
            rest.readAllBytes();
        }
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().add("Content-Length", String.valueOf(body.length));
        }
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head && body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
