package org.narwhaldb.engine.operator;

import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.narwhaldb.engine.execution.FragmentExecutor.Inputs;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.leaf.DistinctCounts;
import org.narwhaldb.engine.leaf.LeafAggregate;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.profile.PlanMeter;
import org.narwhaldb.engine.scan.SharedScan;
import org.narwhaldb.engine.scan.ScanMetrics;
import org.narwhaldb.engine.scan.ScanOperator;
import org.narwhaldb.engine.scan.ScanThreshold;

/// Turns plan nodes into operators. Building reads and reserves nothing: work starts at the first `next()`.
///
/// A join with a broadcast becomes a look-up; where it drops rows without a match, the scan below is told the keys, so that
/// it leaves those rows out before it reads their other columns.
public final class OperatorBuilder {
    private final Inputs inputs;
    private final QueryContext context;
    private final ScanMetrics metrics;
    /// null if nothing else scans: not a lane
    private final SharedScan shared;
    private final boolean isLane;
    /// null if nobody measures
    private final PlanMeter.Nodes meters;
    private ScanOperator scanned;
    private final Map<PlanNode.Scan, ScanThreshold> thresholds = new IdentityHashMap<>();

    private OperatorBuilder(Inputs inputs, ScanMetrics metrics, SharedScan shared, QueryContext context, PlanMeter.Nodes meters) {
        this.meters = meters;
        this.inputs = inputs;
        this.metrics = metrics;
        this.shared = shared;
        isLane = shared != null;
        this.context = context;
    }

    /// @param meter measures the operators; null: nobody does
    public static OperatorTree build(PlanNode root, Inputs inputs, QueryContext context, PlanMeter meter) {
        ScanMetrics metrics = new ScanMetrics();
        PlanMeter.Nodes meters = meter == null ? null : meter.nodes(root, context);
        List<List<ScanTask>> lanes = Lanes.of(root, inputs.scanTasks());
        OperatorBuilder builder = new OperatorBuilder(inputs, metrics, null, context, meters);
        Operator operator = lanes.isEmpty() ? builder.operator(root) : builder.lanes(lanes, lane -> lane.operator(root));
        return new OperatorTree(operator, metrics, context, meter);
    }

    private Operator operator(PlanNode node) {
        return operator(node, NeededColumns.all(node));
    }

    /// @param needed the columns of the node's output that are read
    private Operator operator(PlanNode node, BitSet needed) {
        return meters == null ? make(node, needed, context) : meters.measured(node, own -> make(node, needed, own));
    }

    /// @param context that the operator's memory is charged to
    private Operator make(PlanNode node, BitSet needed, QueryContext context) {
        return switch (node) {
            case PlanNode.Scan scan -> {
                scanned = new ScanOperator(scan, inputs.scanTasks(), shared, thresholds.remove(scan), metrics, context);
                yield scanned;
            }
            case PlanNode.SystemScan scan -> new DeferredOperator(() -> inputs.systemTable().apply(scan), context);
            case PlanNode.Values values -> new ValuesOperator(values, context);
            case PlanNode.Filter filter -> new FilterOperator(
                    filter, operator(filter.input(), NeededColumns.ofFilter(filter, needed)), context);
            case PlanNode.Project project -> new ProjectOperator(
                    project, operator(project.input(), NeededColumns.ofProject(project)), context);
            case PlanNode.Aggregate aggregate when DistinctCounts.takes(aggregate) -> counts(aggregate, context);
            case PlanNode.Aggregate aggregate -> LeafAggregate.of(aggregate, inputs.scanTasks(), metrics, context,
                    () -> aggregate(aggregate, context));
            case PlanNode.Sort sort -> sort.limit() < 0
                    ? new SortOperator(sort, operator(sort.input()), context)
                    : topN(sort, context);
            case PlanNode.Limit limit -> new LimitOperator(limit, operator(limit.input(), needed), context);
            case PlanNode.Join join -> join(join, needed, context);
            case PlanNode.Union union -> new UnionOperator(operators(union.inputs()));
            case PlanNode.Window window -> WindowOperator.of(window, operator(window.input()), context);
            case PlanNode.RemoteSource source -> new DeferredOperator(
                    () -> inputs.remoteSource().apply(source), context);
            case PlanNode.Exchange _ -> throw new IllegalStateException("An exchange is between two plans");
        };
    }

