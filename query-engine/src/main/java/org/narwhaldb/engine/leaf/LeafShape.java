package org.narwhaldb.engine.leaf;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;

/// A partial aggregate over filters and projections over a scan, with these folded in: all that is left are the scan
/// with one predicate, and keys, arguments and filters as expressions over its columns.
///
/// @param scan with the filters above it in its predicate
record LeafShape(PlanNode.Scan scan, List<Expression> keys, List<Measure> measures) {

    /// @param filter must be true for a row to count, or null
    record Measure(AggregateCall call, List<Expression> arguments, Expression filter) {

        /// Whether the order of rows shows in the last digits.
        boolean rounds() {
            return switch (call.function()) {
                case SUM, SUM_OR_ZERO, AVG -> arguments.getFirst().type().physical() == ColumnType.Physical.DOUBLE;
                case STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP -> true;
                default -> false;
            };
        }
    }

    /// Null if the plan has another shape, or asks for what leaves have no path for.
    static LeafShape of(PlanNode.Aggregate node) {
        if (node.mode() != AggregateMode.PARTIAL || !isChain(node.input())) {
            return null;
        }
        Chain chain = chain(node.input());
        List<Measure> measures = new ArrayList<>();
        for (AggregateCall call : node.calls()) {
            if (call.distinct() || !isKnown(call)) {
                return null;
            }
            measures.add(new Measure(call, call.arguments().stream().map(chain.outputs::get).toList(),
                    call.filter() < 0 ? null : chain.outputs.get(call.filter())));
        }
        return new LeafShape(chain.scan, node.keys().stream().map(chain.outputs::get).toList(), measures);
    }

    private static boolean isKnown(AggregateCall call) {
        return switch (call.function()) {
            case COUNT_STAR, COUNT, SUM, SUM_OR_ZERO, AVG, MIN, MAX, BOOL_AND, BOOL_OR, STDDEV_POP, STDDEV_SAMP,
                    VAR_POP, VAR_SAMP, APPROX_COUNT_DISTINCT, APPROX_QUANTILE -> true;
            case ANY_VALUE, SINGLE_VALUE -> false;
        };
    }

    private static boolean isChain(PlanNode node) {
        return switch (node) {
            case PlanNode.Scan _ -> true;
            case PlanNode.Filter filter -> isChain(filter.input());
            case PlanNode.Project project -> isChain(project.input());
            default -> false;
        };
    }

    /// @param outputs of the node, over the scan's columns
    private record Chain(PlanNode.Scan scan, List<Expression> outputs) {}

    private static Chain chain(PlanNode node) {
        return switch (node) {
            case PlanNode.Scan scan -> {
                List<Expression> columns = new ArrayList<>();
                scan.columns().forEach(field -> columns.add(new Expression.InputReference(columns.size(),
                        field.type())));
                yield new Chain(scan, columns);
            }
            case PlanNode.Filter filter -> {
                Chain below = chain(filter.input());
                PlanNode.Scan scan = below.scan;
                Expression added = over(filter.predicate(), below.outputs);
                Expression predicate = scan.predicate() == null ? added : new Expression.Call(ScalarFunction.AND,
                        List.of(scan.predicate(), added), ColumnType.BOOLEAN);
                yield new Chain(new PlanNode.Scan(scan.scanId(), scan.table(), scan.columns(), predicate),
                        below.outputs);
            }
            case PlanNode.Project project -> {
                Chain below = chain(project.input());
                yield new Chain(below.scan, project.expressions().stream()
                        .map(expression -> over(expression, below.outputs)).toList());
            }
            default -> throw new IllegalStateException("Not a chain: " + node);
        };
    }

    private static Expression over(Expression expression, List<Expression> inputs) {
        return switch (expression) {
            case Expression.InputReference reference -> inputs.get(reference.index());
            case Expression.Literal literal -> literal;
            case Expression.Call(ScalarFunction function, List<Expression> arguments, ColumnType type) ->
                    new Expression.Call(function, arguments.stream().map(argument -> over(argument, inputs)).toList(),
                            type);
        };
    }
}
