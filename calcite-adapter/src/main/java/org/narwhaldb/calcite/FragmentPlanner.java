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

/// Cuts one plan tree into a root fragment and a leaf fragment for every scan.
///
/// | above a scan's chain of filters and projections | in the leaf | in the root |
/// |---|---|---|
/// | Aggregate | PARTIAL | FINAL |
/// | Aggregate with DISTINCT calls over one argument list | PARTIAL without calls over keys and arguments | SINGLE |
/// | Sort with a limit | the first offset + limit rows | the whole Sort |
/// | Limit | the first offset + limit rows | the whole Limit |
/// | anything else | only the chain | the node |
final class FragmentPlanner {
    private static final int ROOT_ID = 0;

    private final List<Fragment> leaves = new ArrayList<>();

    private FragmentPlanner() {}

    static DistributedPlan split(PlanNode plan) {
        FragmentPlanner planner = new FragmentPlanner();
        PlanNode root = planner.root(plan);
        return new DistributedPlan(new Fragment(ROOT_ID, Fragment.Kind.ROOT, root), planner.leaves, plan.output());
    }

    private PlanNode root(PlanNode node) {
        if (isChain(node)) {
            return leaf(node);
        }
        return switch (node) {
            case PlanNode.Scan scan -> leaf(scan);
            case PlanNode.SystemScan scan -> scan;
            case PlanNode.Values values -> values;
            case PlanNode.RemoteSource source -> source;
            case PlanNode.Filter filter -> new PlanNode.Filter(root(filter.input()), filter.predicate());
            case PlanNode.Project project ->
                    new PlanNode.Project(root(project.input()), project.expressions(), project.output());
            case PlanNode.Aggregate aggregate -> aggregate(aggregate);
            case PlanNode.Sort sort -> new PlanNode.Sort(sorted(sort), sort.orders(), sort.offset(), sort.limit());
            case PlanNode.Limit limit -> new PlanNode.Limit(limited(limit), limit.offset(), limit.limit());
            case PlanNode.Join join -> new PlanNode.Join(join.type(), root(join.left()), root(join.right()), join.leftKeys(),
                    join.rightKeys(), join.residual(), join.output());
            case PlanNode.Union union -> new PlanNode.Union(union.inputs().stream().map(this::root).toList(), union.output());
        };
    }

    /// Filters and projections over a scan: what a leaf can do on its own.
    private static boolean isChain(PlanNode node) {
        return switch (node) {
            case PlanNode.Scan _ -> true;
            case PlanNode.Filter filter -> isChain(filter.input());
            case PlanNode.Project project -> isChain(project.input());
            default -> false;
        };
    }

    private PlanNode leaf(PlanNode node) {
        // A batch of no columns has no place on the wire.
        PlanNode sent = node.output().isEmpty()
                ? new PlanNode.Project(node, List.of(new Expression.Literal(true, ColumnType.BOOLEAN)),
                        List.of(new Field(0, "row", ColumnType.BOOLEAN, false)))
                : node;
        Fragment fragment = new Fragment(ROOT_ID + 1 + leaves.size(), Fragment.Kind.LEAF, sent);
        leaves.add(fragment);
        return new PlanNode.RemoteSource(fragment.id(), positional(sent.output()));
    }

    private static List<Field> positional(List<Field> fields) {
        List<Field> output = new ArrayList<>();
        fields.forEach(field -> output.add(new Field(output.size(), field.name(), field.type(), field.nullable())));
        return output;
    }

    private PlanNode sorted(PlanNode.Sort sort) {
        if (!isChain(sort.input()) || sort.limit() < 0) {
            return root(sort.input());
        }
        return leaf(new PlanNode.Sort(sort.input(), sort.orders(), 0, rowsNeeded(sort.offset(), sort.limit())));
    }

    private PlanNode limited(PlanNode.Limit limit) {
        if (!isChain(limit.input()) || limit.limit() < 0) {
            return root(limit.input());
        }
        return leaf(new PlanNode.Limit(limit.input(), 0, rowsNeeded(limit.offset(), limit.limit())));
    }

    private static long rowsNeeded(long offset, long limit) {
        return limit > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + limit;
    }

    private PlanNode aggregate(PlanNode.Aggregate aggregate) {
        PlanNode input = aggregate.input();
        if (!isChain(input)) {
            return copy(aggregate, root(input), aggregate.keys(), aggregate.calls());
        }
        if (aggregate.calls().stream().noneMatch(AggregateCall::distinct)) {
            List<Field> states = AggregateStates.partialOutput(input.output(), aggregate.keys(), aggregate.calls());
            PlanNode partial = leaf(
                    new PlanNode.Aggregate(input, AggregateMode.PARTIAL, aggregate.keys(), aggregate.calls(), states));
            List<Integer> keys = new ArrayList<>();
            aggregate.keys().forEach(_ -> keys.add(keys.size()));
            return new PlanNode.Aggregate(partial, AggregateMode.FINAL, keys, aggregate.calls(), aggregate.output());
        }
        return distinct(aggregate);
    }

    /// Duplicates leave no trace in a distinct aggregate, so leaves may drop theirs before sending.
    private PlanNode distinct(PlanNode.Aggregate aggregate) {
        Set<Integer> columns = new LinkedHashSet<>(aggregate.keys());
        for (AggregateCall call : aggregate.calls()) {
            if (!call.distinct()) {
                return copy(aggregate, leaf(aggregate.input()), aggregate.keys(), aggregate.calls());
            }
            columns.addAll(call.arguments());
            if (call.filter() >= 0) {
                columns.add(call.filter());
            }
        }
        List<Integer> sent = new ArrayList<>(columns);
        List<Field> states = AggregateStates.partialOutput(aggregate.input().output(), sent, List.of());
        PlanNode source = leaf(new PlanNode.Aggregate(aggregate.input(), AggregateMode.PARTIAL, sent, List.of(), states));
        List<Integer> keys = aggregate.keys().stream().map(sent::indexOf).toList();
        List<AggregateCall> calls = aggregate.calls().stream().map(call -> new AggregateCall(call.function(),
                call.arguments().stream().map(sent::indexOf).toList(), true, call.filter() < 0 ? -1 : sent.indexOf(call.filter()),
                call.name(), call.type())).toList();
        return copy(aggregate, source, keys, calls);
    }

    private static PlanNode copy(PlanNode.Aggregate like, PlanNode input, List<Integer> keys, List<AggregateCall> calls) {
        return new PlanNode.Aggregate(input, AggregateMode.SINGLE, keys, calls, like.output());
    }
}
