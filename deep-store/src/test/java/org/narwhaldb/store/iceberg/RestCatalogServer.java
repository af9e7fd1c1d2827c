package org.narwhaldb.store.iceberg;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.apache.iceberg.rest.responses.ErrorResponse;

/// Iceberg's REST catalog protocol over any other catalog, as much as the lake asks for; the answer to the next commit can be made to get
/// lost, after it took place or before.
public final class RestCatalogServer implements AutoCloseable {
    /// How the next commit of a table is answered.
    public enum Loss { NONE, RESET_BEFORE, RESET_AFTER, TIMEOUT_BEFORE, TIMEOUT_AFTER }

    private static final int GATEWAY_TIMEOUT = 504;

    private final Catalog catalog;
    private final HttpServer server;
    private final ObjectMapper json = new ObjectMapper();
    private final AtomicReference<Loss> next = new AtomicReference<>(Loss.NONE);

    /// @param properties of the catalog behind
    public RestCatalogServer(Map<String, String> properties) throws IOException {
        catalog = CatalogUtil.buildIcebergCatalog("behind", CatalogSettings.complete(properties), new Configuration());
        json.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
        json.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
        json.setPropertyNamingStrategy(new PropertyNamingStrategies.KebabCaseStrategy());
        RESTSerializers.registerAll(json);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                handle(exchange);
            }
        });
        server.start();
    }

    public String uri() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public void lose(Loss loss) {
        next.set(loss);
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        ((Closeable) catalog).close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getRawPath().substring("/v1/".length()).split("/");
        String method = exchange.getRequestMethod();
        boolean commit = path.length == 4 && method.equals("POST");
        Loss loss = commit ? next.getAndSet(Loss.NONE) : Loss.NONE;
        if (loss == Loss.RESET_BEFORE) {
            return;
        }
        Object answer = null;
        int status = 200;
        try {
            answer = loss == Loss.TIMEOUT_BEFORE ? null : answer(exchange, method, path);
        } catch (RuntimeException e) {
            status = status(e);
            answer = error(status, e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
        }
        if (loss == Loss.RESET_AFTER) {
            return;
        }
        if (loss != Loss.NONE) {
            status = GATEWAY_TIMEOUT;
            answer = error(status, "GatewayTimeout", "the answer was lost");
        }
        send(exchange, status, answer);
    }

    private static ErrorResponse error(int status, String type, String message) {
        return ErrorResponse.builder().responseCode(status).withType(type).withMessage(message).build();
    }

    private static int status(RuntimeException failure) {
        return switch (failure) {
            case NoSuchTableException _ -> 404;
            case NoSuchNamespaceException _ -> 404;
            case AlreadyExistsException _ -> 409;
            case CommitFailedException _ -> 409;
            case IllegalArgumentException _ -> 400;
            default -> 500;
        };
    }

    private Object answer(HttpExchange exchange, String method, String[] path) throws IOException {
        if (path[0].equals("config")) {
            return ConfigResponse.builder().build();
        }
        SupportsNamespaces namespaces = (SupportsNamespaces) catalog;
        if (path.length == 1) {
            String query = exchange.getRequestURI().getRawQuery();
            String parent = query == null ? "" : query.replaceFirst("(.*&)?parent=([^&]*).*", "$2");
            return method.equals("POST")
                    ? CatalogHandlers.createNamespace(namespaces, body(exchange, CreateNamespaceRequest.class))
                    : CatalogHandlers.listNamespaces(namespaces, query != null && query.contains("parent=")
                            ? RESTUtil.decodeNamespace(parent) : Namespace.empty());
        }
        Namespace namespace = RESTUtil.decodeNamespace(path[1]);
        if (path.length == 2) {
            return CatalogHandlers.loadNamespace(namespaces, namespace);
        }
        if (path.length == 3) {
            return method.equals("POST")
                    ? CatalogHandlers.createTable(catalog, namespace, body(exchange, CreateTableRequest.class))
                    : CatalogHandlers.listTables(catalog, namespace);
        }
        TableIdentifier table = TableIdentifier.of(namespace, RESTUtil.decodeString(path[3]));
        if (path.length > 4) {
            // a report of metrics
            return null;
        }
        return switch (method) {
            case "POST" -> CatalogHandlers.updateTable(catalog, table, body(exchange, UpdateTableRequest.class));
            case "DELETE" -> {
                CatalogHandlers.dropTable(catalog, table);
                yield null;
            }
            default -> CatalogHandlers.loadTable(catalog, table);
        };
    }

    private <T> T body(HttpExchange exchange, Class<T> type) throws IOException {
        try (InputStream in = exchange.getRequestBody()) {
            return json.readValue(in, type);
        }
    }

    private void send(HttpExchange exchange, int status, Object answer) throws IOException {
        boolean bodiless = answer == null || exchange.getRequestMethod().equals("HEAD");
        byte[] body = bodiless ? new byte[0] : json.writeValueAsBytes(answer);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer == null && status == 200 ? 204 : status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
