package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;

/// `x = 1 OR x = 2 OR …` as `x IN (1, 2, …)`, which the engine tests once a row.
final class Disjunctions {
    private Disjunctions() {}

    static Expression or(List<Expression> terms) {
        Map<Expression, List<Expression>> members = new LinkedHashMap<>();
        List<Expression> others = new ArrayList<>();
        for (Expression term : terms) {
            if (term instanceof Expression.Call call && call.function() == ScalarFunction.EQUAL
                    && call.arguments().get(1) instanceof Expression.Literal literal && literal.value() != null) {
                members.computeIfAbsent(call.arguments().get(0), _ -> new ArrayList<>()).add(literal);
            } else {
                others.add(term);
            }
        }
        List<Expression> result = new ArrayList<>();
        members.forEach((value, literals) -> result.add(oneOf(value, literals)));
        result.addAll(others);
        return result.size() == 1 ? result.getFirst() : new Expression.Call(ScalarFunction.OR, result, ColumnType.BOOLEAN);
    }

    private static Expression oneOf(Expression value, List<Expression> literals) {
        if (literals.size() == 1) {
            return new Expression.Call(ScalarFunction.EQUAL, List.of(value, literals.getFirst()), ColumnType.BOOLEAN);
        }
        List<Expression> arguments = new ArrayList<>();
        arguments.add(value);
        arguments.addAll(literals);
        return new Expression.Call(ScalarFunction.IN, arguments, ColumnType.BOOLEAN);
    }
}
