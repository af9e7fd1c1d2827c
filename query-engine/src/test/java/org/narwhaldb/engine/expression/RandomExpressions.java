package org.narwhaldb.engine.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;

/// Random well-typed expression trees over the columns of [#SCHEMA].
final class RandomExpressions {
    static final ColumnType NARROW = ColumnType.decimal(12, 2);
    static final ColumnType WIDE = ColumnType.decimal(30, 5);
    static final List<ColumnType> SCHEMA =
            List.of(ColumnType.STRING, ColumnType.STRING, ColumnType.LONG, ColumnType.INT,
            ColumnType.DOUBLE, NARROW, WIDE, ColumnType.DATE, ColumnType.TIMESTAMP, ColumnType.BOOLEAN,
                    ColumnType.LONG);

    private final Random random;
    private final RandomValues values;

    RandomExpressions(Random random) {
        this.random = random;
        this.values = new RandomValues(random);
    }

    Expression of(ColumnType type, int depth) {
        if (depth == 0 || random.nextInt(6) == 0) {
            return leaf(type);
        }
        return switch (random.nextInt(8)) {
            case 0 -> new Call(ScalarFunction.CASE, List.of(of(ColumnType.BOOLEAN, depth - 1), of(type, depth - 1),
                    of(ColumnType.BOOLEAN, depth - 1), of(type, depth - 1), of(type, depth - 1)), type);
            case 1 -> new Call(ScalarFunction.COALESCE, List.of(of(type, depth - 1), of(type, depth - 1)), type);
            case 2 -> new Call(pick(ScalarFunction.NULL_IF, ScalarFunction.GREATEST, ScalarFunction.LEAST),
                    List.of(of(type, depth - 1), of(type, depth - 1)), type);
            default -> specific(type, depth - 1);
        };
    }

    private Expression leaf(ColumnType type) {
        List<Integer> columns = new ArrayList<>();
        for (int i = 0; i < SCHEMA.size(); i++) {
            if (SCHEMA.get(i).equals(type)) {
                columns.add(i);
            }
        }
        if (columns.isEmpty() || random.nextInt(3) == 0) {
            return new Literal(values.nullable(type, 0.1), type);
        }
        return Plans.column(columns.get(random.nextInt(columns.size())), type);
    }

    private Expression specific(ColumnType type, int depth) {
        return switch (type.kind()) {
            case BOOLEAN -> predicate(depth);
            case STRING -> text(depth);
            case LONG -> number(depth);
            case DATE -> random.nextBoolean()
                    ? new Call(ScalarFunction.DATE_TRUNC,
                            List.of(unit("WEEK", "MONTH", "QUARTER", "YEAR"), of(type, depth)), type)
                    : new Call(ScalarFunction.CAST, List.of(of(ColumnType.TIMESTAMP, depth)), type);
            case TIMESTAMP -> random.nextBoolean()
                    ? new Call(ScalarFunction.DATE_TRUNC,
                            List.of(unit("HOUR", "DAY", "MINUTE", "YEAR"), of(type, depth)), type)
                    : new Call(ScalarFunction.ADD_MONTHS,
                            List.of(of(type, depth), Plans.longs(random.nextInt(-30, 30))), type);
            case INT, DOUBLE, DECIMAL -> random.nextInt(4) == 0
                    ? new Call(ScalarFunction.TRY_CAST,
                            List.of(of(pick(ColumnType.LONG, ColumnType.DOUBLE, ColumnType.STRING),
                            depth)), type)
                    : new Call(pick(ScalarFunction.PLUS, ScalarFunction.MINUS, ScalarFunction.TIMES,
                            ScalarFunction.DIVIDE, ScalarFunction.MODULO),
                            List.of(of(type, depth), of(type, depth)), type);
            default -> leaf(type);
        };
    }

    private Expression unit(String... names) {
        return Plans.text(names[random.nextInt(names.length)]);
    }

