package org.narwhaldb.engine.scan;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.expression.ConstantEvaluator;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.InputReference;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;

/// Comparisons of a column of numbers, dates or times with literals, as ranges of what is stored. Null for what is no such
/// comparison, or not the same in another type.
final class NumberTests {
    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger INT128_MIN = BigInteger.ONE.shiftLeft(127).negate();
    private static final BigInteger INT128_MAX = BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE);
    private static final BlockTest NEVER = new LogicTests.Constant(false);
    /// Members of an IN list that are asked one by one.
    private static final int MEMBERS_MAX = 8;

    private final Segment segment;
    private final ScanColumn[] columns;

    NumberTests(Segment segment, ScanColumn[] columns) {
        this.segment = segment;
        this.columns = columns;
    }

    BlockTest compare(ScalarFunction function, Expression left, Expression right, boolean negate) {
        if (left instanceof Literal && !(right instanceof Literal)) {
            return compare(mirrored(function), right, left, negate);
        }
        Expression tested = withoutWidening(left);
        SegmentColumn column = FilterCompiler.stored(tested, columns, Physical.LONG, Physical.DOUBLE, Physical.INT128);
        if (column == null || !(right instanceof Literal literal)) {
            return null;
        }
        if (literal.value() == null) {
            return NEVER;
        }
        ColumnType type = ((InputReference) tested).type();
        if (type.physical() == Physical.DOUBLE) {
            Double value = real(literal);
            return value == null ? null : compareDouble(function, column, value, negate);
        }
        BigDecimal value = exact(literal, type);
        return value == null ? null : compareExact(function, column, value, negate);
    }

    /// (x, literal, …)
    BlockTest in(List<Expression> arguments, boolean negate) {
        Expression tested = withoutWidening(arguments.getFirst());
        SegmentColumn column = FilterCompiler.stored(tested, columns, Physical.LONG, Physical.DOUBLE, Physical.INT128);
        if (column == null || arguments.size() - 1 > MEMBERS_MAX) {
            return null;
        }
        List<BlockTest> tests = new ArrayList<>();
        for (Expression member : arguments.subList(1, arguments.size())) {
            if (!(member instanceof Literal literal)) {
                return null;
            }
            BlockTest test = compare(ScalarFunction.EQUAL, tested, literal, negate);
            if (test == null) {
                return null;
            }
            tests.add(test);
        }
        return tests.size() == 1 ? tests.getFirst() : negate ? new LogicTests.And(tests) : new LogicTests.Or(tests);
    }

    private static ScalarFunction mirrored(ScalarFunction function) {
        return switch (function) {
            case LESS -> ScalarFunction.GREATER;
            case LESS_OR_EQUAL -> ScalarFunction.GREATER_OR_EQUAL;
            case GREATER -> ScalarFunction.LESS;
            case GREATER_OR_EQUAL -> ScalarFunction.LESS_OR_EQUAL;
            default -> function;
        };
    }

    /// What a cast is of, where the cast changes no value and cannot fail.
    private static Expression withoutWidening(Expression expression) {
        if (!(expression instanceof Call(ScalarFunction function, List<Expression> arguments, ColumnType to))
                || function != ScalarFunction.CAST || !(arguments.getFirst() instanceof InputReference reference)) {
            return expression;
        }
        ColumnType from = reference.type();
        boolean isWider = isExact(from) && isExact(to) && to.scale() >= from.scale()
                && digits(to) - to.scale() >= digits(from) - from.scale();
        return isWider || from.kind() == Kind.FLOAT && to.kind() == Kind.DOUBLE ? reference : expression;
    }

    private static boolean isExact(ColumnType type) {
        return type.kind() == Kind.INT || type.kind() == Kind.LONG || type.kind() == Kind.DECIMAL;
    }

    private static boolean isReal(ColumnType type) {
        return type.physical() == Physical.DOUBLE;
    }

    private static int digits(ColumnType type) {
        return switch (type.kind()) {
            case INT -> 10;
            case LONG -> 19;
            default -> type.precision();
        };
    }

    private static Double real(Literal literal) {
        if (isReal(literal.type())) {
            return (Double) literal.value();
        }
        return !isExact(literal.type()) ? null : (Double) ConstantEvaluator.evaluate(
                new Call(ScalarFunction.CAST, List.of(literal), ColumnType.DOUBLE));
    }

    /// The literal in the column's own unit, perhaps with a fraction; null if they are compared in another type.
    private static BigDecimal exact(Literal literal, ColumnType type) {
        boolean areNumbers = isExact(type) && isExact(literal.type());
        if (!areNumbers && literal.type().kind() != type.kind()) {
            return null;
        }
        BigInteger unscaled = literal.value() instanceof BigInteger big ? big
                : BigInteger.valueOf((Long) literal.value());
        return areNumbers ? new BigDecimal(unscaled, literal.type().scale()).scaleByPowerOfTen(type.scale())
                : new BigDecimal(unscaled);
    }

    private BlockTest compareDouble(ScalarFunction function, SegmentColumn column, double value, boolean negate) {
        return switch (function) {
            case EQUAL -> DoubleRangeTest.equal(segment, column, value, negate);
            case NOT_EQUAL -> DoubleRangeTest.equal(segment, column, value, !negate);
            case LESS -> DoubleRangeTest.below(segment, column, value, false, negate);
            case LESS_OR_EQUAL -> DoubleRangeTest.below(segment, column, value, true, negate);
            case GREATER -> DoubleRangeTest.below(segment, column, value, true, !negate);
            case GREATER_OR_EQUAL -> DoubleRangeTest.below(segment, column, value, false, !negate);
            default -> null;
        };
    }

    private BlockTest compareExact(ScalarFunction function, SegmentColumn column, BigDecimal value, boolean negate) {
        BigInteger floor = value.setScale(0, RoundingMode.FLOOR).unscaledValue();
        BigInteger ceiling = value.setScale(0, RoundingMode.CEILING).unscaledValue();
        return switch (function) {
            case EQUAL, NOT_EQUAL -> range(column, ceiling, floor, (function == ScalarFunction.NOT_EQUAL) != negate);
            case LESS -> atMost(column, ceiling.subtract(BigInteger.ONE), negate);
            case LESS_OR_EQUAL -> atMost(column, floor, negate);
            case GREATER -> atMost(column, floor, !negate);
            case GREATER_OR_EQUAL -> atMost(column, ceiling.subtract(BigInteger.ONE), !negate);
            default -> null;
        };
    }

    /// Negated, what is above.
    private BlockTest atMost(SegmentColumn column, BigInteger high, boolean negate) {
        return negate ? range(column, high.add(BigInteger.ONE), INT128_MAX, false)
                : range(column, INT128_MIN, high, false);
    }

    private BlockTest range(SegmentColumn column, BigInteger low, BigInteger high, boolean negate) {
        boolean isLong = column.field().type().physical() == Physical.LONG;
        BigInteger first = low.max(isLong ? LONG_MIN : INT128_MIN);
        BigInteger last = high.min(isLong ? LONG_MAX : INT128_MAX);
        if (isLong) {
            boolean isEmpty = first.compareTo(last) > 0;
            return new LongRangeTest(segment, column, isEmpty ? 1 : first.longValue(), isEmpty ? 0 : last.longValue(),
                    negate);
        }
        return first.compareTo(last) <= 0 ? new Int128RangeTest(segment, column, first, last, negate)
                : negate ? new NullTest(segment, column, false) : NEVER;
    }
}
