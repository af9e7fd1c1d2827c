package org.narwhaldb.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.InputReference;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.NarwhalException;

/// One meaning, whatever the form of the input: flat, over a dictionary, gathered, or each row alone as constants.
class EvaluationPropertyTest {
    private static final int EXPRESSIONS = 600;
    private static final int ROWS = 60;

    @Test
    void an_expression_gives_the_same_on_every_form_of_its_input() {
        Seed seed = Seed.next();
        Random random = seed.random();
        RandomExpressions expressions = new RandomExpressions(random);
        int raised = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            List<List<Object>> values = values(random, random.nextInt(3) == 0 ? 0 : 0.25);
            Expression expression = expressions.of(expressions.anyType(), 3);
            String what = seed + " " + expression;

            List<Object> byRow = byRow(expression, values);
            List<Object> flat = evaluate(expression, flat(values));
            List<Object> coded = evaluate(expression, coded(random, values));

            raised += byRow == null ? 1 : 0;
            assertThat(flat).as("flat, %s", what).isEqualTo(byRow);
            assertThat(coded).as("dictionary, %s", what).isEqualTo(byRow);
        }
        assertThat(raised).as("most expressions give values, %s", seed).isBetween(1, EXPRESSIONS / 2);
    }

    @Test
    void a_compiled_expression_serves_batches_with_changing_dictionaries() {
        Seed seed = Seed.next();
        Random random = seed.random();
        RandomExpressions expressions = new RandomExpressions(random);
        for (int i = 0; i < 80; i++) {
            Expression expression = expressions.of(ColumnType.BOOLEAN, 3);
            CompiledExpression compiled = ExpressionCompiler.compile(expression);
            for (int batch = 0; batch < 4; batch++) {
                List<List<Object>> values = values(random, 0.2);
                List<Object> expected = byRow(expression, values);
                Batch input = batch % 2 == 0 ? coded(random, values) : flat(values);
                assertThat(evaluate(compiled, input)).as("batch %d, %s %s", batch, seed, expression)
                        .isEqualTo(expected);
            }
        }
    }

    private static List<List<Object>> values(Random random, double nulls) {
        RandomValues source = new RandomValues(random);
        return RandomExpressions.SCHEMA.stream().map(type -> source.values(type, ROWS, nulls)).toList();
    }

    private static Batch flat(List<List<Object>> values) {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            columns.add(RandomValues.column(RandomExpressions.SCHEMA.get(i), values.get(i)));
        }
        return new Batch(ROWS, columns);
    }

    private static Batch coded(Random random, List<List<Object>> values) {
        List<Column> columns = new ArrayList<>(flat(values).columns());
        columns.set(0, new RandomValues(random).dictionaryColumn(values.get(0)));
        columns.set(1, new RandomValues(random).dictionaryColumn(values.get(1)));
        return new Batch(ROWS, columns);
    }

    /// null if it raises.
    private static List<Object> evaluate(Expression expression, Batch input) {
        return evaluate(ExpressionCompiler.compile(expression), input);
    }

    private static List<Object> evaluate(CompiledExpression compiled, Batch input) {
        try {
            Column column = compiled.evaluate(input);
            List<Object> result = new ArrayList<>();
            for (int row = 0; row < input.rowCount(); row++) {
                result.add(canonical(Columns.valueAt(column, row, compiled.type())));
            }
            return result;
        } catch (NarwhalException _) {
            return null;
        }
    }

    private static Object canonical(Object value) {
        if (value instanceof Double number) {
            return number + 0.0;
        }
        return value instanceof byte[] bytes ? Plans.readable(bytes, ColumnType.STRING) : value;
    }

    private static List<Object> byRow(Expression expression, List<List<Object>> values) {
        try {
            List<Object> result = new ArrayList<>();
            for (int row = 0; row < ROWS; row++) {
                result.add(canonical(ConstantEvaluator.evaluate(bind(expression, values, row))));
            }
            return result;
        } catch (NarwhalException _) {
            return null;
        }
    }

    private static Expression bind(Expression expression, List<List<Object>> values, int row) {
        return switch (expression) {
            case InputReference(int index, ColumnType type) -> new Literal(values.get(index).get(row), type);
            case Literal literal -> literal;
            case Call(var function, List<Expression> arguments, ColumnType type) -> new Call(
                    function, arguments.stream().map(argument -> bind(argument, values, row)).toList(), type);
        };
    }
}