    private Expression number(int depth) {
        ColumnType type = ColumnType.LONG;
        return switch (random.nextInt(6)) {
            case 0 -> new Call(ScalarFunction.CHARACTER_LENGTH, List.of(of(ColumnType.STRING, depth)), type);
            case 1 -> new Call(ScalarFunction.POSITION,
                    List.of(of(ColumnType.STRING, depth), of(ColumnType.STRING, depth)), type);
            case 2 -> new Call(ScalarFunction.EXTRACT,
                    List.of(unit("YEAR", "MONTH", "DOW", "WEEK"), of(ColumnType.DATE, depth)),
                    type);
            case 3 -> new Call(ScalarFunction.TRY_CAST,
                    List.of(of(pick(ColumnType.STRING, ColumnType.DOUBLE, NARROW), depth)), type);
            default -> new Call(pick(ScalarFunction.PLUS, ScalarFunction.MINUS, ScalarFunction.TIMES,
                    ScalarFunction.DIVIDE, ScalarFunction.MODULO), List.of(of(type, depth), of(type, depth)),
                    type);
        };
    }

    private Expression text(int depth) {
        ColumnType type = ColumnType.STRING;
        Expression argument = of(type, depth);
        return switch (random.nextInt(6)) {
            case 0 -> new Call(pick(ScalarFunction.UPPER, ScalarFunction.LOWER, ScalarFunction.REVERSE,
                    ScalarFunction.TRIM_BOTH), List.of(argument), type);
            case 1 -> new Call(ScalarFunction.SUBSTRING,
                    List.of(argument, Plans.longs(random.nextInt(-2, 4)), Plans.longs(2)), type);
            case 2 -> new Call(ScalarFunction.CONCAT, List.of(argument, of(type, depth)), type);
            case 3 -> new Call(ScalarFunction.CAST,
                    List.of(of(pick(ColumnType.LONG, NARROW, ColumnType.DATE, ColumnType.DOUBLE), depth)), type);
            case 4 -> new Call(ScalarFunction.REPLACE, List.of(argument, Plans.text("a"), of(type, depth)), type);
            default -> new Call(pick(ScalarFunction.LEFT, ScalarFunction.RIGHT),
                    List.of(argument, Plans.longs(random.nextInt(-2, 4))), type);
        };
    }

    Expression predicate(int depth) {
        ColumnType type = ColumnType.BOOLEAN;
        return switch (random.nextInt(9)) {
            case 0, 1 -> new Call(pick(ScalarFunction.AND, ScalarFunction.OR),
                    List.of(of(type, depth), of(type, depth), of(type, depth)), type);
            case 2 -> new Call(ScalarFunction.NOT, List.of(of(type, depth)), type);
            case 3 -> new Call(pick(ScalarFunction.IS_NULL, ScalarFunction.IS_NOT_NULL), List.of(of(anyType(), depth)),
                    type);
            case 4 -> new Call(pick(ScalarFunction.IS_TRUE, ScalarFunction.IS_NOT_TRUE, ScalarFunction.IS_FALSE,
                    ScalarFunction.IS_NOT_FALSE), List.of(of(type, depth)), type);
            case 5 -> {
                ColumnType tested = anyType();
                yield new Call(ScalarFunction.IN, List.of(of(tested, depth), leafLiteral(tested), leafLiteral(tested),
                        leafLiteral(tested)), type);
            }
            case 6 -> new Call(ScalarFunction.LIKE, List.of(of(ColumnType.STRING, depth),
                    unit("a%", "%a", "%b%", "_", "a_c", "%", "", "a%c", "spec%req%")), type);
            default -> {
                ColumnType compared = anyType();
                yield new Call(pick(ScalarFunction.EQUAL, ScalarFunction.NOT_EQUAL, ScalarFunction.LESS,
                        ScalarFunction.LESS_OR_EQUAL, ScalarFunction.GREATER, ScalarFunction.GREATER_OR_EQUAL,
                                ScalarFunction.IS_DISTINCT_FROM,
                        ScalarFunction.IS_NOT_DISTINCT_FROM), List.of(of(compared, depth), of(compared, depth)), type);
            }
        };
    }

    private Expression leafLiteral(ColumnType type) {
        return new Literal(values.nullable(type, 0.1), type);
    }

    ColumnType anyType() {
        return SCHEMA.get(random.nextInt(SCHEMA.size()));
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private ScalarFunction pick(ScalarFunction... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
