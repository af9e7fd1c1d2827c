package org.narwhaldb.flight.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.flight.query.QueryCoordinator.RoutedLeaf;
import org.narwhaldb.segment.Field;

/// What the root does with the groups of one leaf alone is done where the groups are, if all of them are in one part: then only what is
/// left of them is sent. The root's nodes above the gather, as far as each has one input, move into the leaf; the gather takes their place.
///
/// ```
///   root   Sort limit 10 - Aggregate FINAL - gather            root   gather
///   leaf   Aggregate PARTIAL - Scan                   ==>      leaf   Sort limit 10 - Aggregate FINAL - Aggregate PARTIAL - Scan
/// ```
///
/// Groups of several parts may meet on several servers instead ([ExchangedLeaf]).
///
/// A part is never split, so whichever server answers for it in the end, it has all of the groups.
///
/// @param root what is left for the front end
/// @param leaves by fragment, as they are to run
record GrownLeaves(PlanNode root, Map<Integer, RoutedLeaf> leaves) {

    /// @param leaves as planned, each with its parts
    /// @param mayExchange whether several servers may merge groups of several parts
    static GrownLeaves of(PlanNode root, Map<Integer, RoutedLeaf> leaves, boolean mayExchange) {
        Map<Integer, RoutedLeaf> grown = new HashMap<>(leaves);
        return new GrownLeaves(grow(root, grown, mayExchange), grown);
    }

    /// The plan as it is to run.
    DistributedPlan plan(DistributedPlan planned) {
        return new DistributedPlan(new Fragment(planned.root().id(), planned.root().kind(), root),
                planned.leaves().stream().map(leaf -> leaves.get(leaf.id()).fragment()).toList(), planned.builds(), planned.output());
    }

    private static PlanNode grow(PlanNode node, Map<Integer, RoutedLeaf> leaves, boolean mayExchange) {
        PlanNode.RemoteSource source = gathered(node);
        if (source == null) {
            return node.over(node.inputs().stream().map(input -> grow(input, leaves, mayExchange)).toList());
        }
        RoutedLeaf leaf = leaves.get(source.fragmentId());
        if (leaf == null || !sendsGroups(leaf)) {
            return node;
        }
        Fragment planned = leaf.fragment();
        if (leaf.parts().size() != 1) {
            ExchangedLeaf exchanged = mayExchange ? ExchangedLeaf.of(node, leaf) : null;
            if (exchanged == null) {
                return node;
            }
            leaves.put(planned.id(), exchanged.leaf());
            return exchanged.root();
        }
        if (!isLess(node)) {
            return node;
        }
        leaves.put(planned.id(), leaf.as(planned.with(over(node, planned.root()))));
        return new PlanNode.RemoteSource(planned.id(), positional(node.output()));
    }

    /// What the node is above of, with single inputs all the way; or null.
    private static PlanNode.RemoteSource gathered(PlanNode node) {
        PlanNode below = node;
        while (below.inputs().size() == 1 && !(below instanceof PlanNode.Union)) {
            below = below.inputs().getFirst();
        }
        return below instanceof PlanNode.RemoteSource source ? source : null;
    }

    private static boolean sendsGroups(RoutedLeaf leaf) {
        return leaf.known().states() == null
                && leaf.fragment().root() instanceof PlanNode.Aggregate aggregate && aggregate.mode() == AggregateMode.PARTIAL
                && !aggregate.keys().isEmpty() && DistributedPlan.sources(aggregate).isEmpty();
    }

    /// Whether the node, or one below it, yields fewer rows than there are groups. Rows that all go to the client need not be held by a
    /// server first.
    private static boolean isLess(PlanNode node) {
        return switch (node) {
            case PlanNode.Filter _, PlanNode.Limit _ -> true;
            case PlanNode.Sort sort when sort.limit() >= 0 -> true;
            case PlanNode.Aggregate aggregate when aggregate.mode() == AggregateMode.SINGLE -> true;
            default -> node.inputs().stream().anyMatch(GrownLeaves::isLess);
        };
    }

    /// The tree with what it gathers replaced.
    static PlanNode over(PlanNode node, PlanNode leaf) {
        return node instanceof PlanNode.RemoteSource ? leaf : node.over(List.of(over(node.inputs().getFirst(), leaf)));
    }

    static List<Field> positional(List<Field> fields) {
        List<Field> output = new ArrayList<>();
        fields.forEach(field -> output.add(new Field(output.size(), field.name(), field.type(), field.nullable())));
        return output;
    }
}
