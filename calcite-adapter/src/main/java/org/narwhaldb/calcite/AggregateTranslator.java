package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Group-bys: always as mode SINGLE here; [FragmentPlanner] splits them.
final class AggregateTranslator {
    private final RelTranslator relations;
    private final Cardinality cardinality;
    private final JoinSizes sizes;

    AggregateTranslator(RelTranslator relations, Cardinality cardinality, JoinSizes sizes) {
        this.relations = relations;
        this.cardinality = cardinality;
        this.sizes = sizes;
    }

    PlannedRelation translate(Aggregate aggregate, ImmutableBitSet wanted) {
        if (aggregate.getGroupType() != Aggregate.Group.SIMPLE) {
            throw RexTranslator.notSupported("grouping", aggregate.getGroupType().name());
        }
        int keyCount = aggregate.getGroupCount();
        List<Integer> calls = new ArrayList<>();
        ImmutableBitSet used = aggregate.getGroupSet();
        for (int i = 0; i < aggregate.getAggCallList().size(); i++) {
            var call = aggregate.getAggCallList().get(i);
            if (wanted.get(keyCount + i)) {
                calls.add(i);
                used = used.union(ImmutableBitSet.of(call.getArgList()));
                used = call.hasFilter() ? used.set(call.filterArg) : used;
            }
        }
        PlannedRelation input = relations.translate(aggregate.getInput(), used);
        return translate(aggregate, calls, input);
    }

    private PlannedRelation translate(Aggregate aggregate, List<Integer> wantedCalls, PlannedRelation input) {
        List<Field> output = new ArrayList<>();
        List<Integer> keys = new ArrayList<>();
        int[] columns = new int[aggregate.getRowType().getFieldCount()];
        Arrays.fill(columns, -1);
        for (int key : aggregate.getGroupSet()) {
            columns[keys.size()] = keys.size();
            Field field = input.field(key);
            keys.add(input.columns()[key]);
            String name = aggregate.getRowType().getFieldNames().get(output.size());
            output.add(new Field(output.size(), name, field.type(), field.nullable()));
        }
        List<AggregateCall> calls = new ArrayList<>();
        List<Integer> constants = new ArrayList<>();
        for (int index : wantedCalls) {
            var call = aggregate.getAggCallList().get(index);
            if (call.getAggregation().getKind() == SqlKind.LITERAL_AGG) {
                constants.add(index);
                continue;
            }
            RelDataTypeField field = aggregate.getRowType().getFieldList().get(keys.size() + index);
            AggregateCall translated = call(call, field, input);
            columns[keys.size() + index] = output.size();
            output.add(new Field(output.size(), field.getName(), translated.type(), field.getType().isNullable()));
            calls.add(translated);
        }
        if (output.isEmpty()) {
            // One row must come out, so one column must.
            calls.add(new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, -1, "rows", ColumnType.LONG));
            output.add(new Field(0, "rows", ColumnType.LONG, false));
        }
        PlanNode.Aggregate node = new PlanNode.Aggregate(input.node(), PlanNode.AggregateMode.SINGLE, keys, calls, output);
        estimate(node, aggregate, input);
        return withConstants(aggregate, constants, new PlannedRelation(node, columns));
    }

    private void estimate(PlanNode.Aggregate node, Aggregate aggregate, PlannedRelation input) {
        Estimate estimate = cardinality.of(aggregate.getInput());
        double[] distinct = new double[input.node().output().size()];
        Arrays.fill(distinct, Double.NaN);
        for (int field = 0; field < input.columns().length; field++) {
            if (input.columns()[field] >= 0) {
                distinct[input.columns()[field]] = estimate.columns().get(field).distinct();
            }
        }
        sizes.put(node, estimate.rows(), distinct);
    }

    /// LITERAL_AGG, which sub-query removal makes to mark groups: a constant beside the aggregates.
    private PlannedRelation withConstants(Aggregate aggregate, List<Integer> constants, PlannedRelation grouped) {
        if (constants.isEmpty()) {
            return grouped;
        }
        List<Expression> expressions = new ArrayList<>();
        List<Field> output = new ArrayList<>(grouped.node().output());
        for (Field field : output) {
            expressions.add(new Expression.InputReference(expressions.size(), field.type()));
        }
        int[] columns = grouped.columns().clone();
        for (int index : constants) {
            var call = aggregate.getAggCallList().get(index);
            Expression literal = relations.expressions(grouped).translate(call.rexList.getFirst());
            columns[aggregate.getGroupCount() + index] = output.size();
            output.add(new Field(output.size(), "literal", literal.type(), false));
            expressions.add(literal);
        }
        return new PlannedRelation(new PlanNode.Project(grouped.node(), expressions, output), columns);
    }

    private static AggregateCall call(org.apache.calcite.rel.core.AggregateCall call, RelDataTypeField field, PlannedRelation input) {
        AggregateFunction function = function(call);
        List<Integer> arguments = call.getArgList().stream().map(argument -> input.columns()[argument]).toList();
        boolean passes = switch (function) {
            case MIN, MAX, ANY_VALUE, SINGLE_VALUE -> true;
            default -> false;
        };
        ColumnType type = passes ? input.node().output().get(arguments.getFirst()).type() : ColumnTypes.toColumn(field.getType());
        boolean distinct = call.isDistinct() && switch (function) {
            case MIN, MAX, ANY_VALUE, BOOL_AND, BOOL_OR, COUNT_STAR, APPROX_COUNT_DISTINCT -> false;
            default -> true;
        };
        int filter = call.hasFilter() ? input.columns()[call.filterArg] : -1;
        return new AggregateCall(function, arguments, distinct, filter, field.getName(), type);
    }

    private static AggregateFunction function(org.apache.calcite.rel.core.AggregateCall call) {
        String name = call.getAggregation().getName();
        return switch (name) {
            case "COUNT" -> call.getArgList().isEmpty() ? AggregateFunction.COUNT_STAR : AggregateFunction.COUNT;
            case "SUM" -> AggregateFunction.SUM;
            case "$SUM0" -> AggregateFunction.SUM_OR_ZERO;
            case "MIN" -> AggregateFunction.MIN;
            case "MAX" -> AggregateFunction.MAX;
            case "AVG" -> AggregateFunction.AVG;
            case "STDDEV_POP" -> AggregateFunction.STDDEV_POP;
            case "STDDEV_SAMP", "STDDEV" -> AggregateFunction.STDDEV_SAMP;
            case "VAR_POP" -> AggregateFunction.VAR_POP;
            case "VAR_SAMP", "VARIANCE" -> AggregateFunction.VAR_SAMP;
            case "BOOL_AND", "EVERY" -> AggregateFunction.BOOL_AND;
            case "BOOL_OR", "SOME" -> AggregateFunction.BOOL_OR;
            case "APPROX_COUNT_DISTINCT" -> AggregateFunction.APPROX_COUNT_DISTINCT;
            case "APPROX_QUANTILE" -> AggregateFunction.APPROX_QUANTILE;
            case "ANY_VALUE" -> AggregateFunction.ANY_VALUE;
            case "SINGLE_VALUE" -> AggregateFunction.SINGLE_VALUE;
            default -> throw RexTranslator.notSupported("aggregate function", name);
        };
    }
}
