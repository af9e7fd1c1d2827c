package org.narwhaldb.engine.expression;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.InputReference;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Short ways to write expressions and values in tests.
final class Plans {
    private Plans() {}

    static Expression text(String value) {
        return new Literal(value == null ? null : bytes(value), ColumnType.STRING);
    }

    static Expression longs(Number value) {
        return new Literal(value == null ? null : value.longValue(), ColumnType.LONG);
    }

    static Expression ints(Number value) {
        return new Literal(value == null ? null : value.longValue(), ColumnType.INT);
    }

    static Expression doubles(Double value) {
        return new Literal(value, ColumnType.DOUBLE);
    }

    static Expression booleans(Boolean value) {
        return new Literal(value, ColumnType.BOOLEAN);
    }

    static Expression decimal(String value, int precision, int scale) {
        ColumnType type = ColumnType.decimal(precision, scale);
        if (value == null) {
            return new Literal(null, type);
        }
        BigInteger unscaled = new BigDecimal(value).setScale(scale).unscaledValue();
        return new Literal(precision <= 18 ? (Object) unscaled.longValueExact() : unscaled, type);
    }

    static Expression date(String value) {
        return new Literal(LocalDate.parse(value).toEpochDay(), ColumnType.DATE);
    }

    static Expression timestamp(String value) {
        return new Literal(micros(LocalDateTime.parse(value)), ColumnType.TIMESTAMP);
    }

    static long micros(LocalDateTime time) {
        return time.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + time.getNano() / 1_000;
    }

    static Expression column(int index, ColumnType type) {
        return new InputReference(index, type);
    }

    static Expression call(ScalarFunction function, ColumnType type, Expression... arguments) {
        return new Call(function, List.of(arguments), type);
    }

    static Expression cast(Expression value, ColumnType type) {
        return call(ScalarFunction.CAST, type, value);
    }

    static byte[] bytes(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    /// The value of a constant expression: text as String, decimals as BigDecimal, all else in the shape of
    /// NestedValues.
    static Object value(Expression expression) {
        return readable(ConstantEvaluator.evaluate(expression), expression.type());
    }

    static Object readable(Object value, ColumnType type) {
        if (value == null) {
            return null;
        }
        return switch (type.kind()) {
            case STRING -> new String((byte[]) value, StandardCharsets.UTF_8);
            case DECIMAL -> ValueOrder.toDecimal(value, type);
            default -> value;
        };
    }

    static void assertFails(ErrorCode code, String inMessage, Expression expression) {
        Assertions.assertThatThrownBy(() -> ConstantEvaluator.evaluate(expression))
                .isInstanceOfSatisfying(NarwhalException.class,
                        e -> Assertions.assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
                .hasMessageContaining(inMessage);
    }
}
