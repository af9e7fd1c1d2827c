package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.Field;

/// The columns that windows read: those of a node, and what is computed from them.
final class WindowInput {
    private final PlanNode input;
    private final Map<Expression, Integer> computed = new LinkedHashMap<>();

    WindowInput(PlanNode input) {
        this.input = input;
    }

    static List<Field> positional(List<Field> fields) {
        List<Field> output = new ArrayList<>();
        fields.forEach(field -> output.add(new Field(output.size(), field.name(), field.type(), field.nullable())));
        return output;
    }

    /// Where the expression's values are.
    int column(Expression expression) {
        return expression instanceof Expression.InputReference reference ? reference.index()
                : computed.computeIfAbsent(expression, _ -> input.output().size() + computed.size());
    }

    Expression reference(Expression expression) {
        return new Expression.InputReference(column(expression), expression.type());
    }

    PlanNode node() {
        if (computed.isEmpty()) {
            return input;
        }
        List<Field> output = positional(input.output());
        List<Expression> expressions = new ArrayList<>();
        output.forEach(field -> expressions.add(new Expression.InputReference(expressions.size(), field.type())));
        for (Expression expression : computed.keySet()) {
            output.add(new Field(output.size(), "window" + (output.size() - input.output().size()), expression.type(), true));
            expressions.add(expression);
        }
        return new PlanNode.Project(input, expressions, output);
    }
}
