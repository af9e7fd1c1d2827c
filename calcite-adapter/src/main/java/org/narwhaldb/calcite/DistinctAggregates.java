package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.AggregateStates;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Makes two aggregates of one whose DISTINCT calls all have the same arguments and filter: the inner one groups by the arguments (and the
/// filter) besides the keys, so that each combination is there once; the outer one has nothing distinct left. So leaves can aggregate
/// before they send.
///
/// Calls that are not distinct become states of the inner aggregate, which the outer one merges. That takes sums of exact numbers:
/// doubles would be added in the order of the inner groups, which is another one each time.
final class DistinctAggregates {
    private static final ColumnType BOOLEAN = ColumnType.BOOLEAN;

    private final PlanNode.Aggregate aggregate;
    private final List<Field> input;
    /// what the inner aggregate groups by: input columns
    private final List<Integer> columns;
    private final List<AggregateCall> innerCalls = new ArrayList<>();
    private final List<Field> innerOutput = new ArrayList<>();
    private final List<Expression> states = new ArrayList<>();

    private DistinctAggregates(PlanNode.Aggregate aggregate) {
        this.aggregate = aggregate;
        input = aggregate.input().output();
        Set<Integer> distinct = new LinkedHashSet<>(aggregate.keys());
        for (AggregateCall call : aggregate.calls()) {
            if (call.distinct()) {
                distinct.addAll(call.arguments());
                if (call.filter() >= 0) {
                    distinct.add(call.filter());
                }
            }
        }
        columns = List.copyOf(distinct);
        for (int column : columns) {
            Field field = input.get(column);
            innerOutput.add(new Field(innerOutput.size(), field.name(), field.type(), field.nullable()));
        }
    }

    /// Null if the aggregate is none of this kind.
    static PlanNode.Aggregate split(PlanNode.Aggregate aggregate) {
        List<AggregateCall> distinct = aggregate.calls().stream().filter(AggregateCall::distinct).toList();
        AggregateCall first = distinct.getFirst();
        boolean isOneSet = !first.arguments().isEmpty() && distinct.stream().allMatch(
                call -> call.arguments().equals(first.arguments()) && call.filter() == first.filter());
        if (!isOneSet) {
            return null;
        }
        DistinctAggregates split = new DistinctAggregates(aggregate);
        if (distinct.size() == aggregate.calls().size()) {
            return split.plain();
        }
        return aggregate.calls().stream().allMatch(split::hasState) ? split.merged() : null;
    }

    private int inner(int column) {
        return columns.indexOf(column);
    }

    private List<Integer> outerKeys() {
        return aggregate.keys().stream().map(this::inner).toList();
    }

    /// All calls are distinct.
    private PlanNode.Aggregate plain() {
        List<AggregateCall> calls = aggregate.calls().stream().map(call -> new AggregateCall(call.function(),
                call.arguments().stream().map(this::inner).toList(), false, call.filter() < 0 ? -1 : inner(call.filter()),
                call.name(), call.type())).toList();
        return new PlanNode.Aggregate(innerAggregate(), AggregateMode.SINGLE, outerKeys(), calls, aggregate.output());
    }

    private PlanNode innerAggregate() {
        return new PlanNode.Aggregate(aggregate.input(), AggregateMode.SINGLE, columns, innerCalls, innerOutput);
    }

    private boolean hasState(AggregateCall call) {
        return switch (call.function()) {
            case COUNT_STAR, COUNT -> true;
            case MIN, MAX, BOOL_AND, BOOL_OR -> !call.distinct();
            case SUM, SUM_OR_ZERO, AVG -> switch (input.get(call.arguments().getFirst()).type().kind()) {
                case INT, LONG, DECIMAL -> true;
                default -> false;
            };
            default -> false;
        };
    }

    /// The outer aggregate merges states: those of the inner one, and of a distinct call what its arguments alone are.
    private PlanNode.Aggregate merged() {
        for (int key : outerKeys()) {
            states.add(reference(key));
        }
        for (AggregateCall call : aggregate.calls()) {
            if (call.distinct()) {
                distinctState(call);
            } else {
                innerState(call);
            }
        }
        List<AggregateCall> calls = aggregate.calls().stream().map(call -> new AggregateCall(
                call.function(), call.arguments(), false, -1, call.name(), call.type())).toList();
        List<Field> fields = AggregateStates.partialOutput(input, aggregate.keys(), calls);
        List<Integer> keys = new ArrayList<>();
        aggregate.keys().forEach(_ -> keys.add(keys.size()));
        return new PlanNode.Aggregate(
                new PlanNode.Project(innerAggregate(), states, fields), AggregateMode.FINAL, keys, calls, aggregate.output());
    }

    private Expression reference(int innerColumn) {
        return new Expression.InputReference(innerColumn, innerOutput.get(innerColumn).type());
    }

    private void innerState(AggregateCall call) {
        switch (call.function()) {
            case SUM, SUM_OR_ZERO -> states.add(inner(call, AggregateFunction.SUM, sumType(call), true));
            case AVG -> {
                states.add(inner(call, AggregateFunction.SUM, sumType(call), true));
                states.add(inner(call, AggregateFunction.COUNT, ColumnType.LONG, false));
            }
            case COUNT_STAR, COUNT -> states.add(inner(call, call.function(), ColumnType.LONG, false));
            default -> states.add(inner(call, call.function(), call.type(), true));
        }
    }

    private Expression inner(AggregateCall call, AggregateFunction function, ColumnType type, boolean nullable) {
        AggregateCall wanted = new AggregateCall(function, call.arguments(), false, call.filter(), call.name(), type);
        innerCalls.add(wanted);
        innerOutput.add(new Field(innerOutput.size(), call.name(), type, nullable));
        return reference(innerOutput.size() - 1);
    }

    private ColumnType sumType(AggregateCall call) {
        ColumnType argument = input.get(call.arguments().getFirst()).type();
        return ColumnType.decimal(ColumnType.DECIMAL_PRECISION_MAX, argument.kind() == ColumnType.Kind.DECIMAL ? argument.scale() : 0);
    }

    private void distinctState(AggregateCall call) {
        if (call.function() != AggregateFunction.COUNT) {
            ColumnType type = sumType(call);
            Expression value = new Expression.Call(ScalarFunction.CAST, List.of(reference(inner(call.arguments().getFirst()))), type);
            states.add(call.filter() < 0 ? value : new Expression.Call(ScalarFunction.CASE,
                    List.of(filter(call), value, new Expression.Literal(null, type)), type));
        }
        if (call.function() == AggregateFunction.COUNT || call.function() == AggregateFunction.AVG) {
            states.add(counted(call));
        }
    }

    private Expression filter(AggregateCall call) {
        return new Expression.Call(ScalarFunction.IS_TRUE, List.of(reference(inner(call.filter()))), BOOLEAN);
    }

    /// 1 where the call counts its arguments, else 0.
    private Expression counted(AggregateCall call) {
        List<Expression> conditions = new ArrayList<>();
        for (int argument : call.arguments()) {
            if (input.get(argument).nullable()) {
                conditions.add(new Expression.Call(ScalarFunction.IS_NOT_NULL, List.of(reference(inner(argument))), BOOLEAN));
            }
        }
        if (call.filter() >= 0) {
            conditions.add(filter(call));
        }
        Expression one = new Expression.Literal(1L, ColumnType.LONG);
        if (conditions.isEmpty()) {
            return one;
        }
        Expression all = conditions.size() == 1 ? conditions.getFirst() : new Expression.Call(ScalarFunction.AND, conditions, BOOLEAN);
        return new Expression.Call(ScalarFunction.CASE, List.of(all, one, new Expression.Literal(0L, ColumnType.LONG)), ColumnType.LONG);
    }
}
