package org.narwhaldb.flight;

import java.time.InstantSource;
import org.apache.arrow.memory.BufferAllocator;
import org.narwhaldb.calcite.CachingPlanner;
import org.narwhaldb.calcite.SqlPlanner;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.flight.catalog.SystemTables;
import org.narwhaldb.flight.control.ClusterControl;
import org.narwhaldb.flight.query.QueryCoordinator;
import org.narwhaldb.flight.query.RunningQueries;
import org.narwhaldb.flight.result.ResultCache;
import org.narwhaldb.flight.session.SignedTokens;
import org.narwhaldb.flight.sql.FlightSqlService;
import org.narwhaldb.flight.version.VersionTracker;
import org.narwhaldb.store.version.VersionStore;

/// A front end: Flight SQL in, answers out. Holds nothing that another front end could not rebuild.
public final class FrontEnd implements AutoCloseable {
    private static final int PARTS_PER_SERVER = Math.max(1, Runtime.getRuntime().availableProcessors());

    /// What a front end is built over; the caller closes these after it.
    public record Collaborators(
            Cluster cluster, VersionStore versions, Transport transport, MemoryPool memory, BufferAllocator allocator,
            Scheduler scheduler, InstantSource clock) {}

    private final VersionTracker tracker;
    private final FlightSqlService service;
    private final ClusterMember member;

    private FrontEnd(VersionTracker tracker, FlightSqlService service, ClusterMember member) {
        this.tracker = tracker;
        this.service = service;
        this.member = member;
    }

    /// Listens, then announces itself.
    public static FrontEnd start(FlightServerConfig config, Collaborators with) {
        VersionTracker tracker =
                new VersionTracker(with.cluster(), with.versions(), with.transport(), with.scheduler(), with.clock());
        tracker.start();
        RunningQueries running = new RunningQueries();
        SystemTables systemTables = new SystemTables(tracker, with.versions(), with.cluster(), running, config.catalogName());
        QueryCoordinator coordinator = new QueryCoordinator(
                new QueryCoordinator.Collaborators(new CachingPlanner(new SqlPlanner(), config.planCacheBytes()), tracker,
                        systemTables, with.cluster(), with.transport(), with.memory(), with.clock(), with.scheduler(),
                        new ResultCache(config.resultCacheBytes())),
                new QueryCoordinator.Limits(PARTS_PER_SERVER, config.queryMemoryBytes(), config.queriesMax()), running);
        ClusterControl control = new ClusterControl(with.cluster(), with.transport(), tracker, coordinator, with.clock(),
                with.scheduler());
        FlightSqlService service = FlightSqlService.start(
                config, coordinator, running, control, new SignedTokens(config.ticketKey(), with.clock()), with.allocator());
        Instance instance = new Instance("flight-server_%s_%d".formatted(config.host(), service.port()), Role.FLIGHT_SERVER,
                config.host(), service.port(), "", "");
        control.announcedAs(instance.id());
        ClusterMember member = with.cluster().announce(instance);
        tracker.announced();
        return new FrontEnd(tracker, service, member);
    }

    public int port() {
        return service.port();
    }

    /// The tables this front end can answer for.
    public VersionTracker versions() {
        return tracker;
    }

    /// Leaves the cluster, lets running queries end, closes.
    @Override
    public void close() {
        member.close();
        service.close();
        tracker.close();
    }
}
