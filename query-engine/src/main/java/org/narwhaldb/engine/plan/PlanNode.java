package org.narwhaldb.engine.plan;

import java.util.List;
import java.util.Objects;
import org.narwhaldb.segment.Field;

/// A node of a plan tree: what to compute, not how. Immutable. Field ids of all outputs but a scan's are positions.
public sealed interface PlanNode {
    /// The columns this node yields, in order.
    List<Field> output();

    List<PlanNode> inputs();

    /// The same over other inputs, which yield what the present ones do.
    default PlanNode over(List<PlanNode> inputs) {
        return switch (this) {
            case Scan _, SystemScan _, Values _, RemoteSource _ -> this;
            case Filter filter -> new Filter(inputs.getFirst(), filter.predicate());
            case Project project -> new Project(inputs.getFirst(), project.expressions(), project.output());
            case Aggregate aggregate ->
                    new Aggregate(inputs.getFirst(), aggregate.mode(), aggregate.keys(), aggregate.calls(), aggregate.output());
            case Sort sort -> new Sort(inputs.getFirst(), sort.orders(), sort.offset(), sort.limit());
            case Limit limit -> new Limit(inputs.getFirst(), limit.offset(), limit.limit());
            case Exchange exchange -> new Exchange(inputs.getFirst(), exchange.keys(), exchange.partitions());
            case Window window ->
                    new Window(inputs.getFirst(), window.partition(), window.orders(), window.calls(), window.output());
            case Union union -> new Union(inputs, union.output());
            case Join join -> new Join(join.type(), inputs.get(0), inputs.get(1), join.leftKeys(), join.rightKeys(), join.residual(),
                    join.output());
        };
    }

    /// Rows of a served table: the live rows of the (segment, live rows) pairs that the request names.
    ///
    /// @param scanId unique within the whole distributed plan
    /// @param columns what is read, field ids = Iceberg field ids, types = the table's current types (a segment built before
    ///     a promotion holds the narrower one and is widened by the scan); also the output
    /// @param predicate over `columns`, or null; rows for which it is not true are left out; also used to skip segments and blocks
    record Scan(int scanId, TableReference table, List<Field> columns, Expression predicate) implements PlanNode {
        public Scan {
            columns = List.copyOf(columns);
        }

        @Override
        public List<Field> output() {
            return columns;
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of();
        }
    }

    /// Rows of a table that the front end itself provides (`sys.*`, `information_schema.*`).
    record SystemScan(TableReference table, List<Field> columns) implements PlanNode {
        public SystemScan {
            columns = List.copyOf(columns);
        }

        @Override
        public List<Field> output() {
            return columns;
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of();
        }
    }

    /// Constant rows; values in the shape of `NestedValues`.
    record Values(List<Field> output, List<List<Expression.Literal>> rows) implements PlanNode {
        public Values {
            output = List.copyOf(output);
            rows = List.copyOf(rows);
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of();
        }
    }

    record Filter(PlanNode input, Expression predicate) implements PlanNode {
        @Override
        public List<Field> output() {
            return input.output();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }
    }

    record Project(PlanNode input, List<Expression> expressions, List<Field> output) implements PlanNode {
        public Project {
            expressions = List.copyOf(expressions);
            output = List.copyOf(output);
            if (expressions.size() != output.size()) {
                throw new IllegalArgumentException(expressions.size() + " expressions for " + output.size() + " columns");
            }
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }
    }

    enum AggregateMode {
        /// rows → final values
        SINGLE,
        /// rows → states: the output is the keys, then for each call its state columns (`AggregateStates`)
        PARTIAL,
        /// states → final values: the input's columns are laid out as PARTIAL's output
        FINAL
    }

    /// Groups by key columns; with no keys exactly one row comes out in modes SINGLE and FINAL, even of no input
    /// (PARTIAL over no rows may yield none).
    ///
    /// @param keys input columns (in mode FINAL always 0..n-1)
    /// @param output keys, then for SINGLE and FINAL one column a call, for PARTIAL the state columns
    record Aggregate(PlanNode input, AggregateMode mode, List<Integer> keys, List<AggregateCall> calls, List<Field> output)
            implements PlanNode {
        public Aggregate {
            Objects.requireNonNull(mode, "mode");
            keys = List.copyOf(keys);
            calls = List.copyOf(calls);
            output = List.copyOf(output);
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }
    }

    /// Sorts all rows.
    ///
    /// @param offset rows to skip
    /// @param limit rows to keep after that, or -1 for all; with a limit this is a top-N
    record Sort(PlanNode input, List<SortOrder> orders, long offset, long limit) implements PlanNode {
        public Sort {
            orders = List.copyOf(orders);
        }

        @Override
        public List<Field> output() {
            return input.output();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }
    }

    /// Any `limit` rows after `offset`; limit -1 = all.
    record Limit(PlanNode input, long offset, long limit) implements PlanNode {
        @Override
        public List<Field> output() {
            return input.output();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }
    }

    enum JoinType {
        INNER,
        /// all left rows
        LEFT,
        RIGHT,
        FULL,
        /// left rows with a match; output = left columns
        SEMI,
        /// left rows without a match; output = left columns. Keys compare with =, so a NULL key has no match and is kept
        ANTI,
        /// NOT IN: as ANTI, but no row at all if any right key is NULL, and a left NULL key is dropped unless the right side
        /// is empty
        NULL_AWARE_ANTI
    }

    /// Hash join; the right input is built, the left streams.
    ///
    /// @param leftKeys equal in number and kind to rightKeys; none = every pair is a candidate (nested loop)
    /// @param residual over left columns then right columns, or null; part of the match condition
    /// @param output INNER, LEFT, RIGHT, FULL: left columns then right columns, nullable where the join may pad
    record Join(
            JoinType type, PlanNode left, PlanNode right, List<Integer> leftKeys, List<Integer> rightKeys, Expression residual,
            List<Field> output)
            implements PlanNode {
        public Join {
            leftKeys = List.copyOf(leftKeys);
            rightKeys = List.copyOf(rightKeys);
            output = List.copyOf(output);
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(left, right);
        }
    }

    /// All rows of all inputs (UNION ALL); the inputs' types are equal.
    record Union(List<PlanNode> inputs, List<Field> output) implements PlanNode {
        public Union {
            inputs = List.copyOf(inputs);
            output = List.copyOf(output);
        }
    }

    /// Adds columns computed over partitions of the rows; rows come out partition by partition, in the window's order.
    ///
    /// @param partition input columns; none = all rows are one partition
    /// @param orders within a partition; rows equal by them are peers, all of them if there is none
    /// @param output the input's columns, then one a call
    record Window(PlanNode input, List<Integer> partition, List<SortOrder> orders, List<WindowCall> calls, List<Field> output)
            implements PlanNode {
        public Window {
            partition = List.copyOf(partition);
            orders = List.copyOf(orders);
            calls = List.copyOf(calls);
            output = List.copyOf(output);
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }
    }

    /// The rows of the input, each in one of `partitions` by the hash of its first `keys` columns. What is below runs once for each part of
    /// a leaf; what is above runs once for each partition, over its rows of all parts.
    record Exchange(PlanNode input, int keys, int partitions) implements PlanNode {
        @Override
        public List<Field> output() {
            return input.output();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }
    }

    /// The rows that fragment `fragmentId` sends here.
    record RemoteSource(int fragmentId, List<Field> output) implements PlanNode {
        public RemoteSource {
            output = List.copyOf(output);
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of();
        }
    }
}
