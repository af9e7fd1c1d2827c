package org.narwhaldb.benchmarks.engine;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallInfo;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightClientMiddleware;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.narwhaldb.launcher.client.ValueText;

/// Narwhal as any application sees it: Arrow's stock Flight SQL client over a socket. Counts the calls it makes.
public final class NarwhalEngine implements Engine {
    private final String url;
    private final String schema;
    private final BufferAllocator allocator = new RootAllocator();
    private final FlightSqlClient sql;
    private final AtomicLong calls = new AtomicLong();

    private NarwhalEngine(String url, String schema) {
        this.url = url;
        this.schema = schema;
        URI address = URI.create(url);
        sql = new FlightSqlClient(FlightClient.builder(allocator, Location.forGrpcInsecure(address.getHost(), address.getPort()))
                .intercept(new ClientCookieMiddleware.Factory()).intercept(this::counting).build());
    }

    /// @param url `narwhal://host:port`
    public static NarwhalEngine connect(String url, String schema) {
        NarwhalEngine engine = new NarwhalEngine(url, schema);
        engine.sql.executeUpdate("SET schema = '" + schema + "'");
        return engine;
    }

    @Override
    public String name() {
        return "narwhal";
    }

    /// Calls begun so far on this connection.
    public long calls() {
        return calls.get();
    }

    @Override
    public Answer answer(String query) {
        List<String> columns = new ArrayList<>();
        List<List<Object>> rows = new ArrayList<>();
        read(query, root -> root.getSchema().getFields().forEach(field -> columns.add(name(field))), root -> {
            for (int row = 0; row < root.getRowCount(); row++) {
                List<Object> values = new ArrayList<>();
                for (FieldVector vector : root.getFieldVectors()) {
                    values.add(ValueText.value(vector, row));
                }
                rows.add(values);
            }
        });
        return new Answer(columns, rows);
    }

    private static String name(Field field) {
        return field.getName().toLowerCase(Locale.ROOT);
    }

    @Override
    public long drain(String query) {
        long[] rows = {0};
        read(query, _ -> { }, root -> rows[0] += root.getRowCount());
        return rows[0];
    }

    /// Runs a query batch by batch.
    ///
    /// @param first once, before the first batch, also when there is none
    public void read(String query, Consumer<VectorSchemaRoot> first, Consumer<VectorSchemaRoot> batches) {
        boolean started = false;
        for (FlightEndpoint endpoint : sql.execute(query).getEndpoints()) {
            try (FlightStream stream = sql.getStream(endpoint.getTicket())) {
                VectorSchemaRoot root = stream.getRoot();
                if (!started) {
                    first.accept(root);
                    started = true;
                }
                while (stream.next()) {
                    batches.accept(root);
                }
            } catch (FlightRuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("The stream of [%s] did not end well: %s".formatted(query, e), e);
            }
        }
    }

    @Override
    public NarwhalEngine another() {
        return connect(url, schema);
    }

    @Override
    public void close() {
        try {
            sql.close();
        } catch (Exception e) {
            throw new IllegalStateException("Cannot close the connection to [%s]".formatted(url), e);
        }
        allocator.close();
    }

    private FlightClientMiddleware counting(CallInfo call) {
        calls.incrementAndGet();
        return new FlightClientMiddleware() {
            @Override
            public void onBeforeSendingHeaders(CallHeaders outgoing) {
                // only counted
            }

            @Override
            public void onHeadersReceived(CallHeaders incoming) {
                // only counted
            }

            @Override
            public void onCallCompleted(CallStatus status) {
                // only counted
            }
        };
    }
}
