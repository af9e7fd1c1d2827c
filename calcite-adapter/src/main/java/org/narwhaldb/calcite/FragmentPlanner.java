package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateStates;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Cuts one plan tree into a root fragment, a leaf fragment for every scan, and builds.
///
/// | above a pipeline | in the leaf | in the root |
/// |---|---|---|
/// | Aggregate | PARTIAL | FINAL |
/// | Aggregate with DISTINCT calls over one argument list | as one by keys and arguments ([DistinctAggregates]) | FINAL, then another |
/// | Aggregate with nothing but other DISTINCT calls | PARTIAL without calls over keys and arguments | SINGLE |
/// | Sort with a limit | the first offset + limit rows | the whole Sort |
/// | Limit | the first offset + limit rows | the whole Limit |
/// | anything else | only the pipeline | the node |
///
/// A pipeline is a scan, and filters, projections and joins above it, as long as each join's other side is worth a broadcast: that side
/// becomes a BUILD, which runs first and goes with the leaf's requests ([JoinPlacement] decides).
final class FragmentPlanner {
    private static final int ROOT_ID = 0;
    /// From so many groups on, by estimate, several servers merge those of several parts rather than the front end.
    static final double EXCHANGED_GROUPS_MIN = 200_000;

    private final List<Fragment> leaves = new ArrayList<>();
    private final List<Fragment> builds = new ArrayList<>();
    private final JoinSizes sizes;
    private final JoinPlacement placement;

    private final double exchangedGroupsMin;

    private FragmentPlanner(JoinSizes sizes, double exchangedGroupsMin) {
        this.sizes = sizes;
        this.exchangedGroupsMin = exchangedGroupsMin;
        placement = new JoinPlacement(sizes);
    }

    static DistributedPlan split(PlanNode plan, JoinSizes sizes, double exchangedGroupsMin) {
        FragmentPlanner planner = new FragmentPlanner(sizes, exchangedGroupsMin);
        PlanNode root = planner.root(plan);
        return new DistributedPlan(
                new Fragment(ROOT_ID, Fragment.Kind.ROOT, root), planner.leaves, planner.builds, plan.output());
    }

    /// The node as the front end runs it.
    private PlanNode root(PlanNode node) {
        if (placement.isPipeline(node)) {
            return leaf(pipeline(node));
        }
        return switch (node) {
            case PlanNode.Scan scan -> leaf(scan);
            case PlanNode.SystemScan scan -> scan;
            case PlanNode.Values values -> values;
            case PlanNode.RemoteSource source -> source;
            case PlanNode.Exchange exchange -> exchange;
            case PlanNode.Filter filter -> new PlanNode.Filter(root(filter.input()), filter.predicate());
            case PlanNode.Project project ->
                    new PlanNode.Project(root(project.input()), project.expressions(), project.output());
            case PlanNode.Aggregate aggregate -> aggregate(aggregate);
            case PlanNode.Sort sort -> new PlanNode.Sort(sorted(sort), sort.orders(), sort.offset(), sort.limit());
            case PlanNode.Limit limit -> new PlanNode.Limit(limited(limit), limit.offset(), limit.limit());
            case PlanNode.Window window -> new PlanNode.Window(
                    root(window.input()), window.partition(), window.orders(), window.calls(), window.output());
            case PlanNode.Join join -> join(join);
            case PlanNode.Union union -> new PlanNode.Union(union.inputs().stream().map(this::root).toList(), union.output());
        };
    }

    /// The node as a leaf runs it: what its joins build is cut off.
    private PlanNode pipeline(PlanNode node) {
        return switch (node) {
            case PlanNode.Filter filter -> new PlanNode.Filter(pipeline(filter.input()), filter.predicate());
            case PlanNode.Project project ->
                    new PlanNode.Project(pipeline(project.input()), project.expressions(), project.output());
            case PlanNode.Join join -> with(join, pipeline(join.left()), build(join.right()));
            default -> node;
        };
    }

    private PlanNode.RemoteSource build(PlanNode node) {
        if (node instanceof PlanNode.RemoteSource source) {
            return source;
        }
        PlanNode root = root(node);
        Fragment fragment = new Fragment(nextId(), Fragment.Kind.BUILD, root);
        builds.add(fragment);
        return new PlanNode.RemoteSource(fragment.id(), positional(root.output()));
    }

    /// A join on the front end. One side may be run first, to spare the leaves of the other what it has no match for.
    private PlanNode join(PlanNode.Join join) {
        return switch (placement.reduces(join)) {
            case NEITHER -> with(join, root(join.left()), root(join.right()));
            case RIGHT -> {
                PlanNode.RemoteSource left = build(join.left());
                yield with(join, left, root(SemiReduction.ofRight(join, left, sizes)));
            }
            case LEFT -> {
                PlanNode.RemoteSource right = build(join.right());
                yield with(join, root(SemiReduction.ofLeft(join, right, sizes)), right);
            }
        };
    }

