package org.narwhaldb.calcite;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Makes types meet: the engine's evaluator never guesses, so every difference of type becomes a cast here. Literals are
/// converted on the spot where that is exact, so that a column beside a literal is not cast and its statistics stay usable.
final class Coercion {
    private static final int INT_DIGITS = 10;
    private static final int LONG_DIGITS = 19;
    private static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final long NANOS_PER_MICRO = 1_000;

    /// Two expressions whose types meet.
    record Pair(Expression left, Expression right) {}

    private Coercion() {}

    static Expression to(Expression expression, ColumnType type) {
        if (expression.type().equals(type)) {
            return expression;
        }
        if (expression instanceof Expression.Literal literal) {
            Optional<Object> value = literal.value() == null ? Optional.empty() : exactly(literal, type);
            if (literal.value() == null || value.isPresent()) {
                return new Expression.Literal(value.orElse(null), type);
            }
        }
        return new Expression.Call(ScalarFunction.CAST, List.of(expression), type);
    }

    /// The two sides of a comparison, of one kind.
    static Pair comparable(Expression left, Expression right) {
        if (left.type().kind() == right.type().kind()) {
            return left.type().kind() == Kind.FIXED && !left.type().equals(right.type())
                    ? new Pair(to(left, ColumnType.BINARY), to(right, ColumnType.BINARY)) : new Pair(left, right);
        }
        if (right instanceof Expression.Literal literal && isNarrowable(literal, left.type())) {
            return new Pair(left, to(literal, left.type()));
        }
        if (left instanceof Expression.Literal literal && isNarrowable(literal, right.type())) {
            return new Pair(to(literal, right.type()), right);
        }
        ColumnType common = common(left.type(), right.type());
        return new Pair(toKind(left, common), toKind(right, common));
    }

    /// Keys of a hash join: of one type altogether, so that equal values have equal representations.
    static Pair joinKeys(Expression left, Expression right) {
        if (left.type().equals(right.type())) {
            return new Pair(left, right);
        }
        ColumnType common = left.type().kind() == Kind.DECIMAL && right.type().kind() == Kind.DECIMAL
                ? widest(left.type(), right.type()) : common(left.type(), right.type());
        return new Pair(to(left, common), to(right, common));
    }

    /// An integer for a decimal operand, else as is: decimals may differ in precision and scale.
    static Expression toDecimal(Expression expression) {
        return switch (expression.type().kind()) {
            case INT -> to(expression, ColumnType.decimal(INT_DIGITS, 0));
            case LONG -> to(expression, ColumnType.decimal(LONG_DIGITS, 0));
            default -> expression;
        };
    }

    static ColumnType common(ColumnType left, ColumnType right) {
        if (left.equals(right)) {
            return left;
        }
        Kind a = left.kind();
        Kind b = right.kind();
        if (isNumber(a) && isNumber(b)) {
            return commonNumber(left, right);
        }
        if (a == Kind.STRING || b == Kind.STRING) {
            return isText(a) && isText(b) ? ColumnType.STRING : mismatch(left, right);
        }
        if ((a == Kind.BINARY || a == Kind.FIXED) && (b == Kind.BINARY || b == Kind.FIXED)) {
            return ColumnType.BINARY;
        }
        if (isMoment(a) && isMoment(b)) {
            return commonMoment(a, b);
        }
        return a == b ? left : mismatch(left, right);
    }

    private static ColumnType mismatch(ColumnType left, ColumnType right) {
        throw NarwhalException.of(ErrorCode.TYPE_MISMATCH, "Cannot bring types [%s] and [%s] together; cast one of them", left, right);
    }

    private static ColumnType commonNumber(ColumnType left, ColumnType right) {
        if (isFloating(left.kind()) || isFloating(right.kind())) {
            return ColumnType.DOUBLE;
        }
        if (left.kind() == Kind.DECIMAL || right.kind() == Kind.DECIMAL) {
            return widest(asDecimal(left), asDecimal(right));
        }
        return ColumnType.LONG;
    }

    private static ColumnType asDecimal(ColumnType type) {
        return switch (type.kind()) {
            case INT -> ColumnType.decimal(INT_DIGITS, 0);
            case LONG -> ColumnType.decimal(LONG_DIGITS, 0);
            default -> type;
        };
    }

