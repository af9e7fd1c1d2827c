package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.rex.RexWindowExclusion;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.WindowCall;
import org.narwhaldb.engine.plan.WindowFrame;
import org.narwhaldb.engine.plan.WindowFrame.Bound;
import org.narwhaldb.engine.plan.WindowFrame.BoundKind;
import org.narwhaldb.engine.plan.WindowFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Window functions of Calcite's as calls of the engine, over columns of one [WindowInput].
final class WindowCalls {
    private final RexBuilder builder;
    private final RexTranslator translator;
    private final WindowInput columns;

    WindowCalls(RelTranslator relations, PlannedRelation input, WindowInput columns) {
        builder = relations.builder();
        translator = relations.expressions(input);
        this.columns = columns;
    }

    WindowCall call(RexOver over) {
        String name = over.getAggOperator().getName();
        if (over.isDistinct()) {
            throw RexTranslator.notSupported("window function", name + " with DISTINCT");
        }
        if (over.getWindow().getExclude() != RexWindowExclusion.EXCLUDE_NO_OTHER) {
            throw RexTranslator.notSupported("window frame", over.getWindow().getExclude().toString());
        }
        WindowFunction function = function(over);
        List<Expression> arguments = new ArrayList<>(over.getOperands().stream().map(translator::translate).toList());
        ColumnType type = type(over, function, arguments);
        for (int index = 0; index < arguments.size(); index++) {
            Expression argument = arguments.get(index);
            boolean mayBeLiteral = index > 0 || function == WindowFunction.NTILE;
            arguments.set(index, mayBeLiteral && argument instanceof Expression.Literal ? argument : columns.reference(argument));
        }
        boolean ranked = switch (function) {
            case ROW_NUMBER, RANK, DENSE_RANK, PERCENT_RANK, CUME_DIST, NTILE, LAG, LEAD -> true;
            default -> false;
        };
        return new WindowCall(function, arguments, over.ignoreNulls(), ranked ? WindowFrame.PARTITION : frame(over.getWindow()),
                name, type);
    }

    private static ColumnType type(RexOver over, WindowFunction function, List<Expression> arguments) {
        ColumnType type = ColumnTypes.toColumn(over.getType());
        return switch (function) {
            case NTILE -> {
                arguments.set(0, Coercion.to(arguments.getFirst(), ColumnType.LONG));
                yield type;
            }
            case NTH_VALUE -> {
                arguments.set(1, Coercion.to(arguments.get(1), ColumnType.LONG));
                yield arguments.getFirst().type();
            }
            case LAG, LEAD -> neighbour(type, arguments);
            case FIRST_VALUE, LAST_VALUE, MIN, MAX, BOOL_AND, BOOL_OR -> arguments.getFirst().type();
            default -> type;
        };
    }

    private static ColumnType neighbour(ColumnType common, List<Expression> arguments) {
        if (arguments.size() == 1) {
            arguments.add(new Expression.Literal(1L, ColumnType.LONG));
        }
        arguments.set(1, Coercion.to(arguments.get(1), ColumnType.LONG));
        ColumnType own = arguments.getFirst().type();
        if (arguments.size() < 3) {
            return own;
        }
        boolean fits = arguments.get(2).type().equals(own)
                || arguments.get(2) instanceof Expression.Literal literal && Coercion.to(literal, own) instanceof Expression.Literal;
        ColumnType type = fits ? own : common;
        arguments.set(0, Coercion.to(arguments.getFirst(), type));
        arguments.set(2, Coercion.to(arguments.get(2), type));
        return type;
    }

    private static WindowFunction function(RexOver over) {
        String name = over.getAggOperator().getName();
        return switch (name) {
            case "COUNT" -> over.getOperands().isEmpty() ? WindowFunction.COUNT_STAR : WindowFunction.COUNT;
            case "$SUM0" -> WindowFunction.SUM_OR_ZERO;
            case "EVERY" -> WindowFunction.BOOL_AND;
            case "SOME" -> WindowFunction.BOOL_OR;
            case "STDDEV" -> WindowFunction.STDDEV_SAMP;
            case "VARIANCE" -> WindowFunction.VAR_SAMP;
            case "ANY_VALUE" -> WindowFunction.FIRST_VALUE;
            case "ROW_NUMBER", "RANK", "DENSE_RANK", "PERCENT_RANK", "CUME_DIST", "NTILE", "LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE",
                    "NTH_VALUE", "SUM", "AVG", "MIN", "MAX", "BOOL_AND", "BOOL_OR", "STDDEV_POP", "STDDEV_SAMP", "VAR_POP",
                    "VAR_SAMP" -> WindowFunction.valueOf(name);
            default -> throw RexTranslator.notSupported("window function", name);
        };
    }

