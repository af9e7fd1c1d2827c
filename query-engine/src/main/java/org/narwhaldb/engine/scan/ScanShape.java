package org.narwhaldb.engine.scan;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// What a scan reads and asks, the same for all its segments: a row passes if every conjunct of the predicate is true,
/// so that conjuncts can be asked one by one, of fewer rows each time.
///
/// @param conjuncts over the columns; none if every row passes
record ScanShape(List<Field> columns, List<Expression> conjuncts) {

    static ScanShape of(PlanNode.Scan node) {
        List<Expression> conjuncts = new ArrayList<>();
        if (node.predicate() != null) {
            split(node.predicate(), conjuncts);
        }
        return new ScanShape(node.columns(), List.copyOf(conjuncts));
    }

    private static void split(Expression predicate, List<Expression> conjuncts) {
        if (predicate instanceof Expression.Call call && call.function() == ScalarFunction.AND) {
            call.arguments().forEach(argument -> split(argument, conjuncts));
        } else {
            conjuncts.add(predicate);
        }
    }

    /// References by position in `columns`, which grows by what is met.
    static Expression renumber(Expression expression, List<Integer> columns) {
        return switch (expression) {
            case Expression.InputReference(int index, ColumnType type) -> {
                if (!columns.contains(index)) {
                    columns.add(index);
                }
                yield new Expression.InputReference(columns.indexOf(index), type);
            }
            case Expression.Literal literal -> literal;
            case Expression.Call(ScalarFunction function, List<Expression> arguments, ColumnType type) ->
                    new Expression.Call(function, arguments.stream().map(argument -> renumber(argument, columns))
                            .toList(), type);
        };
    }
}
