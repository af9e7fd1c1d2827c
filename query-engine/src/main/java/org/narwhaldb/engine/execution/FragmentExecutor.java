package org.narwhaldb.engine.execution;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.expression.ConstantEvaluator;
import org.narwhaldb.engine.expression.PredicatePruning;
import org.narwhaldb.engine.operator.Broadcast;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.operator.OperatorBuilder;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.profile.PlanMeter;

/// Runs plan trees. The same on a segment server and on the front end.
public final class FragmentExecutor {
    private FragmentExecutor() {}

    /// Where the leaves of a plan tree get their rows.
    ///
    /// @param scanTasks pairs in the order they are to be read (partials combine in this order)
    /// @param remoteSource opens the rows that another fragment sends; called once for each `RemoteSource`, when it is first
    ///     pulled
    /// @param systemTable rows of a front end table
    /// @param broadcasts what joins look up in; a remote source that it has is not opened when a join builds it
    public record Inputs(
            List<ScanTask> scanTasks,
            Function<PlanNode.RemoteSource, Operator> remoteSource,
            Function<PlanNode.SystemScan, Operator> systemTable,
            Broadcasts broadcasts) {

        /// The same over other pairs, or some of their blocks.
        public Inputs over(List<ScanTask> tasks) {
            return new Inputs(tasks, remoteSource, systemTable, broadcasts);
        }

        public static Inputs ofScan(List<ScanTask> scanTasks) {
            return ofScan(scanTasks, Broadcasts.of(List.of()));
        }

        public static Inputs ofScan(List<ScanTask> scanTasks, Broadcasts broadcasts) {
            return new Inputs(scanTasks, _ -> { throw new IllegalStateException("A leaf has no remote source"); },
                    _ -> { throw new IllegalStateException("A leaf has no system table"); }, broadcasts);
        }
    }

    /// The rows of BUILD fragments, to look up in.
    public interface Broadcasts {
        boolean has(int fragmentId);

        /// May wait until the rows are there.
        Broadcast get(int fragmentId);

        static Broadcasts of(List<Broadcast> broadcasts) {
            Map<Integer, Broadcast> byFragment = broadcasts.stream().collect(Collectors.toMap(Broadcast::fragmentId, Function.identity()));
            return new Broadcasts() {
                @Override
                public boolean has(int fragmentId) {
                    return byFragment.containsKey(fragmentId);
                }

                @Override
                public Broadcast get(int fragmentId) {
                    return byFragment.get(fragmentId);
                }
            };
        }
    }

    /// Builds the operator tree; work starts at the first `next()`.
    public static Operator operator(PlanNode root, Inputs inputs, QueryContext context) {
        return OperatorBuilder.build(root, inputs, context, null);
    }

    /// The same, measured.
    ///
    /// @param meter of this plan or of one of its shape; null: is not measured
    public static Operator operator(PlanNode root, Inputs inputs, QueryContext context, PlanMeter meter) {
        return OperatorBuilder.build(root, inputs, context, meter);
    }

    /// Evaluates a constant expression (no input reference), for the planner's constant folding: Calcite never computes a value.
    ///
    /// @return the value in the shape of `NestedValues`
    public static Object evaluateConstant(Expression expression) {
        return ConstantEvaluator.evaluate(expression);
    }

    /// Whether `predicate` may be true for some row, given column bounds: what routing prunes segments with and a scan
    /// prunes blocks with.
    public static boolean mayMatch(Expression predicate, ColumnBounds bounds) {
        return PredicatePruning.mayMatch(predicate, bounds);
    }

    /// Whether `predicate` is true for every row, given column bounds; never wrongly so.
    public static boolean mustMatch(Expression predicate, ColumnBounds bounds) {
        return PredicatePruning.mustMatch(predicate, bounds);
    }

    /// Bounds of input columns, by column index; null = unknown.
    public interface ColumnBounds {
        /// null if nothing is known of the column
        Bounds bounds(int column);
    }

    /// @param min,max inclusive, in the shape of `NestedValues`; null = unbounded (or no non-null value if `allNull`)
    public record Bounds(Object min, Object max, boolean mayBeNull, boolean allNull) {}
}
