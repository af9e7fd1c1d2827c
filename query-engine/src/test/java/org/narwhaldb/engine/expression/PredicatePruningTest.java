package org.narwhaldb.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.narwhaldb.engine.expression.Plans.bytes;
import static org.narwhaldb.engine.expression.Plans.call;
import static org.narwhaldb.engine.expression.Plans.cast;
import static org.narwhaldb.engine.expression.Plans.column;
import static org.narwhaldb.engine.expression.Plans.decimal;
import static org.narwhaldb.engine.expression.Plans.doubles;
import static org.narwhaldb.engine.expression.Plans.longs;
import static org.narwhaldb.engine.expression.Plans.text;
import static org.narwhaldb.engine.expression.Plans.timestamp;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.FragmentExecutor.Bounds;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.NarwhalException;

class PredicatePruningTest {
    private static final ColumnType BOOL = ColumnType.BOOLEAN;
    private static final Expression X = column(0, ColumnType.LONG);
    private static final Expression S = column(0, ColumnType.STRING);

    private static boolean mayMatch(Expression predicate, Object min, Object max) {
        return FragmentExecutor.mayMatch(predicate, _ -> new Bounds(min, max, false, false));
    }

    @Test
    void a_block_with_a_matching_row_is_never_pruned() {
        Seed seed = Seed.next();
        Random random = seed.random();
        RandomExpressions expressions = new RandomExpressions(random);
        int pruned = 0;
        for (int i = 0; i < 10_000; i++) {
            Expression predicate = random.nextBoolean() ? simple(random, 2) : expressions.predicate(2);
            List<List<Object>> values = new ArrayList<>();
            for (ColumnType type : RandomExpressions.SCHEMA) {
                values.add(new RandomValues(random).values(type, 3, random.nextInt(4) == 0 ? 0.9 : 0.1));
            }
            boolean may = FragmentExecutor.mayMatch(predicate, column -> bounds(random, values.get(column), column));
            pruned += may ? 0 : 1;
            if (!may) {
                assertThat(anyTrue(predicate, values)).as("%s over %s, %s", predicate, values, seed).isFalse();
            }
        }
        assertThat(pruned).as("%s", seed).isGreaterThan(100);
    }

    @Test
    void a_block_with_a_row_that_does_not_match_is_never_taken_whole() {
        Seed seed = Seed.next();
        Random random = seed.random();
        RandomExpressions expressions = new RandomExpressions(random);
        int whole = 0;
        for (int i = 0; i < 10_000; i++) {
            Expression predicate = random.nextInt(4) > 0 ? simple(random, 2) : expressions.predicate(2);
            List<List<Object>> values = new ArrayList<>();
            for (ColumnType type : RandomExpressions.SCHEMA) {
                values.add(new RandomValues(random).values(type, 3, random.nextInt(4) == 0 ? 0.3 : 0));
            }
            if (FragmentExecutor.mustMatch(predicate, column -> bounds(random, values.get(column), column))) {
                whole++;
                assertThat(trueCount(predicate, values)).as("%s over %s, %s", predicate, values, seed).isEqualTo(3);
            }
        }
        assertThat(whole).as("%s", seed).isGreaterThan(100);
    }

    @Test
    void bounds_recorded_before_a_decimal_was_widened_still_prune() {
        Expression wide = column(0, ColumnType.decimal(38, 2));
        Expression literal = new Literal(BigInteger.valueOf(500), ColumnType.decimal(38, 2));

        assertThat(mayMatch(call(ScalarFunction.GREATER, BOOL, wide, literal), 100L, 400L)).isFalse();
        assertThat(mayMatch(call(ScalarFunction.GREATER, BOOL, wide, literal), 100L, 600L)).isTrue();
    }

