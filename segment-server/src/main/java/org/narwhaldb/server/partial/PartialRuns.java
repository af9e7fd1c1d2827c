package org.narwhaldb.server.partial;

import java.util.List;
import java.util.function.Consumer;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.operator.KeptRows;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.PlanCodec;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.profile.FragmentProfile;
import org.narwhaldb.engine.profile.PlanMeter;
import org.narwhaldb.engine.scan.ProvenPredicate;
import org.narwhaldb.segment.error.NarwhalException;

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
    public record Done(long rows, long batches, boolean groupsOnce, int hits, int misses, FragmentProfile profile) {
        /// After this one another one's rows, in which its groups may be again.
        private Done and(Done other) {
            return new Done(rows + other.rows, batches + other.batches, false, hits + other.hits, misses + other.misses, null);
        }

        private Done with(FragmentProfile measured) {
            return new Done(rows, batches, groupsOnce, hits, misses, measured);
        }
    }

    public PartialRuns(PartialCache cache) {
        this.cache = cache;
    }

    public Done run(FragmentRequest request, List<Pair> pairs, QueryContext context, Consumer<Batch> sink) {
        PlanMeter meter = request.profiled() ? new PlanMeter(request.root(), context) : null;
        Done done = run(request, pairs, new Run(context, sink, meter));
        if (meter == null) {
            return done;
        }
        meter.partials(done.hits(), done.misses());
        return done.with(meter.profile());
    }

    /// @param meter null: nobody measures
    private record Run(QueryContext context, Consumer<Batch> sink, PlanMeter meter) {}

    private Done run(FragmentRequest request, List<Pair> pairs, Run run) {
        KeptLeaf leaf = cache.isOn() && !pairs.isEmpty() && request.broadcasts().isEmpty() ? KeptLeaf.of(request.root()) : null;
        if (leaf == null) {
            FragmentExecutor.Inputs inputs = FragmentExecutor.Inputs.ofScan(tasks(pairs),
                    FragmentExecutor.Broadcasts.of(request.broadcasts()));
            return drain(request.root(), inputs, run);
        }
        Done all = null;
        for (List<Pair> unit : Units.of(leaf, pairs)) {
            Done done = unit(leaf, unit, run);
            all = all == null ? done : all.and(done);
        }
        return all;
    }

    private static List<ScanTask> tasks(List<Pair> pairs) {
        return pairs.stream().map(Pair::task).toList();
    }

    private Done unit(KeptLeaf leaf, List<Pair> unit, Run run) {
        PlanNode root = leaf.over(ProvenPredicate.rest(leaf.scan(), tasks(unit), run.context()));
        PartialCache.Key key = key(root, unit);
        if (key == null) {
            return drain(root, FragmentExecutor.Inputs.ofScan(tasks(unit)), run);
        }
        PartialCache.Partial kept = cache.find(key);
        if (kept != null) {
            for (Batch batch : kept.rows().batches()) {
                run.context().check();
                run.sink().accept(batch);
            }
            return new Done(kept.rows().rowCount(), kept.rows().batches().size(), kept.groupsOnce(), 1, 0, null);
        }
        try (KeptRows.Collector collector =
                new KeptRows.Collector(root.output(), cache.entryBytesMax(), run.context().memory())) {
            Done done = drain(root, FragmentExecutor.Inputs.ofScan(tasks(unit)), new Run(run.context(), batch -> {
                collector.add(batch);
                run.sink().accept(batch);
            }, run.meter()));
            KeptRows computed = collector.finish();
            if (computed != null) {
                cache.keep(key, new PartialCache.Partial(computed, done.groupsOnce()));
            }
            return new Done(done.rows(), done.batches(), done.groupsOnce(), 0, 1, null);
        }
    }

    /// Null for a plan that is too large to be sent: in one JVM it runs all the same.
    private static PartialCache.Key key(PlanNode root, List<Pair> unit) {
        try {
            return new PartialCache.Key(PlanCodec.encode(root), unit.stream().map(Pair::id).toList());
        } catch (NarwhalException e) {
            return null;
        }
    }

    private static Done drain(PlanNode root, FragmentExecutor.Inputs inputs, Run run) {
        long rows = 0;
        long batches = 0;
        try (Operator operator = FragmentExecutor.operator(root, inputs, run.context(), run.meter())) {
            for (Batch batch = operator.next(); batch != null; batch = operator.next()) {
                run.context().check();
                run.sink().accept(batch);
                rows += batch.rowCount();
                batches++;
            }
            return new Done(rows, batches, operator.yieldsGroupsOnce(), 0, 0, null);
        }
    }
}
