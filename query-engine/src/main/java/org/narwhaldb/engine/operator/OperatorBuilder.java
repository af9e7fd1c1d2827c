package org.narwhaldb.engine.operator;

import java.util.BitSet;
import java.util.List;
import org.narwhaldb.engine.execution.FragmentExecutor.Inputs;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.scan.ScanMetrics;
import org.narwhaldb.engine.scan.ScanOperator;

/// Turns plan nodes into operators. Building reads and reserves nothing: work starts at the first `next()`.
public final class OperatorBuilder {
    private final Inputs inputs;
    private final QueryContext context;
    private final ScanMetrics metrics = new ScanMetrics();

    private OperatorBuilder(Inputs inputs, QueryContext context) {
        this.inputs = inputs;
        this.context = context;
    }

    public static OperatorTree build(PlanNode root, Inputs inputs, QueryContext context) {
        OperatorBuilder builder = new OperatorBuilder(inputs, context);
        return new OperatorTree(builder.operator(root), builder.metrics, context);
    }

    private Operator operator(PlanNode node) {
        return operator(node, NeededColumns.all(node));
    }

    /// @param needed the columns of the node's output that are read
    private Operator operator(PlanNode node, BitSet needed) {
        return switch (node) {
            case PlanNode.Scan scan -> new ScanOperator(scan, inputs.scanTasks(), metrics, context);
            case PlanNode.SystemScan scan -> new DeferredOperator(() -> inputs.systemTable().apply(scan), context);
            case PlanNode.Values values -> new ValuesOperator(values, context);
            case PlanNode.Filter filter -> new FilterOperator(
                    filter, operator(filter.input(), NeededColumns.ofFilter(filter, needed)), context);
            case PlanNode.Project project -> new ProjectOperator(
                    project, operator(project.input(), NeededColumns.ofProject(project)), context);
            case PlanNode.Aggregate aggregate -> new AggregateOperator(
                    aggregate, operator(aggregate.input(), NeededColumns.ofAggregate(aggregate)), context);
            case PlanNode.Sort sort -> sort.limit() < 0
                    ? new SortOperator(sort, operator(sort.input()), context)
                    : new TopNOperator(sort, operator(sort.input()), context);
            case PlanNode.Limit limit -> new LimitOperator(limit, operator(limit.input(), needed), context);
            case PlanNode.Join join -> new JoinOperator(join, needed,
                    operator(join.left(), NeededColumns.ofLeft(join, needed)),
                    operator(join.right(), NeededColumns.ofRight(join, needed)), context);
            case PlanNode.Union union -> new UnionOperator(operators(union.inputs()));
            case PlanNode.RemoteSource source -> new DeferredOperator(
                    () -> inputs.remoteSource().apply(source), context);
        };
    }

    private List<Operator> operators(List<PlanNode> nodes) {
        return nodes.stream().map(this::operator).toList();
    }
}