    /// Predicates of the forms that pruning understands.
    private static Expression simple(Random random, int depth) {
        if (depth > 0 && random.nextBoolean()) {
            return switch (random.nextInt(4)) {
                case 0 -> call(ScalarFunction.NOT, BOOL, simple(random, depth - 1));
                case 1 -> call(ScalarFunction.IS_NOT_TRUE, BOOL, simple(random, depth - 1));
                default -> call(random.nextBoolean() ? ScalarFunction.AND : ScalarFunction.OR, BOOL,
                        simple(random, depth - 1),
                        simple(random, depth - 1));
            };
        }
        int index = random.nextInt(RandomExpressions.SCHEMA.size());
        ColumnType type = RandomExpressions.SCHEMA.get(index);
        Expression column = column(index, type);
        Expression literal = new Literal(new RandomValues(random).nullable(type, 0.05), type);
        return switch (random.nextInt(8)) {
            case 0 -> call(ScalarFunction.IN, BOOL, column, literal,
                    new Literal(new RandomValues(random).value(type), type));
            case 1 -> call(random.nextBoolean() ? ScalarFunction.IS_NULL : ScalarFunction.IS_NOT_NULL, BOOL, column);
            case 2 -> type == ColumnType.STRING
                    ? call(ScalarFunction.LIKE, BOOL, column, text("a" + (random.nextBoolean() ? "%" : "_")))
                            : call(ScalarFunction.IS_NULL, BOOL, column);
            case 3 -> call(ScalarFunction.LESS, BOOL, literal, column);
            case 4 -> type == ColumnType.LONG
                    ? call(ScalarFunction.GREATER, BOOL, call(ScalarFunction.PLUS, ColumnType.LONG, column, longs(3)),
                            longs(random.nextInt(10)))
                    : call(ScalarFunction.IS_DISTINCT_FROM, BOOL, column, literal);
            default -> new Call(List.of(ScalarFunction.EQUAL, ScalarFunction.NOT_EQUAL, ScalarFunction.LESS,
                    ScalarFunction.LESS_OR_EQUAL, ScalarFunction.GREATER, ScalarFunction.GREATER_OR_EQUAL,
                    ScalarFunction.IS_NOT_DISTINCT_FROM).get(random.nextInt(7)), List.of(column, literal), BOOL);
        };
    }

    private static Bounds bounds(Random random, List<Object> values, int column) {
        if (random.nextInt(10) == 0) {
            return null;
        }
        ColumnType type = RandomExpressions.SCHEMA.get(column);
        List<Object> sorted = values.stream().filter(Objects::nonNull)
                .sorted((a, b) -> ValueOrder.compare(a, b, type)).toList();
        boolean anyNull = sorted.size() < values.size();
        if (sorted.isEmpty()) {
            return new Bounds(null, null, true, true);
        }
        return new Bounds(random.nextInt(8) == 0 ? null : sorted.getFirst(),
                random.nextInt(8) == 0 ? null : sorted.getLast(), anyNull, false);
    }

    private static boolean anyTrue(Expression predicate, List<List<Object>> values) {
        return trueCount(predicate, values) > 0;
    }

