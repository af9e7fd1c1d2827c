package org.narwhaldb.flight.query;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.narwhaldb.calcite.CachingPlanner;
import org.narwhaldb.calcite.SqlPlanner;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.profile.PlanMeter;
import org.narwhaldb.flight.catalog.PinnedCatalog;
import org.narwhaldb.flight.catalog.PlannerTables;
import org.narwhaldb.flight.catalog.SystemTables;
import org.narwhaldb.flight.result.ResultCache;
import org.narwhaldb.flight.routing.SegmentPruner;
import org.narwhaldb.flight.routing.SegmentRouter;
import org.narwhaldb.flight.routing.StatisticsAnswer;
import org.narwhaldb.flight.version.ServerHealth;
import org.narwhaldb.flight.version.VersionManifest;
import org.narwhaldb.flight.version.VersionTracker;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;

/// Plans a statement against pinned versions, prunes and routes its leaves, runs its root here.
public final class QueryCoordinator implements QueryService {

    /// @param partsPerServer how far one server's share of a fragment is cut for parallel work
    /// @param memoryLimitBytes of one query, here and on each segment server
    public record Limits(int partsPerServer, long memoryLimitBytes, int queriesMax) {}

    /// @param transport to the segment servers
    /// @param results answers that are kept
    public record Collaborators(
            CachingPlanner planner, VersionTracker tracker, SystemTables systemTables, Cluster cluster, Transport transport,
            MemoryPool memory, InstantSource clock, Scheduler scheduler, ResultCache results) {}

    private final Collaborators with;
    private final Limits limits;
    private final RunningQueries running;
    private final PlannerTables plannerTables = new PlannerTables();

    public QueryCoordinator(Collaborators collaborators, Limits limits, RunningQueries running) {
        this.with = collaborators;
        this.limits = limits;
        this.running = running;
    }

    @Override
    public Prepared prepare(String sql, SessionState session) {
        SqlPlanner.Statement statement = with.planner().prepare(sql, catalog(session), plannerSession(session));
        return switch (statement.kind()) {
            case SET -> new Prepared(Prepared.Kind.SET, List.of(), List.of(),
                    new Prepared.Setting(statement.setKey(), statement.setValue()));
            case QUERY, EXPLAIN, EXPLAIN_ANALYZE ->
                new Prepared(Prepared.Kind.QUERY, statement.output(), statement.parameters(), null);
        };
    }