    private static ColumnType widest(ColumnType left, ColumnType right) {
        int scale = Math.max(left.scale(), right.scale());
        int integerDigits = Math.max(left.precision() - left.scale(), right.precision() - right.scale());
        return ColumnType.decimal(Math.min(Math.max(integerDigits + scale, 1), ColumnType.DECIMAL_PRECISION_MAX), scale);
    }

    private static ColumnType commonMoment(Kind left, Kind right) {
        boolean zoned = isZoned(left) || isZoned(right);
        boolean nanos = isNanos(left) || isNanos(right);
        if (zoned) {
            return nanos ? ColumnType.TIMESTAMP_TZ_NS : ColumnType.TIMESTAMP_TZ;
        }
        return nanos ? ColumnType.TIMESTAMP_NS : ColumnType.TIMESTAMP;
    }

    static boolean isNumber(Kind kind) {
        return kind == Kind.INT || kind == Kind.LONG || kind == Kind.DECIMAL || isFloating(kind);
    }

    static boolean isFloating(Kind kind) {
        return kind == Kind.FLOAT || kind == Kind.DOUBLE;
    }

    static boolean isZoned(Kind kind) {
        return kind == Kind.TIMESTAMP_TZ || kind == Kind.TIMESTAMP_TZ_NS;
    }

    static boolean isMoment(Kind kind) {
        return kind == Kind.DATE || kind == Kind.TIMESTAMP || kind == Kind.TIMESTAMP_NS || isZoned(kind);
    }

    private static boolean isNanos(Kind kind) {
        return kind == Kind.TIMESTAMP_NS || kind == Kind.TIMESTAMP_TZ_NS;
    }

    private static boolean isText(Kind kind) {
        return kind == Kind.STRING;
    }

    /// A decimal operand keeps its own precision and scale in a comparison; anything else takes the common type.
    private static Expression toKind(Expression expression, ColumnType common) {
        return common.kind() == Kind.DECIMAL ? toDecimal(expression) : to(expression, common);
    }

    /// A number that is exactly one of the (narrower) column type: `big_column = 5.0`.
    private static boolean isNarrowable(Expression.Literal literal, ColumnType type) {
        return literal.value() == null || exactly(literal, type).isPresent();
    }

    /// The literal's value in `type`, if that is the very same value; never through text.
    private static Optional<Object> exactly(Expression.Literal literal, ColumnType type) {
        Kind from = literal.type().kind();
        try {
            if (isNumber(from) && isNumber(type.kind())) {
                return exactNumber(literal, type);
            }
            if (from == Kind.DATE && (type.kind() == Kind.TIMESTAMP || type.kind() == Kind.TIMESTAMP_NS)) {
                long micros = Math.multiplyExact((Long) literal.value(), MICROS_PER_DAY);
                return Optional.of(type.kind() == Kind.TIMESTAMP ? micros : Math.multiplyExact(micros, NANOS_PER_MICRO));
            }
            if (from == Kind.TIMESTAMP && type.kind() == Kind.TIMESTAMP_NS
                    || from == Kind.TIMESTAMP_TZ && type.kind() == Kind.TIMESTAMP_TZ_NS) {
                return Optional.of(Math.multiplyExact((Long) literal.value(), NANOS_PER_MICRO));
            }
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static Optional<Object> exactNumber(Expression.Literal literal, ColumnType type) {
        if (isFloating(literal.type().kind())) {
            return type.kind() == Kind.DOUBLE ? Optional.of(literal.value()) : Optional.empty();
        }
        BigDecimal value = literal.type().kind() == Kind.DECIMAL
                ? Literals.decimal(literal.value(), literal.type()) : BigDecimal.valueOf((Long) literal.value());
        return switch (type.kind()) {
            case INT -> Optional.of((long) value.intValueExact());
            case LONG -> Optional.of(value.longValueExact());
            case DECIMAL -> value.stripTrailingZeros().scale() > type.scale()
                    || value.precision() - value.scale() > type.precision() - type.scale()
                    ? Optional.empty() : Optional.of(Literals.unscaled(value, type));
            case DOUBLE -> Optional.of(value.doubleValue());
            default -> Optional.empty();
        };
    }
}
