package org.narwhaldb.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.narwhaldb.engine.expression.Plans.call;
import static org.narwhaldb.engine.expression.Plans.cast;
import static org.narwhaldb.engine.expression.Plans.column;
import static org.narwhaldb.engine.expression.Plans.longs;
import static org.narwhaldb.engine.expression.Plans.readable;
import static org.narwhaldb.engine.expression.Plans.text;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.NarwhalException;

class DictionaryExpressionTest {
    private static final Expression S = column(0, ColumnType.STRING);

    private static BytesColumn pool(int entries, java.util.function.IntFunction<String> entry) {
        BytesBuilder builder = new BytesBuilder(entries, entries * 8);
        for (int i = 0; i < entries; i++) {
            builder.append(Plans.bytes(entry.apply(i)));
            builder.endEntry();
        }
        return builder.build(null);
    }

    private static Batch batch(BytesColumn pool, int rows, IntUnaryOperator code, boolean[] nulls) {
        int[] codes = new int[rows];
        Arrays.setAll(codes, code);
        return new Batch(rows, List.of(new BytesColumn(pool.bytes(), pool.offsets(), codes, nulls)));
    }

    private static List<Object> values(CompiledExpression compiled, Batch batch) {
        Column column = compiled.evaluate(batch);
        Object[] values = new Object[batch.rowCount()];
        Arrays.setAll(values, row -> readable(Columns.valueAt(column, row, compiled.type()), compiled.type()));
        return Arrays.asList(values);
    }

    @Test
    void a_dictionary_much_larger_than_its_rows_gives_the_same_before_and_after_it_has_a_table() {
        BytesColumn pool = pool(50_000, Integer::toString);
        CompiledExpression number = ExpressionCompiler.compile(cast(S, ColumnType.LONG));
        CompiledExpression upper = ExpressionCompiler.compile(call(ScalarFunction.REVERSE, ColumnType.STRING, S));
        for (int round = 0; round < 30; round++) {
            int shift = round * 1_000;
            Batch batch = batch(pool, 1_000, row -> row + shift, null);
            assertThat(values(number, batch).get(7)).as("round %d", round).isEqualTo(shift + 7L);
            assertThat(values(upper, batch).get(7)).as("round %d", round)
                    .isEqualTo(new StringBuilder(Integer.toString(shift + 7)).reverse().toString());
        }
    }

    @Test
    void an_entry_that_no_row_has_raises_nothing() {
        BytesColumn pool = pool(3, i -> i == 1 ? "x" : Integer.toString(i));
        CompiledExpression number = ExpressionCompiler.compile(cast(S, ColumnType.LONG));
        CompiledExpression text = ExpressionCompiler.compile(
                cast(call(ScalarFunction.PLUS, ColumnType.LONG, cast(S, ColumnType.LONG), longs(1)),
                        ColumnType.STRING));

        assertThat(values(number, batch(pool, 2, row -> row * 2, null))).containsExactly(0L, 2L);
        assertThat(values(text, batch(pool, 2, row -> row * 2, null))).containsExactly("1", "3");
        assertThatThrownBy(() -> values(number, batch(pool, 2, _ -> 1, null)))
                .isInstanceOf(NarwhalException.class).hasMessageContaining("[x]");
        assertThat(values(number, batch(pool, 2, row -> row * 2, null))).as("after a failure").containsExactly(0L, 2L);
    }

    @Test
    void texts_that_become_equal_share_an_entry() {
        BytesColumn pool = pool(3, i -> List.of("a", "A", "b").get(i));
        CompiledExpression upper = ExpressionCompiler.compile(call(ScalarFunction.UPPER, ColumnType.STRING, S));

        BytesColumn result = (BytesColumn) upper.evaluate(batch(pool, 3, row -> row, null));

        assertThat(result.codes()[0]).as("entries of a dictionary are distinct").isEqualTo(result.codes()[1]);
        assertThat(result.codes()[2]).isNotEqualTo(result.codes()[0]);
    }

    @Test
    void a_null_row_has_the_value_of_null_whatever_its_code() {
        BytesColumn pool = pool(1, _ -> "a");
        Batch batch = batch(pool, 2, row -> row * 99, new boolean[] {false, true});
        Expression orElse = call(ScalarFunction.COALESCE, ColumnType.STRING, S, text("none"));
        Expression length = call(ScalarFunction.CHARACTER_LENGTH, ColumnType.LONG, orElse);

        assertThat(values(ExpressionCompiler.compile(orElse), batch)).containsExactly("a", "none");
        assertThat(values(ExpressionCompiler.compile(length), batch)).containsExactly(1L, 4L);
        assertThat(values(ExpressionCompiler.compile(call(ScalarFunction.UPPER, ColumnType.STRING, S)), batch))
                .containsExactly("A", null);
    }
}
