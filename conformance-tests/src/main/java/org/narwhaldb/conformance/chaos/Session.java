package org.narwhaldb.conformance.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.Text;
import org.narwhaldb.engine.exchange.FlightErrors;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// One client with Arrow's own Flight SQL client, as ADBC and the JDBC driver use it: connects anew after a connection
/// was lost. Every call has a time limit of its own. Not thread-safe.
final class Session implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String host;
    private final int port;
    private final BufferAllocator allocator = new RootAllocator();
    private FlightClient flight;
    private FlightSqlClient sql;

    Session(String host, int port) {
        this.host = host;
        this.port = port;
    }

    private void connect() {
        if (flight == null) {
            flight = FlightClient.builder(allocator, Location.forGrpcInsecure(host, port))
                    .intercept(new ClientCookieMiddleware.Factory()).build();
            sql = new FlightSqlClient(flight);
        }
    }

    /// The next call connects anew.
    void disconnect() {
        if (flight != null) {
            try {
                flight.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                flight = null;
                sql = null;
            }
        }
    }

    /// All rows of a query: numbers as Long, text as String.
    ///
    /// @throws NarwhalException the server's typed error; SERVER_UNREACHABLE for a lost connection, QUERY_TIMEOUT when
    ///     the time is over
    List<List<Object>> query(String text, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            connect();
            FlightInfo info = sql.execute(text, left(deadline));
            List<List<Object>> rows = new ArrayList<>();
            for (FlightEndpoint endpoint : info.getEndpoints()) {
                try (FlightStream stream = sql.getStream(endpoint.getTicket(), left(deadline))) {
                    while (stream.next()) {
                        read(stream.getRoot(), rows);
                    }
                }
            }
            return rows;
        } catch (FlightRuntimeException e) {
            throw FlightErrors.fromFlight(e, host + ":" + port);
        } catch (NarwhalException e) {
            throw e;
        } catch (Exception e) {
            throw new NarwhalException(ErrorCode.SERVER_UNREACHABLE, "The answer broke off: " + e, e);
        }
    }

    private static CallOption left(long deadline) {
        return CallOptions.timeout(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private static void read(VectorSchemaRoot root, List<List<Object>> rows) {
        for (int row = 0; row < root.getRowCount(); row++) {
            List<Object> line = new ArrayList<>(root.getFieldVectors().size());
            for (FieldVector vector : root.getFieldVectors()) {
                line.add(plain(vector.getObject(row)));
            }
            rows.add(Collections.unmodifiableList(line));
        }
    }

    private static Object plain(Object value) {
        return switch (value) {
            case Integer number -> number.longValue();
            case Text text -> text.toString();
            case null, default -> value;
        };
    }

    /// Narwhal's own action; the last message.
    JsonNode act(String action, JsonNode body, Duration limit) {
        try {
            connect();
            Iterator<Result> results = flight.doAction(new Action(action, JSON.writeValueAsBytes(body)),
                    CallOptions.timeout(limit.toMillis(), TimeUnit.MILLISECONDS));
            JsonNode last = JSON.createObjectNode();
            while (results.hasNext()) {
                last = JSON.readTree(results.next().getBody());
            }
            return last;
        } catch (FlightRuntimeException e) {
            throw FlightErrors.fromFlight(e, host + ":" + port);
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.INTERNAL, "Cannot read the answer to [%s]".formatted(action), e);
        }
    }

    @Override
    public void close() {
        disconnect();
        allocator.close();
    }
}
