package org.narwhaldb.calcite;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.ColumnType;

/// Puts what is fixed for one statement into its expressions: CURRENT_DATE and its like, and the values of parameters.
final class StatementConstants extends RexShuttle {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;

    private final RexBuilder builder;
    private final LocalDateTime now;
    private final List<Expression.Literal> parameters;
    private boolean readsClock;

    StatementConstants(RexBuilder builder, SqlPlanner.Session session, List<Expression.Literal> parameters) {
        this.builder = builder;
        this.parameters = parameters;
        this.now = LocalDateTime.ofEpochSecond(Math.floorDiv(session.nowMicros(), MICROS_PER_SECOND),
                        (int) (Math.floorMod(session.nowMicros(), MICROS_PER_SECOND) * NANOS_PER_MICRO), ZoneOffset.UTC)
                .atOffset(ZoneOffset.UTC).atZoneSameInstant(session.zone()).toLocalDateTime();
    }

    RexBuilder builder() {
        return builder;
    }

    /// Whether something in the statement depends on when it is planned.
    boolean readsClock() {
        return readsClock;
    }

    @Override
    public RexNode visitDynamicParam(RexDynamicParam parameter) {
        Expression.Literal value = parameters.get(parameter.getIndex());
        RexNode literal = Literals.toRex(builder, value.value(), value.type(), parameter.getType());
        return literal.getType().equals(parameter.getType())
                ? literal : builder.makeAbstractCast(parameter.getType(), literal, false);
    }

    @Override
    public RexNode visitCall(RexCall call) {
        return switch (call.getOperator().getName()) {
            case "CURRENT_DATE" -> literal(call, now.toLocalDate().toEpochDay(), ColumnType.DATE);
            case "CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "NOW" -> literal(call, micros(), ColumnType.TIMESTAMP);
            case "CURRENT_TIME", "LOCALTIME" ->
                    literal(call, now.toLocalTime().toNanoOfDay() / NANOS_PER_MICRO, ColumnType.TIME);
            default -> super.visitCall(call);
        };
    }

    private long micros() {
        return now.toEpochSecond(ZoneOffset.UTC) * MICROS_PER_SECOND + now.getNano() / NANOS_PER_MICRO;
    }

    private RexNode literal(RexCall call, long value, ColumnType type) {
        readsClock = true;
        return Literals.toRex(builder, value, type, call.getType());
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery subQuery) {
        RexSubQuery visited = (RexSubQuery) super.visitSubQuery(subQuery);
        return visited.clone(visited.rel.accept(new ExpressionRewrite(this)));
    }
}
