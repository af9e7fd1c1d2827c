package org.narwhaldb.engine.scan;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.InputReference;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.SegmentBuilder.ColumnAppender;
import org.narwhaldb.segment.Segments;

/// A table with a column of every type and encoding, and predicates over it.
final class RandomTable {
    /// As a scan reads them: DATE_COLUMN was stored as a date, WIDENED as a narrow decimal, MISSING not at all.
    static final List<Field> COLUMNS = fields(ColumnType.STRING, ColumnType.STRING, ColumnType.STRING, ColumnType.LONG,
            ColumnType.INT, ColumnType.LONG, ColumnType.LONG, ColumnType.TIMESTAMP, ColumnType.DOUBLE,
            ColumnType.DOUBLE, ColumnType.decimal(30, 4), ColumnType.BOOLEAN, ColumnType.INT,
            ColumnType.decimal(9, 2), ColumnType.DATE, ColumnType.STRING, ColumnType.TIMESTAMP,
            ColumnType.decimal(30, 2), ColumnType.STRING, ColumnType.BOOLEAN);
    private static final int DATE_COLUMN = 16;
    private static final int WIDENED = 17;
    private static final int MISSING = 18;
    private static final double[] SPECIAL = {0.0, -0.0, Double.NaN, Double.longBitsToDouble(0xFFF8_0000_0000_0000L),
        Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1.5, -1.5, Double.MIN_VALUE};
    private static final ScalarFunction[] COMPARISONS = {ScalarFunction.EQUAL, ScalarFunction.NOT_EQUAL,
        ScalarFunction.LESS, ScalarFunction.LESS_OR_EQUAL, ScalarFunction.GREATER, ScalarFunction.GREATER_OR_EQUAL};

    private final Random random;
    private final int rowCount;
    private final int distinct;
    private final boolean[] nullable = new boolean[COLUMNS.size()];
    private final boolean[] isConstant = new boolean[COLUMNS.size()];

    /// @param distinct values of the column with the widest codes
    RandomTable(Random random, int rowCount, int distinct) {
        this.random = random;
        this.rowCount = rowCount;
        this.distinct = distinct;
        for (int column = 0; column < nullable.length; column++) {
            nullable[column] = random.nextBoolean();
            isConstant[column] = random.nextInt(10) == 0;
        }
    }

    List<Field> columns() {
        return COLUMNS;
    }

    private static List<Field> fields(ColumnType... types) {
        List<Field> fields = new ArrayList<>();
        for (int index = 0; index < types.length; index++) {
            fields.add(new Field(index, "c" + index, types[index], true));
        }
        return List.copyOf(fields);
    }

    void write(Path file) {
        List<Field> stored = new ArrayList<>(COLUMNS);
        stored.set(DATE_COLUMN, new Field(DATE_COLUMN, "date", ColumnType.DATE, true));
        stored.set(WIDENED, new Field(WIDENED, "widened", ColumnType.decimal(9, 2), true));
        stored.remove(MISSING);
        try (SegmentBuilder builder = Segments.builder(stored, List.of())) {
            Object[] constants = new Object[COLUMNS.size()];
            for (int row = 0; row < rowCount; row++) {
                for (int index = 0; index < stored.size(); index++) {
                    int column = stored.get(index).id();
                    boolean isNull = nullable[column] && random.nextInt(column == 15 ? 2 : 8) == 0;
                    if (row == 0 || !isConstant[column]) {
                        constants[column] = isNull ? null : value(column, row);
                    }
                    append(builder.column(index), constants[column], stored.get(index).type());
                }
                builder.origin(0, row);
                builder.endRow();
            }
            builder.write(file, "random");
        }
    }

