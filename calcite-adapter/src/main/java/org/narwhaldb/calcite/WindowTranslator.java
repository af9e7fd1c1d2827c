package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.util.ImmutableBitSet;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.engine.plan.WindowCall;
import org.narwhaldb.segment.Field;

/// A projection with window functions:
///
/// ```
/// Project [a, SUM(b + 1) OVER (PARTITION BY c) / 2]
/// =>
/// Project [a, s / 2]
///   Window partition [c] [SUM(x) AS s]            one for each PARTITION BY and ORDER BY
///     Project [a, b, c, b + 1 AS x]               where arguments and keys are no columns yet
/// ```
final class WindowTranslator {
    private final RelTranslator relations;

    WindowTranslator(RelTranslator relations) {
        this.relations = relations;
    }

    private record Specification(List<Integer> partition, List<SortOrder> orders) {}

    PlannedRelation translate(Project project, ImmutableBitSet wanted) {
        ImmutableBitSet used = ImmutableBitSet.of();
        Set<RexOver> overs = new LinkedHashSet<>();
        for (int index : wanted) {
            RexNode expression = project.getProjects().get(index);
            used = used.union(RelOptUtil.InputFinder.bits(expression));
            collect(expression, overs);
        }
        PlannedRelation input = relations.translate(project.getInput(), used);
        WindowInput columns = new WindowInput(input.node());
        WindowCalls calls = new WindowCalls(relations, input, columns);
        Map<Specification, List<WindowCall>> windows = new LinkedHashMap<>();
        Map<Specification, List<RexOver>> oversOf = new LinkedHashMap<>();
        for (RexOver over : overs) {
            Specification specification = specification(over, input, columns);
            windows.computeIfAbsent(specification, _ -> new ArrayList<>()).add(calls.call(over));
            oversOf.computeIfAbsent(specification, _ -> new ArrayList<>()).add(over);
        }
        Map<RexOver, Expression> results = new LinkedHashMap<>();
        PlanNode node = columns.node();
        for (Map.Entry<Specification, List<WindowCall>> window : windows.entrySet()) {
            List<Field> output = WindowInput.positional(node.output());
            for (int index = 0; index < window.getValue().size(); index++) {
                WindowCall call = window.getValue().get(index);
                RexOver over = oversOf.get(window.getKey()).get(index);
                results.put(over, new Expression.InputReference(output.size(), call.type()));
                output.add(new Field(output.size(), call.name(), call.type(), over.getType().isNullable()));
            }
            node = new PlanNode.Window(node, window.getKey().partition(), window.getKey().orders(), window.getValue(), output);
        }
        return projected(project, wanted, new PlannedRelation(node, input.columns()), results);
    }

    private PlannedRelation projected(Project project, ImmutableBitSet wanted, PlannedRelation window, Map<RexOver, Expression> results) {
        RexTranslator translator = relations.expressions(new RexTranslator.Inputs() {
            @Override
            public Expression field(int index) {
                return window.reference(index);
            }

            @Override
            public Expression over(RexOver over) {
                return results.get(over);
            }
        });
        int[] columns = new int[project.getProjects().size()];
        Arrays.fill(columns, -1);
        List<Expression> expressions = new ArrayList<>();
        List<Field> output = new ArrayList<>();
        for (int index : wanted) {
            Expression expression = translator.translate(project.getProjects().get(index));
            columns[index] = output.size();
            output.add(RelTranslator.field(output.size(), project.getRowType().getFieldList().get(index), expression.type()));
            expressions.add(expression);
        }
        return new PlannedRelation(Projections.project(window.node(), expressions, output), columns);
    }

    private static void collect(RexNode expression, Set<RexOver> overs) {
        expression.accept(new RexShuttle() {
            @Override
            public RexNode visitOver(RexOver over) {
                if (over.getOperands().stream().anyMatch(operand -> RexOver.containsOver(operand))) {
                    throw RexTranslator.notSupported("window function within a window function", over.getAggOperator().getName());
                }
                overs.add(over);
                return over;
            }
        });
    }

    private Specification specification(RexOver over, PlannedRelation input, WindowInput columns) {
        RexTranslator translator = relations.expressions(input);
        List<Integer> partition = new ArrayList<>();
        for (RexNode key : over.getWindow().partitionKeys) {
            Expression expression = translator.translate(key);
            if (!(expression instanceof Expression.Literal) && !partition.contains(columns.column(expression))) {
                partition.add(columns.column(expression));
            }
        }
        List<SortOrder> orders = new ArrayList<>();
        for (RexFieldCollation collation : over.getWindow().orderKeys) {
            Expression expression = translator.translate(collation.left);
            if (expression instanceof Expression.Literal) {
                continue;
            }
            boolean descending = collation.getDirection().isDescending();
            RelFieldCollation.NullDirection nulls = collation.getNullDirection();
            boolean nullsFirst = nulls == RelFieldCollation.NullDirection.UNSPECIFIED
                    ? descending : nulls == RelFieldCollation.NullDirection.FIRST;
            orders.add(new SortOrder(columns.column(expression), descending, nullsFirst));
        }
        return new Specification(partition, orders);
    }
}
