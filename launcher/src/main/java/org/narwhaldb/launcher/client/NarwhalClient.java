package org.narwhaldb.launcher.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.narwhaldb.engine.exchange.FlightErrors;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The command line's connection to a front end: Flight SQL for queries, Narwhal's actions for the rest.
public final class NarwhalClient implements AutoCloseable {
    public static final String DEFAULT_URL = "narwhal://127.0.0.1:9047";
    private static final int DEFAULT_PORT = 9047;
    private static final long PING_SECONDS = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final BufferAllocator allocator = new RootAllocator();
    private final FlightClient client;
    private final FlightSqlClient sql;

    private NarwhalClient(String url, String host, int port) {
        this.url = url;
        this.client = FlightGrpcUtils.createFlightClient(allocator, channel(host, port), List.of(new ClientCookieMiddleware.Factory()));
        this.sql = new FlightSqlClient(client);
    }

    /// Its pings find a front end that was stopped or cut off: a call to it fails and does not hang.
    private static ManagedChannel channel(String host, int port) {
        return NettyChannelBuilder.forAddress(host, port).usePlaintext().maxInboundMessageSize(Integer.MAX_VALUE).maxTraceEvents(0)
                .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS).keepAliveTimeout(PING_SECONDS, TimeUnit.SECONDS).build();
    }

    /// @param url `narwhal://host:port`
    public static NarwhalClient connect(String url) {
        try {
            URI uri = new URI(url);
            if (!"narwhal".equals(uri.getScheme()) || uri.getHost() == null) {
                throw NarwhalException.of(ErrorCode.INVALID_PARAMETER, "Not a URL of a front end: [%s]; expected narwhal://host:port", url);
            }
            int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
            return new NarwhalClient(url, uri.getHost(), port);
        } catch (URISyntaxException e) {
            throw new NarwhalException(ErrorCode.INVALID_PARAMETER, "Not a URL: [%s]".formatted(url), e);
        }
    }

    public BufferAllocator allocator() {
        return allocator;
    }

    /// Runs an action; `progress` sees every message but the last, which is returned.
    public JsonNode run(String action, JsonNode body, Consumer<JsonNode> progress) {
        try {
            Iterator<Result> results = client.doAction(new Action(action, JSON.writeValueAsBytes(body)));
            JsonNode last = JSON.createObjectNode();
            boolean first = true;
            while (results.hasNext()) {
                if (!first) {
                    progress.accept(last);
                }
                last = JSON.readTree(results.next().getBody());
                first = false;
            }
            return last;
        } catch (FlightRuntimeException e) {
            throw typed(e);
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.INTERNAL, "Cannot read the answer of [%s]".formatted(url), e);
        }
    }

    /// Runs a query; `rows` sees the batches in order. Returns the number of rows.
    public long query(String text, RowSink rows) {
        long count = 0;
        try {
            FlightInfo info = sql.execute(text);
            boolean started = false;
            for (FlightEndpoint endpoint : info.getEndpoints()) {
                try (FlightStream stream = sql.getStream(endpoint.getTicket())) {
                    VectorSchemaRoot root = stream.getRoot();
                    if (!started) {
                        rows.start(root);
                        started = true;
                    }
                    while (stream.next()) {
                        rows.batch(root);
                        count += root.getRowCount();
                    }
                }
            }
            rows.end();
            return count;
        } catch (FlightRuntimeException e) {
            throw typed(e);
        } catch (NarwhalException e) {
            throw e;
        } catch (Exception e) {
            throw new NarwhalException(ErrorCode.SERVER_UNREACHABLE, "The answer of [%s] broke off: %s".formatted(url, e.getMessage()), e);
        }
    }

    /// Runs a statement without rows (SET).
    public void update(String text) {
        try {
            sql.executeUpdate(text);
        } catch (FlightRuntimeException e) {
            throw typed(e);
        }
    }

    private NarwhalException typed(FlightRuntimeException error) {
        NarwhalException typed = FlightErrors.fromFlight(error, url);
        return typed.code() != ErrorCode.SERVER_UNREACHABLE ? typed : new NarwhalException(ErrorCode.SERVER_UNREACHABLE,
                "Cannot reach [%s]; is it running? (./narwhal start cluster): %s".formatted(url, typed.getMessage()), error);
    }

    @Override
    public void close() {
        try {
            sql.close();
        } catch (Exception e) {
            // the connection is gone either way
        }
        allocator.close();
    }

    public interface RowSink {
        /// Once, before the first batch, also when there is none.
        void start(VectorSchemaRoot root) throws IOException;

        void batch(VectorSchemaRoot root) throws IOException;

        void end() throws IOException;
    }
}
