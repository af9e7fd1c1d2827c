package org.narwhaldb.engine.expression;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.InputReference;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.segment.ColumnType;

/// What an expression reads.
final class References {
    private References() {}

    /// Type by index of the input columns that the expression reads.
    static Map<Integer, ColumnType> of(Expression expression) {
        Map<Integer, ColumnType> result = new TreeMap<>();
        collect(expression, result);
        return result;
    }

    private static void collect(Expression expression, Map<Integer, ColumnType> target) {
        switch (expression) {
            case InputReference(int index, ColumnType type) -> target.put(index, type);
            case Literal _ -> { }
            case Call call -> call.arguments().forEach(argument -> collect(argument, target));
        }
    }

    /// The expression with every input reference made one to column 0.
    static Expression toFirst(Expression expression) {
        return switch (expression) {
            case InputReference reference -> new InputReference(0, reference.type());
            case Literal literal -> literal;
            case Call(var function, List<Expression> arguments, ColumnType type) ->
                    new Call(function, arguments.stream().map(References::toFirst).toList(), type);
        };
    }
}
