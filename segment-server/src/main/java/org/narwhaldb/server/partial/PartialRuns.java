package org.narwhaldb.server.partial;

import java.util.List;
import java.util.function.Consumer;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.profile.FragmentProfile;
import org.narwhaldb.engine.profile.PlanMeter;

/// Runs a leaf over its pairs: unit by unit where their answers are kept, each found or computed; else all at once.
/// Why the cut never depends on what is kept: docs/design/0005-caches.md.
public final class PartialRuns {
    private final PartialCache cache;

    /// What a run has yielded.
    ///
    /// @param groupsOnce whether the rows are groups, each of them once
    /// @param hits units whose answer was there
    /// @param misses units that were computed and might have been there
    /// @param profile what the operators did, null unless the request asked
    public record Done(long rows, long batches, boolean groupsOnce, int hits, int misses, FragmentProfile profile) {}

    public PartialRuns(PartialCache cache) {
        this.cache = cache;
    }

    public Done run(FragmentRequest request, List<Pair> pairs, QueryContext context, Consumer<Batch> sink) {
        PlanMeter meter = request.profiled() ? new PlanMeter(request.root(), context) : null;
        UnitRows units = units(request, pairs, context, meter);
        long rows = 0;
        long batches = 0;
        boolean groupsOnce;
        try (Operator operator = units == null ? whole(request, pairs, context, meter) : above(request, units, context, meter)) {
            for (Batch batch = operator.next(); batch != null; batch = operator.next()) {
                context.check();
                sink.accept(batch);
                rows += batch.rowCount();
                batches++;
            }
            groupsOnce = operator.yieldsGroupsOnce();
        }
        int hits = units == null ? 0 : units.hits();
        int misses = units == null ? 0 : units.misses();
        if (meter != null) {
            meter.partials(hits, misses);
        }
        return new Done(rows, batches, groupsOnce, hits, misses, meter == null ? null : meter.profile());
    }

    private static Operator whole(FragmentRequest request, List<Pair> pairs, QueryContext context, PlanMeter meter) {
        return FragmentExecutor.operator(request.root(), FragmentExecutor.Inputs.ofScan(UnitRows.tasks(pairs),
                FragmentExecutor.Broadcasts.of(request.broadcasts())), context, meter);
    }

    /// Null if there is nothing in the plan whose answers are kept.
    private UnitRows units(FragmentRequest request, List<Pair> pairs, QueryContext context, PlanMeter meter) {
        if (!cache.isOn() || pairs.isEmpty() || !request.broadcasts().isEmpty()) {
            return null;
        }
        KeptLeaf leaf = KeptLeaf.below(request.root());
        return leaf == null ? null : new UnitRows(cache, leaf, Units.of(leaf, pairs), context,
                meter == null ? null : meter.from(depth(request.root(), leaf.root())));
    }

    /// What the plan does with the rows of the leaf.
    private static Operator above(FragmentRequest request, UnitRows units, QueryContext context, PlanMeter meter) {
        PlanNode leaf = units.leaf();
        if (leaf == request.root()) {
            return units;
        }
        PlanNode above = KeptLeaf.replaced(request.root(), leaf, new PlanNode.RemoteSource(request.fragmentId(), leaf.output()));
        return FragmentExecutor.operator(above, new FragmentExecutor.Inputs(List.of(), _ -> units,
                _ -> { throw new IllegalStateException("A leaf has no system table"); }, FragmentExecutor.Broadcasts.of(List.of())),
                context, meter == null ? null : meter.before(depth(request.root(), leaf)));
    }

    /// How many nodes are above the leaf.
    private static int depth(PlanNode root, PlanNode leaf) {
        return root == leaf ? 0 : 1 + depth(root.inputs().getFirst(), leaf);
    }
}
