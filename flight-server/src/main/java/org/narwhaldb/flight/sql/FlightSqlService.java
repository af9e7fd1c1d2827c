package org.narwhaldb.flight.sql;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.narwhaldb.engine.exchange.FlightServers;
import org.narwhaldb.flight.FlightServerConfig;
import org.narwhaldb.flight.query.QueryService;
import org.narwhaldb.flight.query.RunningQueries;
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
    /// For what was cancelled to end.
    private static final long CLOSE_SECONDS = 10;

    private final FlightServer server;
    private final ExecutorService workers;
    /// Given to Flight, because the one it makes for itself stops before the last streams have ended.
    private final ExecutorService callbacks;
    private final BufferAllocator allocator;
    private final ControlActions actions;
    private final RunningQueries running;
    private final Duration drainTimeout;

    private FlightSqlService(FlightServer server, ExecutorService workers, ExecutorService callbacks, BufferAllocator allocator,
            ControlActions actions, RunningQueries running, Duration drainTimeout) {
        this.server = server;
        this.workers = workers;
        this.callbacks = callbacks;
        this.allocator = allocator;
        this.actions = actions;
        this.running = running;
        this.drainTimeout = drainTimeout;
    }

    /// Binds the port and answers from now on.
    ///
    /// @throws NarwhalException INVALID_CONFIGURATION if the port cannot be bound
    public static FlightSqlService start(
            FlightServerConfig config, QueryService queries, RunningQueries running, ControlActions.Control control,
            SignedTokens tokens, BufferAllocator parent) {
        BufferAllocator allocator = parent.newChildAllocator("flight-sql", 0, Long.MAX_VALUE);
        // Threads of the system: a query computes, and as a virtual one it would keep short queries from running until it ends.
        ExecutorService workers = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("query-", 0).factory());
        ExecutorService callbacks = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("flight-sql-", 0).factory());
        ControlActions actions = new ControlActions(control, workers);
        SessionOptions.Defaults defaults = new SessionOptions.Defaults(config.catalogName(), config.queryTimeout());
        StatementService statements = new StatementService(queries, tokens);
        FlightStatements flightStatements = new FlightStatements(
                statements, queries, new ResultStreamer(workers, allocator), allocator, defaults);
        NarwhalFlightSqlProducer producer = new NarwhalFlightSqlProducer(flightStatements,
                new MetadataService(queries, allocator, config.catalogName()),
                new SqlInfoCatalog(VERSION, ARROW_VERSION, config.queryTimeout()), new SessionService(defaults),
                actions, allocator);
        FlightServer server = FlightServer.builder(allocator, Location.forGrpcInsecure(config.host(), config.port()), producer)
                .backpressureThreshold(BACKPRESSURE_BYTES).executor(callbacks)
                .transportHint(FlightServers.BUILDER_HINT, FlightServers.KEEP_ALIVE)
                .headerAuthenticator(new AnyIdentity(tokens))
                .middleware(SessionMiddleware.KEY, new SessionMiddleware.Factory(tokens))
                .build();
        try {
            server.start();
        } catch (IOException e) {
            workers.shutdown();
            callbacks.shutdown();
            actions.close();
            allocator.close();
            throw new NarwhalException(ErrorCode.INVALID_CONFIGURATION,
                    "Cannot listen on [%s:%d]: %s".formatted(config.host(), config.port(), e.getMessage()), e);
        }
        return new FlightSqlService(server, workers, callbacks, allocator, actions, running, config.drainTimeout());
    }

    public int port() {
        return server.getPort();
    }

    /// Takes no new connection and tells the clients to make one elsewhere, lets running calls end within the drain timeout,
    /// then ends them.
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!awaitEnd(drainTimeout)) {
                running.cancelAll(NarwhalException.of(ErrorCode.SERVER_STOPPING,
                        "This front end is stopping and the query did not end within [%d] s; run it again", drainTimeout.toSeconds()));
                awaitEnd(Duration.ofSeconds(1));
            }
            server.close();
            // A worker gives its buffers back when it sees the interrupt; the allocator must not be closed before.
            workers.shutdownNow();
            workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
        actions.close();
        callbacks.shutdown();
        allocator.close();
    }

    private boolean awaitEnd(Duration patience) throws InterruptedException {
        server.awaitTermination(Math.max(1, patience.toMillis()), TimeUnit.MILLISECONDS);
        return running.all().isEmpty();
    }
}
