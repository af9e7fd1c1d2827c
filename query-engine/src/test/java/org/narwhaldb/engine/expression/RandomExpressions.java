package org.narwhaldb.engine.expression;

import static org.narwhaldb.engine.plan.ScalarFunction.*;

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
    static final List<ColumnType> SCHEMA = List.of(ColumnType.STRING, ColumnType.STRING, ColumnType.LONG, ColumnType.INT,
            ColumnType.DOUBLE, NARROW, WIDE, ColumnType.DATE, ColumnType.TIMESTAMP, ColumnType.BOOLEAN, ColumnType.LONG);

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
            case 0 -> new Call(CASE, List.of(of(ColumnType.BOOLEAN, depth - 1), of(type, depth - 1),
                    of(ColumnType.BOOLEAN, depth - 1), of(type, depth - 1), of(type, depth - 1)), type);
            case 1 -> new Call(COALESCE, List.of(of(type, depth - 1), of(type, depth - 1)), type);
            case 2 -> new Call(pick(NULL_IF, GREATEST, LEAST), List.of(of(type, depth - 1), of(type, depth - 1)), type);
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
                    ? new Call(DATE_TRUNC, List.of(unit("WEEK", "MONTH", "QUARTER", "YEAR"), of(type, depth)), type)
                    : new Call(CAST, List.of(of(ColumnType.TIMESTAMP, depth)), type);
            case TIMESTAMP -> random.nextBoolean()
                    ? new Call(DATE_TRUNC, List.of(unit("HOUR", "DAY", "MINUTE", "YEAR"), of(type, depth)), type)
                    : new Call(ADD_MONTHS, List.of(of(type, depth), Plans.longs(random.nextInt(-30, 30))), type);
            case INT, DOUBLE, DECIMAL -> random.nextInt(4) == 0
                    ? new Call(TRY_CAST, List.of(of(pick(ColumnType.LONG, ColumnType.DOUBLE, ColumnType.STRING), depth)), type)
                    : new Call(pick(PLUS, MINUS, TIMES, DIVIDE, MODULO),
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
            case 0 -> new Call(CHARACTER_LENGTH, List.of(of(ColumnType.STRING, depth)), type);
            case 1 -> new Call(POSITION, List.of(of(ColumnType.STRING, depth), of(ColumnType.STRING, depth)), type);
            case 2 -> new Call(EXTRACT, List.of(unit("YEAR", "MONTH", "DOW", "WEEK"), of(ColumnType.DATE, depth)), type);
            case 3 -> new Call(TRY_CAST, List.of(of(pick(ColumnType.STRING, ColumnType.DOUBLE, NARROW), depth)), type);
            default -> new Call(pick(PLUS, MINUS, TIMES, DIVIDE, MODULO), List.of(of(type, depth), of(type, depth)), type);
        };
    }

    private Expression text(int depth) {
        ColumnType type = ColumnType.STRING;
        Expression argument = of(type, depth);
        return switch (random.nextInt(6)) {
            case 0 -> new Call(pick(UPPER, LOWER, REVERSE, TRIM_BOTH), List.of(argument), type);
            case 1 -> new Call(SUBSTRING, List.of(argument, Plans.longs(random.nextInt(-2, 4)), Plans.longs(2)), type);
            case 2 -> new Call(CONCAT, List.of(argument, of(type, depth)), type);
            case 3 -> new Call(CAST, List.of(of(pick(ColumnType.LONG, NARROW, ColumnType.DATE, ColumnType.DOUBLE), depth)), type);
            case 4 -> new Call(REPLACE, List.of(argument, Plans.text("a"), of(type, depth)), type);
            default -> new Call(pick(LEFT, RIGHT), List.of(argument, Plans.longs(random.nextInt(-2, 4))), type);
        };
    }

    Expression predicate(int depth) {
        ColumnType type = ColumnType.BOOLEAN;
        return switch (random.nextInt(9)) {
            case 0, 1 -> new Call(pick(AND, OR), List.of(of(type, depth), of(type, depth), of(type, depth)), type);
            case 2 -> new Call(NOT, List.of(of(type, depth)), type);
            case 3 -> new Call(pick(IS_NULL, IS_NOT_NULL), List.of(of(anyType(), depth)), type);
            case 4 -> new Call(pick(IS_TRUE, IS_NOT_TRUE, IS_FALSE, IS_NOT_FALSE), List.of(of(type, depth)), type);
            case 5 -> {
                ColumnType tested = anyType();
                yield new Call(IN, List.of(of(tested, depth), leafLiteral(tested), leafLiteral(tested), leafLiteral(tested)), type);
            }
            case 6 -> new Call(LIKE, List.of(of(ColumnType.STRING, depth),
                    unit("a%", "%a", "%b%", "_", "a_c", "%", "", "a%c", "spec%req%")), type);
            default -> {
                ColumnType compared = anyType();
                yield new Call(pick(EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, IS_DISTINCT_FROM,
                        IS_NOT_DISTINCT_FROM), List.of(of(compared, depth), of(compared, depth)), type);
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