    private Object value(int column, int row) {
        return switch (column) {
            case 0 -> text("word " + random.nextInt(20));
            case 1 -> text("code " + random.nextInt(distinct));
            case 2 -> text("unique " + row + random.nextInt(3));
            case 3 -> 1_000_000L + random.nextInt(200);
            case 4 -> (long) random.nextInt(40_000) - 20_000;
            case 5 -> random.nextLong(1L << 31) - 5;
            case 6 -> random.nextInt(50) == 0 ? Long.MIN_VALUE : random.nextLong();
            case 7 -> row * 1_000L + 5;
            case 8 -> random.nextInt(5_000) / 100.0;
            case 9 -> random.nextInt(10) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)] : random.nextGaussian();
            case 10 -> BigInteger.valueOf(random.nextInt(1_000) - 300L).shiftLeft(row % 100_000 > 66_000 ? 70 : 0);
            case 11, 19 -> random.nextBoolean();
            case 12 -> row / 500L % 7;
            case 13, WIDENED -> random.nextLong(100_000) - 50_000;
            case 14, DATE_COLUMN -> (long) random.nextInt(300);
            case 15 -> text(random.nextInt(3) == 0 ? "" : "run " + row / 1_000);
            default -> throw new IllegalStateException("no column " + column);
        };
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void append(ColumnAppender column, Object value, ColumnType type) {
        switch (value) {
            case null -> column.appendNull();
            case Boolean flag -> column.appendBoolean(flag);
            case Long number -> column.appendLong(number);
            case Double number -> column.appendDouble(number);
            case BigInteger number -> column.appendInt128(number);
            default -> column.appendBytes((byte[]) value, 0, ((byte[]) value).length);
        }
    }

    /// A value such as a scan of the column may yield, or one near it.
    private Object near(int column) {
        int row = random.nextInt(rowCount);
        return switch (column) {
            case DATE_COLUMN -> (Long) value(column, row) * 86_400_000_000L + random.nextInt(2);
            case WIDENED -> BigInteger.valueOf((Long) value(column, row));
            case MISSING -> text("x");
            default -> value(column, row);
        };
    }

    Expression predicate(int depth) {
        if (depth == 0) {
            return leaf();
        }
        return switch (random.nextInt(9)) {
            case 0, 1 -> call(ScalarFunction.AND, predicate(depth - 1), predicate(depth - 1), predicate(depth - 1));
            case 2, 3 -> call(ScalarFunction.OR, predicate(depth - 1), predicate(depth - 1));
            case 4 -> call(ScalarFunction.NOT, predicate(depth - 1));
            case 5 -> call(pick(ScalarFunction.IS_TRUE, ScalarFunction.IS_NOT_TRUE, ScalarFunction.IS_FALSE,
                    ScalarFunction.IS_NOT_FALSE), predicate(depth - 1));
            case 6 -> call(ScalarFunction.CASE, predicate(depth - 1), predicate(depth - 1), predicate(0),
                    predicate(depth - 1), predicate(0));
            default -> leaf();
        };
    }

    private Expression leaf() {
        int column = random.nextInt(COLUMNS.size());
        ColumnType type = COLUMNS.get(column).type();
        Expression reference = new InputReference(column, type);
        Literal literal = literal(column);
        return switch (random.nextInt(10)) {
            case 0 -> call(random.nextBoolean() ? ScalarFunction.IS_NULL : ScalarFunction.IS_NOT_NULL, reference);
            case 1 -> call(ScalarFunction.IN, reference, literal, literal(column), literal(column));
            case 2 -> call(ScalarFunction.AND, call(ScalarFunction.GREATER_OR_EQUAL, reference, literal),
                    call(ScalarFunction.LESS, reference, literal(column)));
            case 3 -> call(pick(COMPARISONS), literal, reference);
            case 4 -> special(reference, literal);
            default -> call(pick(COMPARISONS), reference, literal);
        };
    }

    private Expression special(Expression reference, Literal literal) {
        return switch (reference.type().kind()) {
            case BOOLEAN -> reference;
            case STRING -> like(reference);
            case LONG, INT -> random.nextBoolean()
                    ? call(pick(COMPARISONS), new Call(ScalarFunction.CAST, List.of(reference),
                            ColumnType.decimal(24, 1)), new Literal(BigInteger.valueOf(random.nextInt(9_999)),
                            ColumnType.decimal(24, 1)))
                    : call(ScalarFunction.EQUAL, new Call(ScalarFunction.MODULO,
                            List.of(reference, new Literal(10L, reference.type())), reference.type()),
                            new Literal(3L, reference.type()));
            case DOUBLE -> call(pick(COMPARISONS), reference, new Literal(SPECIAL[random.nextInt(SPECIAL.length)],
                    ColumnType.DOUBLE));
            default -> call(ScalarFunction.IS_DISTINCT_FROM, reference, literal);
        };
    }

    private Expression like(Expression reference) {
        String pattern = pick("word 1%", "%7%", "code 1_%", "unique 12%", "%", "run 6%", "", "word%");
        Expression like = call(ScalarFunction.LIKE, reference, new Literal(text(pattern), ColumnType.STRING));
        return random.nextBoolean() ? like : call(ScalarFunction.NOT, like);
    }

    private Literal literal(int column) {
        return new Literal(random.nextInt(30) == 0 ? null : near(column), COLUMNS.get(column).type());
    }

    static Expression compare(int column, Object value) {
        ColumnType type = COLUMNS.get(column).type();
        return call(ScalarFunction.EQUAL, new InputReference(column, type), new Literal(value, type));
    }

    private static Expression call(ScalarFunction function, Expression... arguments) {
        return new Call(function, List.of(arguments), ColumnType.BOOLEAN);
    }

    @SafeVarargs
    private <T> T pick(T... values) {
        return values[random.nextInt(values.length)];
    }
}
