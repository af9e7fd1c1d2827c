package org.narwhaldb.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.narwhaldb.engine.expression.Plans.booleans;
import static org.narwhaldb.engine.expression.Plans.call;
import static org.narwhaldb.engine.expression.Plans.column;
import static org.narwhaldb.engine.expression.Plans.decimal;
import static org.narwhaldb.engine.expression.Plans.doubles;
import static org.narwhaldb.engine.expression.Plans.longs;
import static org.narwhaldb.engine.expression.Plans.text;
import static org.narwhaldb.engine.expression.Plans.value;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.NarwhalException;

class LogicTest {
    private static final ColumnType BOOL = ColumnType.BOOLEAN;

    private static Boolean truth(String text) {
        return text.equals("null") ? null : Boolean.valueOf(text);
    }

    @ParameterizedTest
    @CsvSource({"true,true,true,true", "true,false,false,true", "true,null,null,true", "false,true,false,true",
        "false,false,false,false", "false,null,false,null", "null,true,null,true", "null,false,false,null",
        "null,null,null,null"})
    void and_or_follow_the_truth_tables(String a, String b, String and, String or) {
        Column left = Columns.constant(truth(a), BOOL, 3);
        Column right = Columns.constant(truth(b), BOOL, 3);
        Batch batch = new Batch(3, List.of(left, right));
        Expression[] columns = {column(0, BOOL), column(1, BOOL)};
        for (int row = 0; row < 3; row++) {
            assertThat(evaluate(call(ScalarFunction.AND, BOOL, columns), batch, row)).isEqualTo(truth(and));
            assertThat(evaluate(call(ScalarFunction.OR, BOOL, columns), batch, row)).isEqualTo(truth(or));
        }
    }

    private static Object evaluate(Expression expression, Batch batch, int row) {
        return Columns.valueAt(ExpressionCompiler.compile(expression).evaluate(batch), row, expression.type());
    }

    @Test
    void tests_of_truth_and_null_are_never_null() {
        for (Boolean value : Arrays.asList(true, false, null)) {
            Expression literal = booleans(value);
            assertThat(value(call(ScalarFunction.IS_TRUE, BOOL, literal))).isEqualTo(value != null && value);
            assertThat(value(call(ScalarFunction.IS_NOT_TRUE, BOOL, literal))).isEqualTo(value == null || !value);
            assertThat(value(call(ScalarFunction.IS_FALSE, BOOL, literal))).isEqualTo(value != null && !value);
            assertThat(value(call(ScalarFunction.IS_NOT_FALSE, BOOL, literal))).isEqualTo(value == null || value);
            assertThat(value(call(ScalarFunction.IS_NULL, BOOL, literal))).isEqualTo(value == null);
            assertThat(value(call(ScalarFunction.IS_NOT_NULL, BOOL, literal))).isEqualTo(value != null);
            assertThat(value(call(ScalarFunction.NOT, BOOL, literal))).isEqualTo(value == null ? null : !value);
        }
    }

    @Test
    void distinctness_takes_nulls_for_equal() {
        for (Long a : Arrays.asList(1L, 2L, null)) {
            for (Long b : Arrays.asList(1L, 2L, null)) {
                boolean same = java.util.Objects.equals(a, b);
                assertThat(value(call(ScalarFunction.IS_DISTINCT_FROM, BOOL, longs(a), longs(b)))).isEqualTo(!same);
                assertThat(value(call(ScalarFunction.IS_NOT_DISTINCT_FROM, BOOL, longs(a), longs(b)))).isEqualTo(same);
                assertThat(value(call(ScalarFunction.NULL_IF, ColumnType.LONG, longs(a), longs(b))))
                        .isEqualTo(same && a != null ? null : a);
            }
        }
    }

