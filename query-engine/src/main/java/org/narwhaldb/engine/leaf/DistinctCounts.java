package org.narwhaldb.engine.leaf;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;

/// COUNT(DISTINCT x) by any keys over all of a table's groups: where a leaf has a bit for each combination of x and keys, the bits of a
/// group stand one after the other, and are counted instead of listed. Else what is above the leaf counts what it lists.
public final class DistinctCounts implements Operator {
    private final PlanNode.Aggregate node;
    private final LeafAggregate groups;
    private final Operator general;
    private boolean isOpen;
    private boolean counts;
    private long outer;

    private DistinctCounts(PlanNode.Aggregate node, LeafAggregate groups, Operator general) {
        this.node = node;
        this.groups = groups;
        this.general = general;
    }

    /// Whether these are counts of the first key of a leaf's groups by all other keys.
    public static boolean takes(PlanNode.Aggregate node) {
        if (node.mode() != AggregateMode.SINGLE || node.calls().isEmpty() || !(node.input() instanceof PlanNode.Aggregate merged)
                || merged.mode() != AggregateMode.FINAL || !merged.calls().isEmpty()
                || !(merged.input() instanceof PlanNode.Aggregate partial) || partial.keys().size() != node.keys().size() + 1) {
            return false;
        }
        Set<Integer> columns = new TreeSet<>(node.keys());
        columns.add(0);
        return columns.size() == partial.keys().size() && node.calls().stream().allMatch(DistinctCounts::isCount);
    }

    private static boolean isCount(AggregateCall call) {
        return call.function() == AggregateFunction.COUNT && !call.distinct() && call.filter() < 0 && call.arguments().equals(List.of(0));
    }

    /// @param groups the leaf's
    /// @param general counts what the same `groups` list
    public static Operator of(PlanNode.Aggregate node, LeafAggregate groups, Operator general) {
        return new DistinctCounts(node, groups, general);
    }

    @Override
    public boolean yieldsGroupsOnce() {
        return !node.keys().isEmpty();
    }

    @Override
    public Batch next() {
        if (!isOpen) {
            counts = groups.hasBits();
            isOpen = true;
        }
        return counts ? count() : general.next();
    }

    private Batch count() {
        LeafPlan plan = groups.plan();
        long width = plan.keys().getFirst().size();
        long end = plan.product() / width;
        if (node.keys().isEmpty()) {
            return outer++ == 0 ? batch(new long[] {0}, new long[] {groups.bits() == null ? 0 : counted(0, width)}, 1) : null;
        }
        long[] places = new long[Batch.ROWS_MAX];
        long[] values = new long[Batch.ROWS_MAX];
        int count = 0;
        for (; groups.bits() != null && outer < end && count < places.length; outer++) {
            long first = outer * width;
            values[count] = counted(first, width);
            places[count] = first;
            // NULL is not counted, but makes a group
            count += values[count] > 0 || groups.bits().count((int) (first + width - 1)) > 0 ? 1 : 0;
        }
        return count == 0 ? null : batch(places, values, count);
    }

    /// NULL has the last place.
    private long counted(long first, long width) {
        return groups.bits().cardinality((int) first, (int) (first + width - 1));
    }

    private Batch batch(long[] places, long[] values, int count) {
        Column[] keys = groups.keys(places, count);
        List<Column> columns = new ArrayList<>();
        node.keys().forEach(key -> columns.add(keys[key]));
        node.calls().forEach(_ -> columns.add(new LongColumn(values, null)));
        return new Batch(count, columns);
    }

    @Override
    public String path() {
        return counts ? "bits of " + groups.path() : general.path();
    }

    @Override
    public void close() {
        general.close();
    }
}
