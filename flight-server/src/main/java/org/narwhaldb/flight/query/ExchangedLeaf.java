package org.narwhaldb.flight.query;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateStates;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.flight.query.QueryCoordinator.RoutedLeaf;
import org.narwhaldb.flight.routing.SegmentRouter;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Many groups of a leaf whose parts are on several servers are merged by these servers, each of them a partition by hash of the keys:
/// what the root does with each group alone moves above an exchange in the leaf, and of what it does with all of them the first half
/// (docs/design/0007-hash-exchange.md).
///
/// ```
///   root   Sort limit 10 - Aggregate FINAL - gather       root   Sort limit 10 - gather
///   leaf   Aggregate PARTIAL - Scan               ==>     leaf   Sort limit 10 - Aggregate FINAL - Exchange - Aggregate PARTIAL - Scan
/// ```
///
/// @param root what is left for the front end
/// @param leaf with what is merged in its plan, and the partitions
record ExchangedLeaf(PlanNode root, RoutedLeaf leaf) {
    /// A front end reads so many streams of one leaf at a time, and all partitions have to be read side by side.
    private static final int PARTITIONS_MAX = 16;

    /// Null if the groups are better merged on the front end: they are thought to be few, or one server has them all, or all of them go
    /// through the front end anyway.
    ///
    /// @param node of the root, with single inputs down to the gather
    /// @param leaf a partial aggregate
    static ExchangedLeaf of(PlanNode node, RoutedLeaf leaf) {
        PlanNode.Aggregate groups = (PlanNode.Aggregate) leaf.fragment().root();
        List<String> servers = leaf.parts().stream().map(SegmentRouter.Part::preferredServer).distinct().limit(PARTITIONS_MAX).toList();
        Deque<PlanNode> chain = chain(node);
        if (!leaf.fragment().hasManyGroups() || servers.size() < 2 || servers.stream().anyMatch(Objects::isNull)
                || !isMergedInAnyOrder(groups, leaf.parts().size())
                || !(chain.peek() instanceof PlanNode.Aggregate merging) || merging.mode() != AggregateMode.FINAL
                || chain.stream().noneMatch(ExchangedLeaf::leavesOut)) {
            return null;
        }
        Halves halves = new Halves(new PlanNode.Exchange(groups, groups.keys().size(), servers.size()), leaf.fragment().id());
        chain.forEach(halves::add);
        return new ExchangedLeaf(halves.root(), leaf.as(leaf.fragment().with(halves.merged), partitions(leaf, servers)));
    }

    /// From the gather upwards.
    private static Deque<PlanNode> chain(PlanNode node) {
        Deque<PlanNode> chain = new ArrayDeque<>();
        for (PlanNode below = node; !(below instanceof PlanNode.RemoteSource); below = below.inputs().getFirst()) {
            chain.push(below);
        }
        return chain;
    }

    /// Whether fewer rows come out of the node than go in.
    private static boolean leavesOut(PlanNode node) {
        return switch (node) {
            case PlanNode.Filter _, PlanNode.Limit _ -> true;
            case PlanNode.Sort sort -> sort.limit() >= 0;
            case PlanNode.Aggregate aggregate -> aggregate.mode() == AggregateMode.SINGLE;
            default -> false;
        };
    }

    /// Whether the digits of a group are the same in whatever order its states come. Two doubles have one sum, three may have several.
    private static boolean isMergedInAnyOrder(PlanNode.Aggregate groups, int parts) {
        int column = groups.keys().size();
        for (Field key : groups.output().subList(0, column)) {
            if (key.type().physical() == ColumnType.Physical.NESTED) {
                return false;
            }
        }
        for (AggregateCall call : groups.calls()) {
            boolean isDouble = groups.output().get(column).type().physical() == ColumnType.Physical.DOUBLE;
            switch (call.function()) {
                case STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP -> {
                    return false;
                }
                case SUM, SUM_OR_ZERO, AVG -> {
                    if (isDouble && parts > 2) {
                        return false;
                    }
                }
                default -> { }
            }
            column += AggregateStates.width(call.function());
        }
        return true;
    }

    /// A partition is as many pairs as there are: its merge answers for all parts.
    private static List<SegmentRouter.Part> partitions(RoutedLeaf leaf, List<String> servers) {
        List<PairId> pairs = leaf.parts().stream().flatMap(part -> part.pairs().stream()).toList();
        List<Integer> shards = leaf.parts().stream().flatMap(part -> part.shards().stream()).distinct().sorted().toList();
        long rows = leaf.parts().stream().mapToLong(SegmentRouter.Part::rowCount).sum();
        List<SegmentRouter.Part> partitions = new ArrayList<>();
        for (String server : servers) {
            partitions.add(new SegmentRouter.Part(partitions.size(), pairs, shards, server, rows));
        }
        return partitions;
    }

    /// The root's nodes, from the gather upwards, as what each partition does and what the front end does with the partitions' rows.
    private static final class Halves {
        private final int fragmentId;
        private final List<PlanNode> above = new ArrayList<>();
        private PlanNode merged;
        private boolean isCut;

        Halves(PlanNode.Exchange exchange, int fragmentId) {
            this.fragmentId = fragmentId;
            merged = exchange;
        }

        void add(PlanNode node) {
            if (isCut) {
                above.add(node);
                return;
            }
            switch (node) {
                case PlanNode.Filter _, PlanNode.Project _ -> merged = node.over(List.of(merged));
                case PlanNode.Aggregate aggregate when aggregate.mode() == AggregateMode.FINAL && merged instanceof PlanNode.Exchange ->
                    merged = node.over(List.of(merged));
                case PlanNode.Aggregate aggregate when aggregate.mode() == AggregateMode.SINGLE
                        && aggregate.calls().stream().noneMatch(AggregateCall::distinct) -> twice(aggregate);
                case PlanNode.Sort sort when sort.limit() > 0 ->
                    cut(sort, new PlanNode.Sort(merged, sort.orders(), 0, needed(sort.offset(), sort.limit())));
                case PlanNode.Limit limit when limit.limit() > 0 ->
                    cut(limit, new PlanNode.Limit(merged, 0, needed(limit.offset(), limit.limit())));
                default -> cut(node, merged);
            }
        }

        private void cut(PlanNode front, PlanNode partition) {
            isCut = true;
            merged = partition;
            above.add(front);
        }

        /// A partition's groups of groups are states to the front end.
        private void twice(PlanNode.Aggregate aggregate) {
            List<Field> states = AggregateStates.partialOutput(merged.output(), aggregate.keys(), aggregate.calls());
            List<Integer> keys = new ArrayList<>();
            aggregate.keys().forEach(_ -> keys.add(keys.size()));
            PlanNode.Aggregate partial =
                    new PlanNode.Aggregate(merged, AggregateMode.PARTIAL, aggregate.keys(), aggregate.calls(), states);
            cut(new PlanNode.Aggregate(partial, AggregateMode.FINAL, keys, aggregate.calls(), aggregate.output()), partial);
        }

        private static long needed(long offset, long limit) {
            return limit > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + limit;
        }

        PlanNode root() {
            PlanNode root = new PlanNode.RemoteSource(fragmentId, GrownLeaves.positional(merged.output()));
            for (PlanNode node : above) {
                root = node.over(List.of(root));
            }
            return root;
        }
    }
}