    private static PlanNode.Join with(PlanNode.Join join, PlanNode left, PlanNode right) {
        return new PlanNode.Join(
                join.type(), left, right, join.leftKeys(), join.rightKeys(), join.residual(), join.output());
    }

    private int nextId() {
        return ROOT_ID + 1 + leaves.size() + builds.size();
    }

    /// @param node as the leaf runs it
    private PlanNode leaf(PlanNode node) {
        return leaf(node, 0);
    }

    /// @param groups that each copy of the leaf may yield
    private PlanNode leaf(PlanNode node, double groups) {
        // A batch of no columns has no place on the wire.
        PlanNode sent = node.output().isEmpty()
                ? new PlanNode.Project(node, List.of(new Expression.Literal(true, ColumnType.BOOLEAN)),
                        List.of(new Field(0, "row", ColumnType.BOOLEAN, false)))
                : node;
        Fragment fragment = new Fragment(nextId(), Fragment.Kind.LEAF, sent, groups >= exchangedGroupsMin);
        leaves.add(fragment);
        return new PlanNode.RemoteSource(fragment.id(), positional(sent.output()));
    }

    private static List<Field> positional(List<Field> fields) {
        List<Field> output = new ArrayList<>();
        fields.forEach(field -> output.add(new Field(output.size(), field.name(), field.type(), field.nullable())));
        return output;
    }

    private PlanNode sorted(PlanNode.Sort sort) {
        if (!placement.isPipeline(sort.input()) || sort.limit() < 0) {
            return root(sort.input());
        }
        return leaf(new PlanNode.Sort(pipeline(sort.input()), sort.orders(), 0, rowsNeeded(sort.offset(), sort.limit())));
    }

    private PlanNode limited(PlanNode.Limit limit) {
        if (!placement.isPipeline(limit.input()) || limit.limit() < 0) {
            return root(limit.input());
        }
        return leaf(new PlanNode.Limit(pipeline(limit.input()), 0, rowsNeeded(limit.offset(), limit.limit())));
    }

    private static long rowsNeeded(long offset, long limit) {
        return limit > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + limit;
    }

    private PlanNode aggregate(PlanNode.Aggregate aggregate) {
        PlanNode input = aggregate.input();
        if (!placement.isPipeline(input)) {
            return copy(aggregate, root(input), aggregate.keys(), aggregate.calls());
        }
        if (aggregate.calls().stream().noneMatch(AggregateCall::distinct)) {
            List<Field> states = AggregateStates.partialOutput(input.output(), aggregate.keys(), aggregate.calls());
            PlanNode partial = leaf(new PlanNode.Aggregate(
                    pipeline(input), AggregateMode.PARTIAL, aggregate.keys(), aggregate.calls(), states),
                    sizes.groups(aggregate, aggregate.keys()));
            List<Integer> keys = new ArrayList<>();
            aggregate.keys().forEach(_ -> keys.add(keys.size()));
            return new PlanNode.Aggregate(partial, AggregateMode.FINAL, keys, aggregate.calls(), aggregate.output());
        }
        return distinct(aggregate);
    }

    /// Duplicates leave no trace in a distinct aggregate, so leaves may drop theirs before sending.
    private PlanNode distinct(PlanNode.Aggregate aggregate) {
        PlanNode.Aggregate split = DistinctAggregates.split(aggregate);
        if (split != null) {
            sizes.split(aggregate, split);
            return root(split);
        }
        Set<Integer> columns = new LinkedHashSet<>(aggregate.keys());
        for (AggregateCall call : aggregate.calls()) {
            if (!call.distinct()) {
                return copy(aggregate, leaf(pipeline(aggregate.input())), aggregate.keys(), aggregate.calls());
            }
            columns.addAll(call.arguments());
            if (call.filter() >= 0) {
                columns.add(call.filter());
            }
        }
        List<Integer> sent = new ArrayList<>(columns);
        List<Field> states = AggregateStates.partialOutput(aggregate.input().output(), sent, List.of());
        PlanNode source = leaf(
                new PlanNode.Aggregate(pipeline(aggregate.input()), AggregateMode.PARTIAL, sent, List.of(), states));
        List<Integer> keys = aggregate.keys().stream().map(sent::indexOf).toList();
        List<AggregateCall> calls = aggregate.calls().stream().map(call -> new AggregateCall(call.function(),
                call.arguments().stream().map(sent::indexOf).toList(), true, call.filter() < 0 ? -1 : sent.indexOf(call.filter()),
                call.name(), call.type())).toList();
        return copy(aggregate, source, keys, calls);
    }

    private static PlanNode copy(PlanNode.Aggregate like, PlanNode input, List<Integer> keys, List<AggregateCall> calls) {
        return new PlanNode.Aggregate(input, like.mode(), keys, calls, like.output());
    }
}