    private static int trueCount(Expression predicate, List<List<Object>> values) {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            columns.add(RandomValues.column(RandomExpressions.SCHEMA.get(i), values.get(i)));
        }
        try {
            Column result = ExpressionCompiler.compile(predicate).evaluate(new Batch(3, columns));
            return Selection.select(result, 3, new int[3]);
        } catch (NarwhalException _) {
            return 0;
        }
    }

    @Test
    void comparisons_prune_by_range_on_either_side() {
        assertThat(mayMatch(call(ScalarFunction.GREATER, BOOL, X, longs(10)), 1L, 10L)).isFalse();
        assertThat(mayMatch(call(ScalarFunction.GREATER_OR_EQUAL, BOOL, X, longs(10)), 1L, 10L)).isTrue();
        assertThat(mayMatch(call(ScalarFunction.GREATER, BOOL, longs(1), X), 1L, 10L)).isFalse();
        assertThat(mayMatch(call(ScalarFunction.EQUAL, BOOL, X, longs(11)), 1L, 10L)).isFalse();
        assertThat(mayMatch(call(ScalarFunction.NOT_EQUAL, BOOL, X, longs(4)), 4L, 4L)).isFalse();
        assertThat(mayMatch(call(ScalarFunction.EQUAL, BOOL, X, longs(null)), 1L, 10L)).isFalse();
        assertThat(mayMatch(call(ScalarFunction.EQUAL, BOOL, X, longs(11)), null, 10L)).isFalse();
        assertThat(mayMatch(call(ScalarFunction.EQUAL, BOOL, X, longs(11)), 1L, null)).isTrue();
        Expression between = call(ScalarFunction.AND, BOOL, call(ScalarFunction.GREATER_OR_EQUAL, BOOL, X, longs(20)),
                call(ScalarFunction.LESS, BOOL, X, longs(30)));
        assertThat(mayMatch(between, 30L, 40L)).isFalse();
        assertThat(mayMatch(between, 29L, 40L)).isTrue();
        assertThat(mayMatch(call(ScalarFunction.NOT, BOOL, between), 22L, 25L)).isFalse();
    }

    @Test
    void lists_and_prefixes_prune() {
        assertThat(mayMatch(call(ScalarFunction.IN, BOOL, X, longs(1), longs(50)), 5L, 10L)).isFalse();
        assertThat(mayMatch(call(ScalarFunction.NOT, BOOL, call(ScalarFunction.IN, BOOL, X, longs(5), longs(null))),
                1L, 10L)).isFalse();
        Expression like = call(ScalarFunction.LIKE, BOOL, S, text("ab%c"));
        assertThat(mayMatch(like, bytes("aa"), bytes("aaz"))).isFalse();
        assertThat(mayMatch(like, bytes("ac"), bytes("zz"))).isFalse();
        assertThat(mayMatch(like, bytes("abx"), bytes("abz"))).isTrue();
        assertThat(mayMatch(call(ScalarFunction.STARTS_WITH, BOOL, S, text("m")), bytes("n"), bytes("z"))).isFalse();
    }

    @Test
    void casts_and_rising_functions_of_a_column_prune() {
        Expression day = column(0, ColumnType.DATE);
        Expression year = call(ScalarFunction.EXTRACT, ColumnType.LONG, text("YEAR"), day);
        long from = java.time.LocalDate.of(1994, 1, 1).toEpochDay();
        long to = java.time.LocalDate.of(1994, 12, 31).toEpochDay();
        assertThat(mayMatch(call(ScalarFunction.EQUAL, BOOL, year, longs(1995)), from, to)).isFalse();
        assertThat(mayMatch(call(ScalarFunction.EQUAL, BOOL, year, longs(1994)), from, to)).isTrue();
        assertThat(mayMatch(call(ScalarFunction.GREATER, BOOL, cast(day, ColumnType.TIMESTAMP),
                timestamp("1995-01-01T00:00:00")),
                from, to))
                .isFalse();
        Expression number = cast(column(0, ColumnType.INT), ColumnType.decimal(12, 2));
        assertThat(mayMatch(call(ScalarFunction.LESS, BOOL, number, decimal("0.50", 12, 2)), 1L, 9L)).isFalse();
        assertThat(mayMatch(call(ScalarFunction.LESS, BOOL, call(ScalarFunction.ABS, ColumnType.LONG, X), longs(0)),
                1L, 9L)).as("not understood")
                .isTrue();
    }

    @Test
    void null_counts_prune() {
        assertThat(mayMatch(call(ScalarFunction.IS_NULL, BOOL, X), 1L, 2L)).isFalse();
        assertThat(FragmentExecutor.mayMatch(call(ScalarFunction.IS_NOT_NULL, BOOL, X),
                _ -> new Bounds(null, null, true, true)))
                .isFalse();
        assertThat(FragmentExecutor.mayMatch(call(ScalarFunction.EQUAL, BOOL, X, X),
                _ -> new Bounds(null, null, true, true)))
                .isFalse();
        assertThat(FragmentExecutor.mayMatch(call(ScalarFunction.LESS, BOOL, X, longs(1)), _ -> null)).isTrue();
    }

    @Test
    void nan_is_above_all_and_zeros_are_one() {
        Expression d = column(0, ColumnType.DOUBLE);
        assertThat(mayMatch(call(ScalarFunction.GREATER, BOOL, d, doubles(1e308)), 0.0, Double.NaN)).isTrue();
        assertThat(mayMatch(call(ScalarFunction.EQUAL, BOOL, d, doubles(0.0)), -0.0, -0.0)).isTrue();
        assertThat(mayMatch(call(ScalarFunction.NOT_EQUAL, BOOL, d, doubles(0.0)), -0.0, 0.0)).isFalse();
    }

    @Test
    void decimals_of_different_scale_prune_rightly() {
        Expression price = column(0, ColumnType.decimal(12, 2));
        assertThat(mayMatch(call(ScalarFunction.LESS, BOOL, price, decimal("1.5", 3, 1)), 149L, 300L)).isTrue();
        assertThat(mayMatch(call(ScalarFunction.LESS, BOOL, price, decimal("1.5", 3, 1)), 150L, 300L)).isFalse();
    }
}
