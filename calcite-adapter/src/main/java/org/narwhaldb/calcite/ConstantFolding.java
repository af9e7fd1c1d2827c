package org.narwhaldb.calcite;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexExecutor;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.error.NarwhalException;

/// Computes constant expressions while planning, by the engine's own evaluator: Calcite never computes a value. What
/// fails (a division by zero, say) stays as it is, for it must fail only if a row needs it.
final class ConstantFolding extends RexShuttle implements RexExecutor {
    private final RexBuilder builder;
    private final RexTranslator translator;
    private final Function<Expression, Object> evaluator;

    ConstantFolding(RexBuilder builder, SqlPlanner.Session session, Function<Expression, Object> evaluator) {
        this.builder = builder;
        this.translator = RexTranslator.ofConstants(builder, session);
        this.evaluator = evaluator;
    }

    /// Called by Calcite's simplifier.
    @Override
    public void reduce(RexBuilder rexBuilder, List<RexNode> constants, List<RexNode> reduced) {
        constants.forEach(constant -> reduced.add(fold(constant)));
    }

    @Override
    public RexNode visitCall(RexCall call) {
        if (!isFoldable(call)) {
            return super.visitCall(call);
        }
        RexNode folded = fold(call);
        return folded == call ? super.visitCall(call) : folded;
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery subQuery) {
        RexSubQuery visited = (RexSubQuery) super.visitSubQuery(subQuery);
        return visited.clone(visited.rel.accept(new ExpressionRewrite(this)));
    }

    private static boolean isFoldable(RexCall call) {
        return RexTranslator.isConstant(call) && switch (call.getType().getSqlTypeName()) {
            case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, REAL, FLOAT, DOUBLE, DECIMAL, DATE, TIME, TIMESTAMP,
                    TIMESTAMP_WITH_LOCAL_TIME_ZONE, CHAR, VARCHAR, BINARY, VARBINARY, UUID -> true;
            default -> false;
        };
    }

    private RexNode fold(RexNode constant) {
        if (!(constant instanceof RexCall call) || !isFoldable(call) || isTypedNull(call)) {
            return constant;
        }
        try {
            Expression expression = translator.translate(call);
            Object value = expression instanceof Expression.Literal literal ? literal.value() : evaluator.apply(expression);
            if (value instanceof byte[] text && isLongerThan(call.getType(), text)) {
                return constant;
            }
            RexNode literal = Literals.toRex(builder, value, expression.type(), call.getType());
            return literal.getType().equals(call.getType()) ? literal : builder.makeAbstractCast(call.getType(), literal, false);
        } catch (NarwhalException e) {
            return constant;
        }
    }

    /// Calcite gives some functions the length of their argument (UPPER of 'ß' is longer), and a literal of that type would be cut.
    private static boolean isLongerThan(RelDataType type, byte[] text) {
        return type.getSqlTypeName() == SqlTypeName.VARCHAR && type.getPrecision() != RelDataType.PRECISION_NOT_SPECIFIED
                && new String(text, StandardCharsets.UTF_8).length() > type.getPrecision();
    }

    /// A literal under a cast that only says its type, as `makeAbstractCast` makes.
    private static boolean isTypedNull(RexCall call) {
        return call.getKind() == SqlKind.CAST && call.getOperands().getFirst() instanceof RexLiteral literal
                && (literal.isNull() || literal.getType().getSqlTypeName() != SqlTypeName.NULL
                        && builderTypesAgree(literal, call));
    }

    private static boolean builderTypesAgree(RexLiteral literal, RexCall call) {
        return literal.getType().getSqlTypeName() == call.getType().getSqlTypeName()
                && literal.getType().getPrecision() == call.getType().getPrecision()
                && literal.getType().getScale() == call.getType().getScale();
    }
}
