package org.narwhaldb.flight.sql;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.narwhaldb.flight.FlightServerConfig;
import org.narwhaldb.flight.query.QueryService;
import org.narwhaldb.flight.session.AnyIdentity;
import org.narwhaldb.flight.session.SessionMiddleware;
import org.narwhaldb.flight.session.SessionOptions;
import org.narwhaldb.flight.session.SignedTokens;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The listening Flight SQL service.
public final class FlightSqlService implements AutoCloseable {
    private static final String VERSION = "0.1.0";
    private static final String ARROW_VERSION = "18.3.0";
    /// How much one slow client may leave queued in the server.
    private static final int BACKPRESSURE_BYTES = 4 << 20;
    private static final long DRAIN_SECONDS = 10;

    private final FlightServer server;
    private final ExecutorService workers;
    private final BufferAllocator allocator;

    private FlightSqlService(FlightServer server, ExecutorService workers, BufferAllocator allocator) {
        this.server = server;
        this.workers = workers;
        this.allocator = allocator;
    }

    /// Binds the port and answers from now on.
    ///
    /// @throws NarwhalException INVALID_CONFIGURATION if the port cannot be bound
    public static FlightSqlService start(
            FlightServerConfig config, QueryService queries, ControlActions.Control control, SignedTokens tokens, BufferAllocator parent) {
        BufferAllocator allocator = parent.newChildAllocator("flight-sql", 0, Long.MAX_VALUE);
        ExecutorService workers = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("query-", 0).factory());
        SessionOptions.Defaults defaults = new SessionOptions.Defaults(config.catalogName(), config.queryTimeout());
        StatementService statements = new StatementService(queries, tokens);
        FlightStatements flightStatements = new FlightStatements(
                statements, queries, new ResultStreamer(workers, allocator), allocator, defaults);
        NarwhalFlightSqlProducer producer = new NarwhalFlightSqlProducer(flightStatements,
                new MetadataService(queries, allocator, config.catalogName()),
                new SqlInfoCatalog(VERSION, ARROW_VERSION, config.queryTimeout()), new SessionService(defaults),
                new ControlActions(control, workers), allocator);
        FlightServer server = FlightServer.builder(allocator, Location.forGrpcInsecure(config.host(), config.port()), producer)
                .backpressureThreshold(BACKPRESSURE_BYTES)
                .headerAuthenticator(new AnyIdentity(tokens))
                .middleware(SessionMiddleware.KEY, new SessionMiddleware.Factory(tokens))
                .build();
        try {
            server.start();
        } catch (IOException e) {
            workers.shutdown();
            allocator.close();
            throw new NarwhalException(ErrorCode.INVALID_CONFIGURATION,
                    "Cannot listen on [%s:%d]: %s".formatted(config.host(), config.port(), e.getMessage()), e);
        }
        return new FlightSqlService(server, workers, allocator);
    }

    public int port() {
        return server.getPort();
    }

    /// Lets running queries end for some seconds, then ends them.
    @Override
    public void close() {
        server.shutdown();
        try {
            server.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS);
            server.close();
            // A worker gives its buffers back when it sees the interrupt; the allocator must not be closed before.
            workers.shutdownNow();
            workers.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
        allocator.close();
    }
}
