package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.Field;

/// Makes projections, and none that is not needed: one that picks from a projection replaces it, constants over constant
/// rows are constant rows.
final class Projections {
    private Projections() {}

    static PlanNode project(PlanNode input, List<Expression> expressions, List<Field> output) {
        if (input instanceof PlanNode.Values values && expressions.stream().allMatch(Expression.Literal.class::isInstance)) {
            List<Expression.Literal> row = expressions.stream().map(Expression.Literal.class::cast).toList();
            return new PlanNode.Values(output, values.rows().stream().map(_ -> row).toList());
        }
        if (input instanceof PlanNode.Project below && isPick(expressions, below)) {
            List<Expression> picked = new ArrayList<>();
            expressions.forEach(expression -> picked.add(below.expressions().get(((Expression.InputReference) expression).index())));
            return new PlanNode.Project(below.input(), picked, output);
        }
        return new PlanNode.Project(input, expressions, output);
    }

    /// Whether nothing is computed, and nothing below would be computed twice.
    private static boolean isPick(List<Expression> expressions, PlanNode.Project below) {
        Set<Integer> computed = new HashSet<>();
        for (Expression expression : expressions) {
            if (!(expression instanceof Expression.InputReference reference)) {
                return false;
            }
            boolean free = below.expressions().get(reference.index()) instanceof Expression.InputReference;
            if (!free && !computed.add(reference.index())) {
                return false;
            }
        }
        return true;
    }
}