    @Override
    public QueryResult execute(String queryId, String sql, List<Expression.Literal> parameters, SessionState session) {
        Instant began = with.clock().instant();
        PinnedCatalog catalog = catalog(session);
        SqlPlanner.Statement statement = with.planner().plan(sql, catalog, plannerSession(session), parameters);
        QueryMemory memory = with.memory().open(queryId, limits.memoryLimitBytes());
        QueryContext context = new QueryContext(queryId, with.clock().instant().plus(session.timeout()), with.clock(), memory);
        if (running.size() >= limits.queriesMax() || !running.add(new RunningQueries.Query(context, sql, with.clock().instant()))) {
            with.memory().close(memory);
            throw NarwhalException.of(ErrorCode.SERVER_BUSY,
                    "[%d] queries run already, or one is called [%s]; try again later", running.size(), queryId);
        }
        Running result = new Running(context, memory);
        result.statistics().planned(Duration.between(began, with.clock().instant()));
        try {
            switch (statement.kind()) {
                case QUERY -> result.openKept(statement, catalog, session);
                case EXPLAIN -> result.openText(statement.output(), explain(statement.plan(), catalog, null));
                case EXPLAIN_ANALYZE -> {
                    result.statistics().measure();
                    result.open(statement.plan(), catalog, 0);
                    result.drain();
                    result.openText(statement.output(), explain(statement.plan(), catalog, result.statistics())
                            + "Result cache: " + with.results().describe(with.results().key(statement, catalog, session)) + '\n');
                }
                case SET -> throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "SET has no rows; run it as an update");
            }
            return result;
        } catch (RuntimeException e) {
            result.close();
            throw e;
        }
    }

    @Override
    public boolean cancel(String queryId, String reason) {
        return running.cancel(queryId, reason);
    }

    @Override
    public List<String> schemas() {
        java.util.TreeSet<String> names = new java.util.TreeSet<>(with.systemTables().schemas());
        with.tracker().tables().forEach(table -> names.add(table.namespace()));
        names.add(TableName.DEFAULT_NAMESPACE);
        return List.copyOf(names);
    }

    @Override
    public List<Table> tables(String schema) {
        List<Table> tables = new ArrayList<>();
        for (String name : with.systemTables().tables(schema)) {
            tables.add(new Table(new TableName(schema, name), true, with.systemTables().columns(schema, name).orElseThrow()));
        }
        for (TableName name : with.tracker().tables()) {
            if (name.namespace().equals(schema)) {
                table(name).ifPresent(tables::add);
            }
        }
        return tables;
    }

    @Override
    public Optional<Table> table(TableName name) {
        Optional<List<Field>> system = with.systemTables().columns(name.namespace(), name.name());
        if (system.isPresent()) {
            return Optional.of(new Table(name, true, system.get()));
        }
        return with.tracker().servable(name).map(manifest -> new Table(name, false, manifest.version().fields()));
    }

    private PinnedCatalog catalog(SessionState session) {
        with.tracker().confirm();
        return new PinnedCatalog(with.tracker(), with.systemTables(), plannerTables, session);
    }

    private SqlPlanner.Session plannerSession(SessionState session) {
        java.time.Instant now = with.clock().instant();
        return new SqlPlanner.Session(session.schema(), session.zone(),
                Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000L), now.getNano() / 1000));
    }

    private ServerHealth health() {
        return with.tracker().health();
    }

    /// One leaf, pruned and routed.
    ///
    /// @param merges the partitions that an exchange in its plan brings together from all parts; empty if there is none
    record RoutedLeaf(
            Fragment fragment, VersionManifest manifest, SegmentPruner.Pruned pruned, StatisticsAnswer known,
            List<SegmentRouter.Part> parts, List<SegmentRouter.Part> merges) {

        /// The same parts with another plan.
        RoutedLeaf as(Fragment other) {
            return as(other, merges);
        }

        RoutedLeaf as(Fragment other, List<SegmentRouter.Part> partitions) {
            return new RoutedLeaf(other, manifest, pruned, known, parts, partitions);
        }

        /// What the front end asks for.
        List<SegmentRouter.Part> asked() {
            return merges.isEmpty() ? parts : merges;
        }
    }

    private RoutedLeaf route(Fragment fragment, PinnedCatalog catalog) {
        PlanNode.Scan scan = DistributedPlan.scan(fragment);
        VersionManifest manifest = catalog.manifest(scan.table());
        SegmentPruner.Pruned pruned = SegmentPruner.prune(scan, manifest.segments());
        return route(fragment, manifest, pruned, StatisticsAnswer.of(fragment.root(), pruned.kept()));
    }

    private RoutedLeaf route(Fragment fragment, VersionManifest manifest, SegmentPruner.Pruned pruned, StatisticsAnswer known) {
        TableName table = manifest.version().table();
        boolean isParallelInside = isParallelInside(fragment.root());
        List<SegmentRouter.Part> parts = SegmentRouter.route(new SegmentRouter.Request(known.read(), manifest.version().shardCount(),
                shard -> health().preferred(with.tracker().holders(table, manifest.version().id(), shard), with.clock().instant()),
                isParallelInside ? 1 : limits.partsPerServer(), !reduces(fragment.root()),
                isParallelInside && with.transport().isInProcess()));
        return new RoutedLeaf(fragment, manifest, pruned, known, parts, List.of());
    }

    /// The routes of one query.
    private final class CatalogRoutes implements RunningFragments.Routes {
        private final PinnedCatalog catalog;
        private final QueryContext context;
        private final QueryStatistics statistics;

        CatalogRoutes(PinnedCatalog catalog, QueryContext context, QueryStatistics statistics) {
            this.catalog = catalog;
            this.context = context;
            this.statistics = statistics;
        }

        @Override
        public RoutedLeaf of(Fragment leaf) {
            return route(leaf, catalog);
        }

        @Override
        public RoutedLeaf reroute(RoutedLeaf routed, Fragment cut) {
            return route(cut, routed.manifest(), routed.pruned(), routed.known());
        }

        @Override
        public GatherSource.Exchange exchange(RoutedLeaf leaf) {
            GatherSource.Servers holding = new HoldingServers(leaf.manifest());
            return new GatherSource.Exchange(leaf.merges().isEmpty() ? holding : new MergingServers(holding, leaf.parts()),
                    with.transport(), context, with.clock(), with.scheduler(), statistics);
        }

        @Override
        public PlanMeter meter(int fragmentId, PlanNode root) {
            return statistics.meter(fragmentId, root, context);
        }
    }

    /// Whether a server spreads the fragment over its threads itself, so that one request and one stream will do.
    private static boolean isParallelInside(PlanNode node) {
        return node instanceof PlanNode.Aggregate aggregate && DistributedPlan.sources(aggregate).isEmpty();
    }

    /// Whether a fragment's answer is small however many rows it reads.
    static boolean reduces(PlanNode node) {
        return switch (node) {
            case PlanNode.Aggregate _ -> true;
            case PlanNode.Sort sort -> sort.limit() >= 0;
            case PlanNode.Limit _ -> true;
            default -> !node.inputs().isEmpty() && reduces(node.inputs().getFirst());
        };
    }

    private String explain(DistributedPlan plan, PinnedCatalog catalog, QueryStatistics statistics) {
        Map<Integer, RoutedLeaf> leaves = new HashMap<>();
        plan.leaves().forEach(leaf -> leaves.put(leaf.id(), route(leaf, catalog)));
        GrownLeaves grown = GrownLeaves.of(plan.root().root(), leaves, !with.transport().isInProcess());
        return ExplainText.render(grown.plan(plan), grown.leaves(), statistics);
    }

    /// A query from its start to its close.
    private final class Running implements QueryResult {
        private final QueryContext context;
        private final QueryMemory memory;
        private final QueryStatistics statistics = new QueryStatistics();
        private List<Field> fields = List.of();
        private Operator root;

        Running(QueryContext context, QueryMemory memory) {
            this.context = context;
            this.memory = memory;
        }

        /// From the cache if it has the answer.
        void openKept(SqlPlanner.Statement statement, PinnedCatalog catalog, SessionState session) {
            ResultCache.Key key = with.results().key(statement, catalog, session);
            root = with.results().find(key, context);
            if (root != null) {
                fields = statement.plan().output();
            } else {
                open(statement.plan(), catalog, session.rowsMax());
                root = with.results().keeping(key, fields, root, context);
            }
        }

        void open(DistributedPlan plan, PinnedCatalog catalog, long limit) {
            fields = plan.output();
            PlanNode node = plan.root().root();
            RunningFragments fragments = new RunningFragments(plan, limit > 0 ? new PlanNode.Limit(node, 0, limit) : node,
                    new CatalogRoutes(catalog, context, statistics), context,
                    scan -> FragmentExecutor.operator(with.systemTables().rows(scan), FragmentExecutor.Inputs.ofScan(List.of()), context),
                    new RunningFragments.Bounds(with.transport().broadcastBytesMax(), limits.memoryLimitBytes(),
                            !with.transport().isInProcess()));
            // A failed or closed query leaves no reader behind, whether or not the root ever pulled its source.
            context.onCancel(fragments::close);
            root = FragmentExecutor.operator(fragments.root(), fragments.inputs(), context,
                    statistics.meter(plan.root().id(), fragments.root(), context));
            fragments.stages().forEach(stage -> with.scheduler().start("build-" + context.queryId(), stage));
        }

        void openText(List<Field> output, String text) {
            closeRoot();
            fields = output;
            List<List<Expression.Literal>> lines = text.lines()
                    .map(line -> List.of(new Expression.Literal(line.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                            output.getFirst().type())))
                    .toList();
            root = FragmentExecutor.operator(new PlanNode.Values(output, lines), FragmentExecutor.Inputs.ofScan(List.of()), context);
        }

        void drain() {
            while (root.next() != null) {
                context.check();
            }
        }

        @Override
        public List<Field> fields() {
            return fields;
        }

        @Override
        public Batch next() {
            context.check();
            return root.next();
        }

        @Override
        public QueryContext context() {
            return context;
        }

        @Override
        public QueryStatistics statistics() {
            return statistics;
        }

        @Override
        public void close() {
            if (running.remove(context)) {
                closeRoot();
                context.cancel(NarwhalException.of(ErrorCode.QUERY_CANCELLED, "Query [%s] is closed", context.queryId()));
                with.memory().close(memory);
            }
        }

        private void closeRoot() {
            if (root != null) {
                root.close();
                root = null;
            }
        }
    }

    /// The servers that can be asked about one pinned version, by what they said they hold.
    private final class HoldingServers implements GatherSource.Servers {
        private final VersionManifest manifest;

        HoldingServers(VersionManifest manifest) {
            this.manifest = manifest;
        }

        @Override
        public List<String> holders(SegmentRouter.Part part) {
            List<String> holders = null;
            for (int shard : part.shards()) {
                List<String> ofShard = with.tracker().holders(manifest.version().table(), manifest.version().id(), shard);
                if (holders == null) {
                    holders = new ArrayList<>(ofShard);
                } else {
                    holders.retainAll(ofShard);
                }
            }
            if (holders == null) {
                return List.of();
            }
            if (holders.remove(part.preferredServer())) {
                holders.addFirst(part.preferredServer());
            }
            return health().ordered(holders, with.clock().instant());
        }

        @Override
        public List<String> tier() {
            List<String> all = with.cluster().view().image().withRole(Role.SEGMENT_SERVER).stream().map(Instance::id).toList();
            return health().ordered(all, with.clock().instant());
        }

        @Override
        public void failed(String server, NarwhalException reason) {
            if (reason.code() == ErrorCode.SERVER_UNREACHABLE || reason.code() == ErrorCode.SERVER_STOPPING) {
                health().failed(server, with.clock().instant());
            }
        }

        @Override
        public Transport.NodeAddress address(String server) {
            Instance instance = with.cluster().view().image().instances().get(server);
            if (instance == null) {
                throw NarwhalException.of(ErrorCode.SERVER_UNREACHABLE, "Server [%s] has left the cluster", server);
            }
            return new Transport.NodeAddress(instance.id(), instance.host(), instance.port());
        }
    }
}
