package org.narwhaldb.server.partial;

import java.util.Iterator;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.operator.KeptRows;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.PlanCodec;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.profile.PlanMeter;
import org.narwhaldb.engine.scan.ProvenPredicate;
import org.narwhaldb.segment.error.NarwhalException;

/// A leaf's rows unit by unit, each unit's from the cache, or computed and then kept.
final class UnitRows implements Operator {
    private final PartialCache cache;
    private final KeptLeaf leaf;
    private final List<List<Pair>> units;
    private final QueryContext context;
    /// null: nobody measures
    private final PlanMeter meter;
    private int next;
    private Unit unit;
    private boolean isOnce;
    private int hits;
    private int misses;

    /// A unit as it is read.
    private interface Unit extends AutoCloseable {
        Batch next();

        /// Whether its rows are groups, each of them once; known at its end.
        boolean end();

        @Override
        void close();
    }

    UnitRows(PartialCache cache, KeptLeaf leaf, List<List<Pair>> units, QueryContext context, PlanMeter meter) {
        this.cache = cache;
        this.leaf = leaf;
        this.units = units;
        this.context = context;
        this.meter = meter;
    }

    static List<ScanTask> tasks(List<Pair> pairs) {
        return pairs.stream().map(Pair::task).toList();
    }

    PlanNode leaf() {
        return leaf.root();
    }

    /// Units whose answer was there.
    int hits() {
        return hits;
    }

    /// Units that were computed and might have been there.
    int misses() {
        return misses;
    }

    @Override
    public Batch next() {
        while (true) {
            context.check();
            if (unit == null) {
                if (next == units.size()) {
                    return null;
                }
                unit = open(units.get(next++));
            }
            Batch batch = unit.next();
            if (batch != null) {
                isOnce = units.size() == 1 && unit.end();
                return batch;
            }
            isOnce = units.size() == 1 && unit.end();
            closeUnit();
        }
    }

    /// In two units a group may be twice.
    @Override
    public boolean yieldsGroupsOnce() {
        return isOnce;
    }

    private Unit open(List<Pair> pairs) {
        PlanNode root = leaf.over(ProvenPredicate.rest(leaf.scan(), tasks(pairs), context));
        PartialCache.Key key = key(root, pairs);
        PartialCache.Partial kept = key == null ? null : cache.find(key);
        if (kept != null) {
            hits++;
            return new Found(kept);
        }
        misses += key == null ? 0 : 1;
        return new Computed(key, root, pairs);
    }

    /// Null for a plan that is too large to be sent: in one JVM it runs all the same.
    private static PartialCache.Key key(PlanNode root, List<Pair> unit) {
        try {
            return new PartialCache.Key(PlanCodec.encode(root), unit.stream().map(Pair::id).toList());
        } catch (NarwhalException e) {
            return null;
        }
    }

    private void closeUnit() {
        if (unit != null) {
            unit.close();
            unit = null;
        }
    }

    @Override
    public void close() {
        closeUnit();
        next = units.size();
    }

    private record Found(Iterator<Batch> batches, boolean groupsOnce) implements Unit {
        Found(PartialCache.Partial kept) {
            this(kept.rows().batches().iterator(), kept.groupsOnce());
        }

        @Override
        public Batch next() {
            return batches.hasNext() ? batches.next() : null;
        }

        @Override
        public boolean end() {
            return groupsOnce;
        }

        @Override
        public void close() {}
    }

    private final class Computed implements Unit {
        private final PartialCache.Key key;
        private final Operator operator;
        /// null if the answer cannot be kept
        private final KeptRows.Collector collector;

        Computed(PartialCache.Key key, PlanNode root, List<Pair> pairs) {
            this.key = key;
            operator = FragmentExecutor.operator(root, FragmentExecutor.Inputs.ofScan(tasks(pairs)), context, meter);
            collector = key == null ? null : new KeptRows.Collector(root.output(), cache.entryBytesMax(), context.memory());
        }

        @Override
        public Batch next() {
            Batch batch = operator.next();
            if (collector != null && batch != null) {
                collector.add(batch);
            } else if (collector != null) {
                KeptRows rows = collector.finish();
                if (rows != null) {
                    cache.keep(key, new PartialCache.Partial(rows, operator.yieldsGroupsOnce()));
                }
            }
            return batch;
        }

        @Override
        public boolean end() {
            return operator.yieldsGroupsOnce();
        }

        @Override
        public void close() {
            operator.close();
            if (collector != null) {
                collector.close();
            }
        }
    }
}
