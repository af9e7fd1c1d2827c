package org.narwhaldb.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.narwhaldb.engine.expression.Plans.assertFails;
import static org.narwhaldb.engine.expression.Plans.call;
import static org.narwhaldb.engine.expression.Plans.cast;
import static org.narwhaldb.engine.expression.Plans.column;
import static org.narwhaldb.engine.expression.Plans.decimal;
import static org.narwhaldb.engine.expression.Plans.doubles;
import static org.narwhaldb.engine.expression.Plans.ints;
import static org.narwhaldb.engine.expression.Plans.longs;
import static org.narwhaldb.engine.expression.Plans.readable;
import static org.narwhaldb.engine.expression.Plans.text;
import static org.narwhaldb.engine.expression.Plans.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class ArithmeticTest {
    private static final List<ScalarFunction> BINARY =
            List.of(ScalarFunction.PLUS, ScalarFunction.MINUS, ScalarFunction.TIMES, ScalarFunction.DIVIDE,
                    ScalarFunction.MODULO);

    @Test
    void decimals_give_the_exact_result_rounded_half_up_or_an_error() {
        Seed seed = Seed.next();
        Random random = seed.random();
        for (int i = 0; i < 4_000; i++) {
            ColumnType left = decimalType(random);
            ColumnType right = random.nextInt(6) == 0 ? ColumnType.INT : decimalType(random);
            ColumnType type = decimalType(random);
            ScalarFunction function = BINARY.get(random.nextInt(BINARY.size()));
            RandomValues values = new RandomValues(random);
            List<Object> a = values.values(left, 20, 0.2);
            List<Object> b = values.values(right, 20, 0.2);
            Batch batch = new Batch(20, List.of(RandomValues.column(left, a), RandomValues.column(right, b)));
            CompiledExpression compiled =
                    ExpressionCompiler.compile(call(function, type, column(0, left), column(1, right)));
            String what = "%s(%s, %s) as %s, %s".formatted(function, left, right, type, seed);
            Column result;
            try {
                result = compiled.evaluate(batch);
            } catch (NarwhalException e) {
                boolean raises = false;
                for (int row = 0; row < 20; row++) {
                    raises |= a.get(row) != null && b.get(row) != null
                            && exact(function, a.get(row), left, b.get(row), right, type) == null;
                }
                assertThat(raises).as(what + ": " + e.getMessage()).isTrue();
                continue;
            }
            for (int row = 0; row < 20; row++) {
                Object expected = a.get(row) == null || b.get(row) == null ? null
                        : exact(function, a.get(row), left, b.get(row), right, type);
                Object actual = readable(Columns.valueAt(result, row, type), type);
                assertThat(actual).as("row %d of %s", row, what).isEqualTo(expected);
            }
        }
    }

    private static BigDecimal exact(
            ScalarFunction function, Object a, ColumnType aType, Object b, ColumnType bType, ColumnType type) {
        BigDecimal left = ValueOrder.toDecimal(a, aType);
        BigDecimal right = ValueOrder.toDecimal(b, bType);
        if (right.signum() == 0 && (function == ScalarFunction.DIVIDE || function == ScalarFunction.MODULO)) {
            return null;
        }
        BigDecimal result = switch (function) {
            case ScalarFunction.PLUS -> left.add(right);
            case ScalarFunction.MINUS -> left.subtract(right);
            case ScalarFunction.TIMES -> left.multiply(right);
            case ScalarFunction.DIVIDE -> left.divide(right, type.scale(), RoundingMode.HALF_UP);
            default -> left.remainder(right);
        };
        result = result.setScale(type.scale(), RoundingMode.HALF_UP);
        boolean fits = result.unscaledValue().abs().compareTo(BigInteger.TEN.pow(type.precision())) < 0;
        return fits ? result : null;
    }

    private static ColumnType decimalType(Random random) {
        int precision = random.nextInt(3) == 0 ? random.nextInt(1, 39) : random.nextInt(8, 19);
        return ColumnType.decimal(precision, random.nextInt(Math.min(precision, 12) + 1));
    }

    @Test
    void integers_are_exact_and_overflow_names_the_function() {
        assertThat(value(call(ScalarFunction.PLUS, ColumnType.LONG, longs(2), longs(3)))).isEqualTo(5L);
        assertThat(value(call(ScalarFunction.DIVIDE, ColumnType.LONG, longs(-7), longs(2)))).isEqualTo(-3L);
        assertThat(value(call(ScalarFunction.MODULO, ColumnType.LONG, longs(-7), longs(2)))).isEqualTo(-1L);
        assertThat(value(call(ScalarFunction.MODULO, ColumnType.LONG, longs(Long.MIN_VALUE), longs(-1)))).isEqualTo(0L);
        assertThat(value(call(ScalarFunction.TIMES, ColumnType.INT, ints(46_341), ints(-46_340))))
                .isEqualTo(-2_147_441_940L);

        ErrorCode overflow = ErrorCode.NUMERIC_OUT_OF_RANGE;
        assertFails(overflow, "PLUS", call(ScalarFunction.PLUS, ColumnType.LONG, longs(Long.MAX_VALUE), longs(1)));
        assertFails(overflow, "MINUS", call(ScalarFunction.MINUS, ColumnType.LONG, longs(Long.MIN_VALUE), longs(1)));
        assertFails(overflow, "TIMES", call(ScalarFunction.TIMES, ColumnType.LONG, longs(Long.MIN_VALUE), longs(-1)));
        assertFails(overflow, "DIVIDE", call(ScalarFunction.DIVIDE, ColumnType.LONG, longs(Long.MIN_VALUE), longs(-1)));
        assertFails(overflow, "PLUS", call(ScalarFunction.PLUS, ColumnType.INT, ints(Integer.MAX_VALUE), ints(1)));
        assertFails(overflow, "TIMES", call(ScalarFunction.TIMES, ColumnType.INT, ints(46_341), ints(46_341)));
        assertFails(overflow, "NEGATE", call(ScalarFunction.NEGATE, ColumnType.LONG, longs(Long.MIN_VALUE)));
        assertFails(overflow, "ABS", call(ScalarFunction.ABS, ColumnType.INT, ints(Integer.MIN_VALUE)));
    }

    @Test
    void a_null_row_raises_nothing_whatever_lies_under_it() {
        Column a = new Column.LongColumn(new long[] {Long.MAX_VALUE, 1}, new boolean[] {true, false});
        Column b = new Column.LongColumn(new long[] {Long.MAX_VALUE, 0}, new boolean[] {false, false});
        Batch batch = new Batch(2, List.of(a, b));
        for (ScalarFunction function : List.of(ScalarFunction.PLUS, ScalarFunction.TIMES)) {
            Expression sum = call(function, ColumnType.LONG, column(0, ColumnType.LONG), column(1, ColumnType.LONG));
            assertThat(ExpressionCompiler.compile(sum).evaluate(batch).isNull(0)).isTrue();
        }
    }

    @Test
    void division_by_zero_is_an_error_for_every_number() {
        for (ScalarFunction function : List.of(ScalarFunction.DIVIDE, ScalarFunction.MODULO)) {
            assertFails(ErrorCode.DIVISION_BY_ZERO, function.name(),
                    call(function, ColumnType.LONG, longs(1), longs(0)));
            assertFails(ErrorCode.DIVISION_BY_ZERO, function.name(),
                    call(function, ColumnType.DOUBLE, doubles(1.0), doubles(-0.0)));
            assertFails(ErrorCode.DIVISION_BY_ZERO, function.name(), call(
                    function, ColumnType.decimal(10, 2), decimal("1.00", 10, 2), decimal("0.00", 10, 2)));
            assertThat(value(call(function, ColumnType.LONG, longs(null), longs(0)))).isNull();
        }
    }

    @Test
    void doubles_follow_ieee_and_floats_are_rounded() {
        assertThat(value(call(ScalarFunction.PLUS, ColumnType.DOUBLE, doubles(0.1), doubles(0.2))))
                .isEqualTo(0.1 + 0.2);
        assertThat(value(call(ScalarFunction.TIMES, ColumnType.DOUBLE, doubles(1e300), doubles(1e300))))
                .isEqualTo(Double.POSITIVE_INFINITY);
        Expression tenth = cast(doubles(0.1), ColumnType.FLOAT);
        Expression fifth = cast(doubles(0.2), ColumnType.FLOAT);
        assertThat(value(call(ScalarFunction.PLUS, ColumnType.FLOAT, tenth, fifth))).isEqualTo((double) (0.1f + 0.2f));
    }

    @Test
    void signs_and_sizes_keep_their_type() {
        assertThat(value(call(ScalarFunction.NEGATE, ColumnType.decimal(10, 2), decimal("1.50", 10, 2))))
                .isEqualTo(new BigDecimal("-1.50"));
        assertThat(value(call(ScalarFunction.ABS, ColumnType.decimal(30, 2), decimal("-1.50", 30, 2))))
                .isEqualTo(new BigDecimal("1.50"));
        assertThat(value(call(ScalarFunction.SIGN, ColumnType.decimal(10, 2), decimal("-1.50", 10, 2))))
                .isEqualTo(new BigDecimal("-1.00"));
        assertThat(value(call(ScalarFunction.SIGN, ColumnType.INT, longs(-9)))).isEqualTo(-1L);
        assertThat(value(call(ScalarFunction.ABS, ColumnType.DOUBLE, doubles(-2.5)))).isEqualTo(2.5);
    }

    @Test
    void decimals_round_as_big_decimal_does() {
        Seed seed = Seed.next();
        Random random = seed.random();
        var modes = java.util.Map.of(ScalarFunction.ROUND, RoundingMode.HALF_UP, ScalarFunction.TRUNCATE,
                RoundingMode.DOWN,
                ScalarFunction.FLOOR, RoundingMode.FLOOR, ScalarFunction.CEILING, RoundingMode.CEILING);
        for (int i = 0; i < 5_000; i++) {
            ColumnType type = ColumnType.decimal(random.nextBoolean() ? 12 : 25, 4);
            Object unscaled = new RandomValues(random).value(type);
            int digits = random.nextInt(-3, 6);
            for (var mode : modes.entrySet()) {
                Expression rounded = call(mode.getKey(), ColumnType.decimal(type.precision() + 8, 4),
                        new Expression.Literal(unscaled, type), longs(digits));
                BigDecimal expected =
                        ValueOrder.toDecimal(unscaled, type).setScale(digits, mode.getValue())
                                .setScale(4, RoundingMode.HALF_UP);
                assertThat(value(rounded)).as("%s %s", rounded, seed).isEqualTo(expected);
            }
        }
        assertThat(value(call(ScalarFunction.ROUND, ColumnType.decimal(10, 0), decimal("2.50", 10, 2))))
                .isEqualTo(new BigDecimal("3"));
        assertThat(value(call(ScalarFunction.FLOOR, ColumnType.LONG, decimal("-2.50", 10, 2)))).isEqualTo(-3L);
        assertThat(value(call(ScalarFunction.ROUND, ColumnType.LONG, longs(1_250), longs(-2)))).isEqualTo(1_300L);
        assertFails(ErrorCode.NUMERIC_OUT_OF_RANGE, "ROUND",
                call(ScalarFunction.ROUND, ColumnType.decimal(3, 1), decimal("99.95", 4, 2), longs(1)));
    }

    @Test
    void doubles_round_as_the_decimals_they_are_written_as() {
        assertThat(value(call(ScalarFunction.ROUND, ColumnType.DOUBLE, doubles(2.675), longs(2)))).isEqualTo(2.68);
        assertThat(value(call(ScalarFunction.ROUND, ColumnType.DOUBLE, doubles(-2.5)))).isEqualTo(-3.0);
        assertThat(value(call(ScalarFunction.ROUND, ColumnType.DOUBLE, doubles(0.49999999999999994)))).isEqualTo(0.0);
        assertThat(value(call(ScalarFunction.TRUNCATE, ColumnType.DOUBLE, doubles(-2.79), longs(1)))).isEqualTo(-2.7);
        assertThat(value(call(ScalarFunction.FLOOR, ColumnType.DOUBLE, doubles(-2.1)))).isEqualTo(-3.0);
        assertThat(value(call(ScalarFunction.CEILING, ColumnType.DOUBLE, doubles(2.1)))).isEqualTo(3.0);
        assertThat(value(call(ScalarFunction.ROUND, ColumnType.DOUBLE, doubles(1234.5), longs(-2)))).isEqualTo(1200.0);
        assertThat(value(call(ScalarFunction.ROUND, ColumnType.DOUBLE, doubles(Double.NaN), longs(2))))
                .isEqualTo(Double.NaN);
    }

    @Test
    void real_functions_refuse_what_lies_outside_their_domain() {
        assertThat(value(call(ScalarFunction.SQRT, ColumnType.DOUBLE, doubles(2.25)))).isEqualTo(1.5);
        assertThat(value(call(ScalarFunction.LN, ColumnType.DOUBLE, doubles(1.0)))).isEqualTo(0.0);
        assertThat(value(call(ScalarFunction.LOG10, ColumnType.DOUBLE, doubles(1_000.0)))).isEqualTo(3.0);
        assertThat(value(call(ScalarFunction.EXP, ColumnType.DOUBLE, doubles(0.0)))).isEqualTo(1.0);
        assertThat(value(call(ScalarFunction.POWER, ColumnType.DOUBLE, longs(2), longs(10)))).isEqualTo(1_024.0);
        assertThat(value(call(ScalarFunction.POWER, ColumnType.DOUBLE, doubles(null), doubles(0.0)))).isNull();
        assertFails(ErrorCode.NUMERIC_OUT_OF_RANGE, "SQRT",
                call(ScalarFunction.SQRT, ColumnType.DOUBLE, doubles(-1.0)));
        assertFails(ErrorCode.NUMERIC_OUT_OF_RANGE, "LN", call(ScalarFunction.LN, ColumnType.DOUBLE, doubles(0.0)));
        assertFails(ErrorCode.NUMERIC_OUT_OF_RANGE, "POWER",
                call(ScalarFunction.POWER, ColumnType.DOUBLE, doubles(-8.0), doubles(0.5)));
    }

    @Test
    void text_is_no_number() {
        assertThatThrownBy(() ->
                ExpressionCompiler.compile(call(ScalarFunction.PLUS, ColumnType.LONG, text("1"), longs(1))))
                .isInstanceOf(NarwhalException.class).hasMessageContaining("PLUS").hasMessageContaining("STRING");
        assertThat(Arrays.asList(value(call(ScalarFunction.PLUS, ColumnType.LONG, longs(null), longs(1)))))
                .containsOnlyNulls();
    }
}
