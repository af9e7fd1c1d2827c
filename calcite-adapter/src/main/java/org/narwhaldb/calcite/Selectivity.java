package org.narwhaldb.calcite;

import java.math.BigDecimal;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.narwhaldb.calcite.Estimate.ColumnEstimate;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.error.NarwhalException;

/// The share of rows a predicate is thought to keep: distinct counts for equalities, bounds for ranges, and the customary
/// constants (Selinger et al., "Access Path Selection in a Relational Database Management System", 1979) elsewhere.
final class Selectivity {
    private static final double UNKNOWN = 0.25;
    private static final double RANGE = 1.0 / 3;
    private static final double LIKE = 0.1;
    private static final double LIKE_INNER = 0.05;
    private static final double LEAST = 1e-9;

    private Selectivity() {}

    static double of(RexNode predicate, Estimate input, RexBuilder builder) {
        return Math.clamp(raw(predicate, input, builder), LEAST, 1);
    }

    private static double raw(RexNode predicate, Estimate input, RexBuilder builder) {
        if (predicate instanceof RexLiteral literal) {
            return literal.isAlwaysTrue() ? 1 : 0;
        }
        if (predicate instanceof RexInputRef || !(predicate instanceof RexCall call)) {
            return 0.5;
        }
        return switch (call.getKind()) {
            case AND -> {
                double share = 1;
                for (RexNode term : ranges(call, input)) {
                    share *= of(term, input, builder);
                }
                yield share * boundedRange(call, input);
            }
            case OR -> {
                double misses = 1;
                for (RexNode term : call.getOperands()) {
                    misses *= 1 - of(term, input, builder);
                }
                yield 1 - misses;
            }
            case NOT -> 1 - of(call.getOperands().getFirst(), input, builder);
            case EQUALS, IS_NOT_DISTINCT_FROM -> equality(call, input);
            case NOT_EQUALS, IS_DISTINCT_FROM -> 1 - equality(call, input);
            case LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL -> range(call, input);
            case SEARCH -> of(RexUtil.expandSearch(builder, null, call), input, builder);
            case LIKE -> like(call);
            case IS_NULL -> column(call.getOperands().getFirst(), input) instanceof ColumnEstimate column
                    ? column.nullFraction() : 0.05;
            case IS_NOT_NULL -> column(call.getOperands().getFirst(), input) instanceof ColumnEstimate column
                    ? 1 - column.nullFraction() : 0.95;
            case IS_TRUE, IS_NOT_FALSE -> of(call.getOperands().getFirst(), input, builder);
            default -> UNKNOWN;
        };
    }

    private static double like(RexCall call) {
        boolean anchored = call.getOperands().get(1) instanceof RexLiteral literal && !literal.isNull()
                && !literal.getValueAs(String.class).startsWith("%");
        return anchored ? LIKE_INNER : LIKE;
    }

    private static ColumnEstimate column(RexNode node, Estimate input) {
        RexNode bare = node.getKind() == SqlKind.CAST ? ((RexCall) node).getOperands().getFirst() : node;
        return bare instanceof RexInputRef reference && reference.getIndex() < input.columns().size()
                ? input.columns().get(reference.getIndex()) : null;
    }

    private static double equality(RexCall call, Estimate input) {
        ColumnEstimate left = column(call.getOperands().get(0), input);
        ColumnEstimate right = column(call.getOperands().get(1), input);
        double distinct = Math.max(left == null ? 1 : left.distinct(), right == null ? 1 : right.distinct());
        return left == null && right == null ? 0.1 : 1 / Math.max(distinct, 1);
    }

    private static double range(RexCall call, Estimate input) {
        Bound bound = Bound.of(call, input);
        return bound == null ? RANGE : bound.share();
    }

    /// `column (<|<=|>|>=) literal`, the column left.
    private record Bound(int index, ColumnEstimate column, boolean upper, double value) {
        static Bound of(RexNode node, Estimate input) {
            if (!(node instanceof RexCall call) || call.getOperands().size() != 2) {
                return null;
            }
            boolean less = call.getKind() == SqlKind.LESS_THAN || call.getKind() == SqlKind.LESS_THAN_OR_EQUAL;
            boolean greater = call.getKind() == SqlKind.GREATER_THAN || call.getKind() == SqlKind.GREATER_THAN_OR_EQUAL;
            RexNode left = call.getOperands().get(0);
            RexNode right = call.getOperands().get(1);
            boolean mirrored = left instanceof RexLiteral;
            ColumnEstimate column = Selectivity.column(mirrored ? right : left, input);
            if (!less && !greater || column == null || Double.isNaN(column.min()) || Double.isNaN(column.max())
                    || !((mirrored ? left : right) instanceof RexLiteral literal)) {
                return null;
            }
            double value = number(literal);
            int index = RelOptUtil.InputFinder.bits(mirrored ? right : left).nth(0);
            return Double.isNaN(value) ? null : new Bound(index, column, less != mirrored, value);
        }

        double share() {
            double width = column.max() - column.min();
            double below = width <= 0 ? 0.5 : Math.clamp((value - column.min()) / width, 0, 1);
            return (1 - column.nullFraction()) * (upper ? below : 1 - below);
        }
    }

    /// The terms of a conjunction but for pairs of bounds on one column, which [#boundedRange] takes together.
    private static Iterable<RexNode> ranges(RexCall and, Estimate input) {
        return and.getOperands().stream().filter(term -> partner(and, term, input) == null).toList();
    }

    private static double boundedRange(RexCall and, Estimate input) {
        double share = 1;
        for (RexNode term : and.getOperands()) {
            Bound lower = Bound.of(term, input);
            Bound upper = lower == null || lower.upper() ? null : partner(and, term, input);
            if (upper != null) {
                share *= Math.max(lower.share() + upper.share() - 1, Math.min(1 / Math.max(lower.column().distinct(), 1), 0.01));
            }
        }
        return share;
    }

    private static Bound partner(RexCall and, RexNode term, Estimate input) {
        Bound bound = Bound.of(term, input);
        if (bound == null) {
            return null;
        }
        for (RexNode other : and.getOperands()) {
            Bound candidate = Bound.of(other, input);
            if (candidate != null && candidate.index() == bound.index() && candidate.upper() != bound.upper()) {
                return candidate;
            }
        }
        return null;
    }

    private static double number(RexLiteral literal) {
        try {
            return number(Literals.toExpression(literal));
        } catch (NarwhalException e) {
            return Double.NaN;
        }
    }

    private static double number(Expression.Literal literal) {
        return number(literal.value(), literal.type());
    }

    /// A value on the scale that bounds are compared on; NaN for what has none.
    static double number(Object value, org.narwhaldb.segment.ColumnType type) {
        if (value == null) {
            return Double.NaN;
        }
        return switch (type.kind()) {
            case DECIMAL -> Literals.decimal(value, type).doubleValue();
            case DATE -> ((Number) value).doubleValue() * 86_400e6;
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> ((Number) value).doubleValue() / 1_000;
            case INT, LONG, TIME, TIMESTAMP, TIMESTAMP_TZ, FLOAT, DOUBLE ->
                    value instanceof BigDecimal big ? big.doubleValue() : ((Number) value).doubleValue();
            case BOOLEAN, STRING, BINARY, FIXED, UUID, STRUCT, LIST, MAP -> Double.NaN;
        };
    }
}