    @Test
    void in_is_null_where_only_a_null_could_match() {
        assertThat(value(call(ScalarFunction.IN, BOOL, longs(1), longs(2), longs(1)))).isEqualTo(true);
        assertThat(value(call(ScalarFunction.IN, BOOL, longs(3), longs(2), longs(1)))).isEqualTo(false);
        assertThat(value(call(ScalarFunction.IN, BOOL, longs(3), longs(2), longs(null)))).isNull();
        assertThat(value(call(ScalarFunction.IN, BOOL, longs(2), longs(2), longs(null)))).isEqualTo(true);
        assertThat(value(call(ScalarFunction.IN, BOOL, longs(null), longs(2)))).isNull();
        assertThat(value(call(ScalarFunction.IN, BOOL, doubles(-0.0), doubles(0.0)))).isEqualTo(true);
        assertThat(value(call(ScalarFunction.IN, BOOL, doubles(Double.NaN), doubles(Double.NaN)))).isEqualTo(true);
        assertThat(value(call(ScalarFunction.IN, BOOL, decimal("1.50", 10, 2), decimal("1.5", 4, 1),
                decimal("7.001", 4, 3))))
                .isEqualTo(true);
        assertThat(value(call(ScalarFunction.IN, BOOL, longs(7), decimal("7.001", 4, 3)))).isEqualTo(false);
        Expression[] many = new Expression[40];
        Arrays.setAll(many, i -> longs(i == 0 ? 21 : i * 2L));
        assertThat(value(call(ScalarFunction.IN, BOOL, many))).isEqualTo(false);
        many[0] = longs(22);
        assertThat(value(call(ScalarFunction.IN, BOOL, many))).isEqualTo(true);
    }

    @Test
    void every_comparison_agrees_with_the_order_of_values() {
        Seed seed = Seed.next();
        Random random = seed.random();
        RandomValues values = new RandomValues(random);
        ColumnType list = ColumnType.list(new Field(0, "element", ColumnType.DOUBLE, true));
        List<ColumnType> types = List.of(BOOL, ColumnType.LONG, ColumnType.DOUBLE, ColumnType.decimal(30, 3),
                ColumnType.STRING, ColumnType.UUID, ColumnType.TIMESTAMP, list);
        for (int i = 0; i < 4_000; i++) {
            ColumnType type = types.get(random.nextInt(types.size()));
            Object a = values.value(type);
            Object b = random.nextInt(4) == 0 ? a : values.value(type);
            int order = ValueOrder.compare(a, b, type);
            Literal left = new Literal(a, type);
            Literal right = new Literal(b, type);
            String what = "%s %s %s".formatted(Plans.readable(a, type), Plans.readable(b, type), seed);
            assertThat(value(call(ScalarFunction.EQUAL, BOOL, left, right))).as(what).isEqualTo(order == 0);
            assertThat(value(call(ScalarFunction.NOT_EQUAL, BOOL, left, right))).as(what).isEqualTo(order != 0);
            assertThat(value(call(ScalarFunction.LESS, BOOL, left, right))).as(what).isEqualTo(order < 0);
            assertThat(value(call(ScalarFunction.LESS_OR_EQUAL, BOOL, left, right))).as(what).isEqualTo(order <= 0);
            assertThat(value(call(ScalarFunction.GREATER, BOOL, left, right))).as(what).isEqualTo(order > 0);
            assertThat(value(call(ScalarFunction.GREATER_OR_EQUAL, BOOL, left, right))).as(what).isEqualTo(order >= 0);
            Object greatest = ConstantEvaluator.evaluate(call(ScalarFunction.GREATEST, type, left, right));
            assertThat(ValueOrder.compare(greatest, order >= 0 ? a : b, type)).as(what).isZero();
            Object least = ConstantEvaluator.evaluate(call(ScalarFunction.LEAST, type, left, right));
            assertThat(ValueOrder.compare(least, order <= 0 ? a : b, type)).as(what).isZero();
        }
    }

    @Test
    void text_is_compared_in_code_point_order_and_nan_is_the_largest() {
        assertThat(value(call(ScalarFunction.LESS, BOOL, text("\uFFFD"), text("😀")))).as("UTF-16 has it the other way")
                .isEqualTo(true);
        assertThat(value(call(ScalarFunction.LESS, BOOL, text("a"), text("ab")))).isEqualTo(true);
        assertThat(value(call(ScalarFunction.EQUAL, BOOL, text("a"), text("a ")))).as("nothing is padded")
                .isEqualTo(false);
        assertThat(value(call(ScalarFunction.GREATER, BOOL, doubles(Double.NaN), doubles(Double.POSITIVE_INFINITY))))
                .isEqualTo(true);
        assertThat(value(call(ScalarFunction.EQUAL, BOOL, doubles(Double.NaN), doubles(Double.NaN)))).isEqualTo(true);
        assertThat(value(call(ScalarFunction.EQUAL, BOOL, doubles(0.0), doubles(-0.0)))).isEqualTo(true);
    }