    private WindowFrame frame(RexWindow window) {
        RexWindowBound lower = window.getLowerBound();
        RexWindowBound upper = window.getUpperBound();
        if (window.isRows()) {
            return new WindowFrame(true, rows(lower), rows(upper), null);
        }
        if (lower.getOffset() == null && upper.getOffset() == null) {
            return new WindowFrame(false, new Bound(kind(lower), null), new Bound(kind(upper), null), null);
        }
        if (window.orderKeys.size() != 1) {
            throw NarwhalException.of(ErrorCode.INVALID_QUERY,
                    "A RANGE frame with an offset needs exactly one expression in ORDER BY, not [%d]", window.orderKeys.size());
        }
        return range(window.orderKeys.getFirst(), lower, upper);
    }

    private static BoundKind kind(RexWindowBound bound) {
        if (bound.isCurrentRow()) {
            return BoundKind.CURRENT_ROW;
        }
        if (bound.isUnbounded()) {
            return bound.isPreceding() ? BoundKind.UNBOUNDED_PRECEDING : BoundKind.UNBOUNDED_FOLLOWING;
        }
        return bound.isPreceding() ? BoundKind.PRECEDING : BoundKind.FOLLOWING;
    }

    private Bound rows(RexWindowBound bound) {
        if (bound.getOffset() == null) {
            return new Bound(kind(bound), null);
        }
        Expression offset = Coercion.to(translator.translate(bound.getOffset()), ColumnType.LONG);
        return new Bound(kind(bound), offset instanceof Expression.Literal ? offset : columns.reference(offset));
    }

    private WindowFrame range(RexFieldCollation order, RexWindowBound lower, RexWindowBound upper) {
        Expression lowerLimit = limit(order, lower);
        Expression upperLimit = limit(order, upper);
        Expression key = translator.translate(wide(order.left));
        ColumnType type = key.type();
        for (Expression limit : new Expression[] {lowerLimit, upperLimit}) {
            type = limit == null ? type : Coercion.common(type, limit.type());
        }
        return new WindowFrame(false, bound(lower, lowerLimit, type), bound(upper, upperLimit, type),
                columns.reference(Coercion.to(key, type)));
    }

    private Bound bound(RexWindowBound bound, Expression limit, ColumnType type) {
        return new Bound(kind(bound), limit == null ? null : columns.reference(Coercion.to(limit, type)));
    }

    /// The row's order key less or plus the offset; null for a bound without one.
    private Expression limit(RexFieldCollation order, RexWindowBound bound) {
        if (bound.getOffset() == null) {
            return null;
        }
        RexNode key = wide(order.left);
        boolean minus = bound.isPreceding() != order.getDirection().isDescending();
        if (SqlTypeUtil.isInterval(bound.getOffset().getType())) {
            return translator.translate(builder.makeCall(key.getType(),
                    minus ? SqlStdOperatorTable.MINUS_DATE : SqlStdOperatorTable.DATETIME_PLUS, List.of(key, bound.getOffset())));
        }
        return translator.translate(
                builder.makeCall(minus ? SqlStdOperatorTable.MINUS : SqlStdOperatorTable.PLUS, key, wide(bound.getOffset())));
    }

    /// Integers with room for the offset.
    private RexNode wide(RexNode node) {
        return switch (node.getType().getSqlTypeName()) {
            case TINYINT, SMALLINT, INTEGER -> builder.makeCast(builder.getTypeFactory().createTypeWithNullability(
                    builder.getTypeFactory().createSqlType(SqlTypeName.BIGINT), node.getType().isNullable()), node);
            default -> node;
        };
    }
}
