package org.narwhaldb.engine.plan;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Plans that are well-formed as trees, though most make no sense.
final class RandomPlans {
    private final RandomGenerator random;

    RandomPlans(RandomGenerator random) {
        this.random = random;
    }

    PlanNode node(int depth) {
        int kind = depth == 0 ? random.nextInt(4) : random.nextInt(13);
        return switch (kind) {
            case 0 -> new PlanNode.Scan(random.nextInt(9), table(), fields(), random.nextBoolean() ? null
                    : expression(3));
            case 1 -> new PlanNode.SystemScan(table(), fields());
            case 2 -> new PlanNode.Values(fields(), list(() -> list(this::literal)));
            case 3 -> new PlanNode.RemoteSource(random.nextInt(99), fields());
            case 4 -> new PlanNode.Filter(node(depth - 1), expression(4));
            case 5 -> project(depth);
            case 6 -> new PlanNode.Aggregate(node(depth - 1), pick(PlanNode.AggregateMode.values()), columns(),
                    list(this::aggregateCall), fields());
            case 7 -> new PlanNode.Sort(node(depth - 1), list(this::order), random.nextLong(), random.nextInt(9) - 1);
            case 8 -> new PlanNode.Limit(node(depth - 1), random.nextInt(5), random.nextLong());
            case 9 -> join(depth);
            case 10 -> new PlanNode.Window(node(depth - 1), columns(), list(this::order), list(this::windowCall), fields());
            case 11 -> exchange(depth);
            default -> new PlanNode.Union(list(() -> node(depth - 1)), fields());
        };
    }

    private PlanNode exchange(int depth) {
        PlanNode input = node(depth - 1);
        return new PlanNode.Exchange(input, random.nextInt(input.output().size() + 1), random.nextInt(9));
    }

    private PlanNode project(int depth) {
        List<Field> output = fields();
        return new PlanNode.Project(node(depth - 1), output.stream().map(_ -> expression(2)).toList(), output);
    }

    private PlanNode join(int depth) {
        List<Integer> keys = columns();
        return new PlanNode.Join(pick(PlanNode.JoinType.values()), node(depth - 1), node(depth - 1),
                keys, keys.stream().map(key -> key / 2).toList(), random.nextBoolean() ? null
                        : expression(2), fields());
    }

    private AggregateCall aggregateCall() {
        return new AggregateCall(pick(AggregateFunction.values()), columns(), random.nextBoolean(),
                random.nextInt(4) - 1, name(), type(1));
    }

    private WindowCall windowCall() {
        return new WindowCall(pick(WindowFunction.values()), list(() -> expression(1)), random.nextBoolean(),
                new WindowFrame(random.nextBoolean(), bound(), bound(), random.nextBoolean() ? null : expression(1)), name(), type(1));
    }

    private WindowFrame.Bound bound() {
        return new WindowFrame.Bound(pick(WindowFrame.BoundKind.values()), random.nextBoolean() ? null : expression(1));
    }

    private SortOrder order() {
        return new SortOrder(random.nextInt(9), random.nextBoolean(), random.nextBoolean());
    }

    private TableReference table() {
        return new TableReference(name(), name());
    }

    Expression expression(int depth) {
        return switch (depth == 0 ? random.nextInt(2) : random.nextInt(3)) {
            case 0 -> new Expression.InputReference(random.nextInt(1000), type(2));
            case 1 -> literal();
            default -> new Expression.Call(pick(ScalarFunction.values()), list(() -> expression(depth - 1)), type(1));
        };
    }

    Expression.Literal literal() {
        ColumnType type = type(2);
        return new Expression.Literal(value(type), type);
    }

    private Object value(ColumnType type) {
        if (random.nextInt(6) == 0) {
            return null;
        }
        return switch (type.kind()) {
            case STRUCT -> type.fields().stream().map(field -> value(field.type())).toArray();
            case LIST -> list(() -> new Object[] {value(type.fields().getFirst().type())}).stream().map(one -> one[0])
                    .toArray();
            case MAP -> list(() -> new Object[] {value(type.fields().get(0).type()),
                    value(type.fields().get(1).type())})
                    .toArray(Object[][]::new);
            default -> switch (type.physical()) {
                case BOOLEAN -> (Object) random.nextBoolean();
                case LONG -> random.nextLong() >> random.nextInt(64);
                case DOUBLE -> random.nextInt(5) == 0 ? Double.NaN : random.nextGaussian();
                case INT128 -> new BigInteger(1 + random.nextInt(126), new Random(random.nextLong())).negate();
                case BYTES -> name().getBytes(StandardCharsets.UTF_8);
                case NESTED -> throw new IllegalStateException();
            };
        };
    }

    private ColumnType type(int depth) {
        ColumnType.Kind kind = pick(ColumnType.Kind.values());
        return switch (kind) {
            case DECIMAL -> {
                int precision = 1 + random.nextInt(38);
                yield ColumnType.decimal(precision, random.nextInt(precision + 1));
            }
            case FIXED -> ColumnType.fixed(random.nextInt(99));
            case STRUCT -> depth == 0 ? ColumnType.INT : ColumnType.struct(list(() -> field(depth - 1)));
            case LIST -> depth == 0 ? ColumnType.DATE : ColumnType.list(field(depth - 1));
            case MAP -> depth == 0 ? ColumnType.STRING : ColumnType.map(field(depth - 1), field(depth - 1));
            default -> new ColumnType(kind, 0, 0, List.of());
        };
    }

    private List<Field> fields() {
        return list(() -> field(2));
    }

    private Field field(int depth) {
        return new Field(random.nextInt(200) - 5, name(), type(depth), random.nextBoolean());
    }

    private List<Integer> columns() {
        return list(() -> random.nextInt(300));
    }

    private String name() {
        return List.of("", "amount", "größe", "a b", "日付", "x".repeat(200)).get(random.nextInt(6));
    }

    private <T> List<T> list(Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int count = random.nextInt(4); count > 0; count--) {
            list.add(element.get());
        }
        return list;
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