    @Test
    void decimals_of_any_scale_compare_exactly() {
        Seed seed = Seed.next();
        Random random = seed.random();
        for (int i = 0; i < 3_000; i++) {
            ColumnType left = ColumnType.decimal(random.nextInt(10, 39), random.nextInt(10));
            ColumnType right = ColumnType.decimal(random.nextInt(10, 39), random.nextInt(10));
            Literal a = new Literal(new RandomValues(random).value(left), left);
            Literal b = new Literal(new RandomValues(random).value(right), right);
            int order = ValueOrder.toDecimal(a.value(), left).compareTo(ValueOrder.toDecimal(b.value(), right));
            assertThat(value(call(ScalarFunction.LESS, BOOL, a, b))).as("%s %s %s", a, b, seed).isEqualTo(order < 0);
            assertThat(value(call(ScalarFunction.EQUAL, BOOL, a, b))).as("%s %s %s", a, b, seed).isEqualTo(order == 0);
        }
    }

    @Test
    void branches_see_only_the_rows_that_need_them() {
        Column divisor = new Column.LongColumn(new long[] {2, 0, 5, 0}, new boolean[] {false, false, false, true});
        Batch batch = new Batch(4, List.of(divisor));
        Expression x = column(0, ColumnType.LONG);
        Expression quotient = call(ScalarFunction.DIVIDE, ColumnType.LONG, longs(10), x);
        Expression isZero = call(ScalarFunction.EQUAL, BOOL, x, longs(0));
        Expression large = call(ScalarFunction.GREATER, BOOL, quotient, longs(3));

        assertThat(rows(call(ScalarFunction.CASE, ColumnType.LONG, call(ScalarFunction.NOT_EQUAL, BOOL, x, longs(0)),
                quotient, longs(-1)), batch))
                .containsExactly(5L, -1L, 2L, -1L);
        assertThat(rows(call(ScalarFunction.AND, BOOL, call(ScalarFunction.NOT_EQUAL, BOOL, x, longs(0)), large),
                batch))
                .containsExactly(true, false, false, null);
        assertThat(rows(call(ScalarFunction.OR, BOOL, isZero, large), batch)).containsExactly(true, true, false, null);
        assertThat(rows(call(ScalarFunction.COALESCE, ColumnType.LONG,
                call(ScalarFunction.NULL_IF, ColumnType.LONG, longs(7), x), quotient), batch))
                .containsExactly(7L, 7L, 7L, 7L);
        assertThatThrownBy(() ->
                rows(call(ScalarFunction.AND, BOOL, large, call(ScalarFunction.NOT, BOOL, isZero)), batch))
                .as("in the order written").isInstanceOf(NarwhalException.class);
    }

    @Test
    void a_case_of_texts_is_a_dictionary_that_stays_the_same() {
        Expression isOne = call(ScalarFunction.EQUAL, BOOL, column(0, ColumnType.LONG), longs(1));
        CompiledExpression compiled = ExpressionCompiler.compile(
                call(ScalarFunction.CASE, ColumnType.STRING, isOne, text("one"), text("other")));
        Column.BytesColumn first = (Column.BytesColumn) compiled.evaluate(batchOf(1, 2, 1));
        Column.BytesColumn second = (Column.BytesColumn) compiled.evaluate(batchOf(3, 1, 1));

        assertThat(first.codes()).isNotNull();
        assertThat(second.bytes()).as("later operators cache by dictionary").isSameAs(first.bytes());
        assertThat(new String(second.value(0), java.nio.charset.StandardCharsets.UTF_8)).isEqualTo("other");
    }

    private static Batch batchOf(long... values) {
        return new Batch(values.length, List.of(new Column.LongColumn(values, null)));
    }

    @Test
    void operands_of_different_kinds_are_refused() {
        for (ScalarFunction function
                : List.of(ScalarFunction.EQUAL, ScalarFunction.LESS, ScalarFunction.IS_DISTINCT_FROM)) {
            assertThatThrownBy(() -> ExpressionCompiler.compile(call(function, BOOL, text("1"), longs(1))))
                    .isInstanceOf(NarwhalException.class).hasMessageContaining("Cannot compare STRING with LONG");
        }
    }

    @Test
    void selection_keeps_what_is_true() {
        Column column = new Column.BooleanColumn(new boolean[] {true, false, true, true},
                new boolean[] {false, false, true, false});
        int[] target = new int[4];
        assertThat(Selection.select(column, 4, target)).isEqualTo(2);
        assertThat(Arrays.copyOf(target, 2)).containsExactly(0, 3);
    }

    private static List<Object> rows(Expression expression, Batch batch) {
        Column column = ExpressionCompiler.compile(expression).evaluate(batch);
        Object[] values = new Object[batch.rowCount()];
        Arrays.setAll(values, row -> Columns.valueAt(column, row, expression.type()));
        return Arrays.asList(values);
    }
}