    /// A leaf's groups may be counted without being listed.
    private Operator counts(PlanNode.Aggregate aggregate, QueryContext context) {
        PlanNode.Aggregate merged = (PlanNode.Aggregate) aggregate.input();
        Operator[] leaf = new Operator[1];
        Operator groups = measured(merged.input(), context, own -> {
            leaf[0] = make(merged.input(), NeededColumns.all(merged.input()), own);
            return leaf[0];
        });
        Operator general = new AggregateOperator(aggregate,
                measured(merged, context, own -> new AggregateOperator(merged, groups, own)), context);
        return leaf[0] instanceof LeafAggregate counted ? DistinctCounts.of(aggregate, counted, general) : general;
    }

    private Operator measured(PlanNode node, QueryContext context, Function<QueryContext, Operator> make) {
        return meters == null ? make.apply(context) : meters.measured(node, make);
    }

    private Operator aggregate(PlanNode.Aggregate aggregate, QueryContext context) {
        List<List<ScanTask>> lanes = isLane ? List.of() : Lanes.ofAggregate(aggregate, inputs.scanTasks());
        if (!lanes.isEmpty()) {
            return lanes(lanes, lane -> lane.aggregate(aggregate, context));
        }
        return new AggregateOperator(aggregate, operator(aggregate.input(), NeededColumns.ofAggregate(aggregate)), context);
    }

    private Operator lanes(List<List<ScanTask>> lanes, Function<OperatorBuilder, Operator> plan) {
        SharedScan shared = new SharedScan();
        return new LanesOperator(lanes,
                lane -> plan.apply(new OperatorBuilder(inputs.over(lane), metrics, shared, context, meters)), shared::close, context);
    }

    private Operator topN(PlanNode.Sort sort, QueryContext context) {
        ScanThreshold threshold = ScanThreshold.of(sort);
        if (threshold != null) {
            thresholds.put(threshold.scan(), threshold);
        }
        return new TopNOperator(sort, operator(sort.input()), threshold, context);
    }

    private List<Operator> operators(List<PlanNode> nodes) {
        return nodes.stream().map(this::operator).toList();
    }

    private Operator join(PlanNode.Join join, BitSet needed, QueryContext context) {
        Operator left = operator(join.left(), NeededColumns.ofLeft(join, needed));
        boolean isLookup = join.right() instanceof PlanNode.RemoteSource source && inputs.broadcasts().has(source.fragmentId())
                && LookupJoinOperator.takes(join.type());
        if (!isLookup) {
            return new JoinOperator(join, needed, left, operator(join.right(), NeededColumns.ofRight(join, needed)), !scans(join), context);
        }
        Supplier<Broadcast> right = () -> inputs.broadcasts().get(((PlanNode.RemoteSource) join.right()).fragmentId());
        if (join.type() == PlanNode.JoinType.INNER || join.type() == PlanNode.JoinType.SEMI) {
            tellScan(join, right);
        }
        return new LookupJoinOperator(join, needed, left, right, context);
    }

    /// A leaf must repeat its rows in their order, on any server.
    static boolean scans(PlanNode node) {
        return node instanceof PlanNode.Scan || node.inputs().stream().anyMatch(OperatorBuilder::scans);
    }

    private void tellScan(PlanNode.Join join, Supplier<Broadcast> right) {
        int[] keys = join.rightKeys().stream().mapToInt(Integer::intValue).toArray();
        for (int key = 0; key < keys.length; key++) {
            int column = NeededColumns.ofScan(join.left(), join.leftKeys().get(key));
            if (column >= 0) {
                int number = key;
                scanned.leaveOut(column, () -> right.get().table(keys, context).map(table -> table.keySet(number)).orElse(null));
            }
        }
    }
}
