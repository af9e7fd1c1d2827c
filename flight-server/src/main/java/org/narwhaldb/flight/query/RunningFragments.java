package org.narwhaldb.flight.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.operator.Broadcast;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.profile.PlanMeter;
import org.narwhaldb.flight.query.QueryCoordinator.RoutedLeaf;

/// The fragments of one running query, as what its root reads. Builds start at once, each on a thread of its own; a leaf that joins with
/// them starts when they are there.
final class RunningFragments {

    /// What the coordinator gives.
    ///
    /// @param reroute the parts of a leaf that runs with another plan than it was routed for
    interface Routes {
        RoutedLeaf of(Fragment leaf);

        RoutedLeaf reroute(RoutedLeaf routed, Fragment cut);

        GatherSource.Exchange exchange(RoutedLeaf leaf);

        /// Null unless each operator is measured.
        PlanMeter meter(int fragmentId, PlanNode root);
    }

    /// @param broadcastBytes of what a request carries
    /// @param memoryBytes of the query on one segment server
    /// @param mayExchange whether servers are processes of their own, so that groups are better merged on several of them
    record Bounds(long broadcastBytes, long memoryBytes, boolean mayExchange) {}

    private final DistributedPlan plan;
    private final Routes routes;
    private final QueryContext context;
    private final Function<PlanNode.SystemScan, Operator> systemTable;
    private final Bounds bounds;
    private final PlanNode root;
    private final Map<Integer, RoutedLeaf> leaves;
    private final Map<Integer, BuildStage> builds = new HashMap<>();
    private final List<GatherSource> sources = new ArrayList<>();
    private boolean closed;

    /// @param root of the plan, with what the session adds to it
    RunningFragments(DistributedPlan plan, PlanNode root, Routes routes, QueryContext context,
            Function<PlanNode.SystemScan, Operator> systemTable, Bounds bounds) {
        this.plan = plan;
        this.routes = routes;
        this.context = context;
        this.systemTable = systemTable;
        this.bounds = bounds;
        Map<Integer, RoutedLeaf> routed = new HashMap<>();
        plan.leaves().forEach(leaf -> routed.put(leaf.id(), routes.of(leaf)));
        GrownLeaves grown = GrownLeaves.of(root, routed, bounds.mayExchange());
        this.root = grown.root();
        leaves = grown.leaves();
        for (Fragment build : plan.builds()) {
            builds.put(build.id(), new BuildStage(build, () -> FragmentExecutor.operator(build.root(), inputs(), context,
                    routes.meter(build.id(), build.root())), context));
        }
    }

    /// What the front end runs.
    PlanNode root() {
        return root;
    }

    /// The builds, to be started.
    List<Runnable> stages() {
        return List.copyOf(builds.values());
    }

    FragmentExecutor.Inputs inputs() {
        return new FragmentExecutor.Inputs(List.of(), this::open, systemTable, new FragmentExecutor.Broadcasts() {
            @Override
            public boolean has(int fragmentId) {
                return builds.containsKey(fragmentId);
            }

            @Override
            public Broadcast get(int fragmentId) {
                return builds.get(fragmentId).get();
            }
        });
    }

    private Operator open(PlanNode.RemoteSource remote) {
        BuildStage build = builds.get(remote.fragmentId());
        if (build != null) {
            return build.get().rows(context);
        }
        RoutedLeaf routed = leaves.get(remote.fragmentId());
        List<Broadcast> broadcasts = DistributedPlan.sources(routed.fragment().root()).stream()
                .map(PlanNode.RemoteSource::fragmentId).distinct().map(id -> builds.get(id).get()).toList();
        LeafCut cut = LeafCut.of(routed.fragment(), broadcasts, bounds.broadcastBytes());
        if (cut.above() == null) {
            return withKnown(gather(routed, cut), remote, routed.known().states());
        }
        GatherSource below = gather(routes.reroute(routed, cut.leaf()), cut);
        FragmentExecutor.Inputs own = inputs();
        return FragmentExecutor.operator(cut.above(), new FragmentExecutor.Inputs(List.of(),
                source -> source.fragmentId() == cut.leaf().id() ? below : own.remoteSource().apply(source), systemTable,
                own.broadcasts()), context, routes.meter(cut.leaf().id(), cut.above()));
    }

    /// What statistics say before what the servers say.
    private Operator withKnown(GatherSource source, PlanNode.RemoteSource remote, PlanNode.Values known) {
        return known == null ? source : FragmentExecutor.operator(new PlanNode.Union(List.of(known, remote), remote.output()),
                new FragmentExecutor.Inputs(List.of(), _ -> source, systemTable, FragmentExecutor.Broadcasts.of(List.of())), context);
    }

    private GatherSource gather(RoutedLeaf routed, LeafCut cut) {
        GatherSource.Exchange exchange = routes.exchange(routed);
        GatherSource source = new GatherSource(
                new GatherSource.Leaf(cut.leaf(), routed.manifest(), routed.asked(), routed.merges().isEmpty() ? List.of() : routed.parts(),
                        cut.carried(), bounds.memoryBytes(),
                        exchange.transport().isInProcess() && isInline(routed, cut)),
                exchange);
        synchronized (this) {
            sources.add(source);
            if (closed) {
                source.close();
            }
        }
        source.start();
        return source;
    }

    /// Whether the leaf is one server's work and the root has nothing else to wait for.
    private boolean isInline(RoutedLeaf routed, LeafCut cut) {
        return plan.leaves().size() == 1 && plan.builds().isEmpty() && routed.parts().size() == 1
                && QueryCoordinator.reduces(cut.leaf().root());
    }

    /// Leaves no reader and no file behind, whether or not anybody ever pulled its source.
    void close() {
        List<GatherSource> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(sources);
        }
        open.forEach(GatherSource::close);
        builds.values().forEach(BuildStage::close);
    }
}
