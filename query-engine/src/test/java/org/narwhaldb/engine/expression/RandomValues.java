package org.narwhaldb.engine.expression;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.ColumnBuilder;
import org.narwhaldb.segment.ColumnType;

/// Random values with a liking for edges, and columns of them in every form.
final class RandomValues {
    private static final String[] TEXTS = {
        "", "a", "b", "ab", "abc", "ABC", "aXc", "%", "_", "a%", "äöü", "Ä", "日本語", "😀", "a😀b", "  pad ", "12", "-7",
                "1.50",
        "2024-02-29", "true", "xyz", "special requests", "x\u0000y"
    };
    private static final double[] DOUBLES = {
        0.0, -0.0, 1, -1, 0.5, 2.5, -2.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300,
                1e-300, 3
    };
    private static final long[] LONGS = {
        0, 1, -1, 2, 3, 7, 10, 100, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32
    };

    private final Random random;

    RandomValues(Random random) {
        this.random = random;
    }

    /// A value in the shape of `NestedValues`, not null.
    Object value(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> random.nextBoolean();
            case INT -> random.nextInt(3) > 0 ? random.nextInt(-5, 6)
                    : (long) (int) LONGS[random.nextInt(LONGS.length)];
            case LONG -> random.nextInt(4) > 0 ? random.nextInt(-5, 6) : LONGS[random.nextInt(LONGS.length)];
            case FLOAT -> (double) (float) DOUBLES[random.nextInt(DOUBLES.length)];
            case DOUBLE -> random.nextBoolean() ? DOUBLES[random.nextInt(DOUBLES.length)]
                    : random.nextInt(-50, 50) / 4.0;
            case DECIMAL -> decimal(type);
            case DATE -> (long) random.nextInt(-40_000, 40_000);
            case TIME -> random.nextLong(86_400_000_000L);
            case TIMESTAMP, TIMESTAMP_TZ -> random.nextLong(-4_000_000_000_000_000L, 4_000_000_000_000_000L);
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS ->
                    random.nextLong(-4_000_000_000_000_000_000L, 4_000_000_000_000_000_000L);
            case STRING, BINARY -> Plans.bytes(TEXTS[random.nextInt(TEXTS.length)]);
            case FIXED, UUID -> {
                byte[] bytes = new byte[type.kind() == ColumnType.Kind.UUID ? 16 : type.precision()];
                random.nextBytes(bytes);
                yield bytes;
            }
            case LIST -> {
                Object[] values = new Object[random.nextInt(4)];
                java.util.Arrays.setAll(values, _ -> nullable(type.fields().getFirst().type(), 0.2));
                yield values;
            }
            case STRUCT -> type.fields().stream().map(field -> nullable(field.type(), 0.2)).toArray();
            case MAP -> {
                Object[][] entries = new Object[random.nextInt(4)][];
                for (int i = 0; i < entries.length; i++) {
                    entries[i] = new Object[] {
                        value(type.fields().get(0).type()), nullable(type.fields().get(1).type(), 0.2)
                    };
                }
                yield entries;
            }
        };
    }

    private Object decimal(ColumnType type) {
        BigInteger limit = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
        BigInteger value = switch (random.nextInt(4)) {
            case 0 -> limit;
            case 1 -> new BigInteger(type.precision() * 3, random);
            default -> BigInteger.valueOf(random.nextInt(2_000)).min(limit);
        };
        BigInteger signed = random.nextBoolean() ? value.negate() : value;
        return type.precision() <= 18 ? (Object) signed.longValueExact() : signed;
    }

    Object nullable(ColumnType type, double nulls) {
        return random.nextDouble() < nulls ? null : value(type);
    }

    List<Object> values(ColumnType type, int count, double nulls) {
        List<Object> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            result.add(nullable(type, nulls));
        }
        return result;
    }

    static Column column(ColumnType type, List<Object> values) {
        ColumnBuilder builder = ColumnBuilder.of(type);
        values.forEach(builder::appendValue);
        return builder.build();
    }

    /// A column of byte strings over a dictionary in random order, with entries that no row has and codes of NULL rows
    /// that are no codes.
    Column dictionaryColumn(List<Object> values) {
        DistinctBytes distinct = new DistinctBytes(16);
        distinct.add(Plans.bytes("unused"), 0, 6);
        for (Object value : values.reversed()) {
            if (value instanceof byte[] bytes) {
                distinct.add(bytes, 0, bytes.length);
            }
        }
        int[] codes = new int[values.size()];
        boolean[] nulls = new boolean[values.size()];
        for (int row = 0; row < codes.length; row++) {
            if (values.get(row) instanceof byte[] bytes) {
                codes[row] = distinct.add(bytes, 0, bytes.length);
            } else {
                nulls[row] = true;
                codes[row] = -99;
            }
        }
        BytesColumn pool = distinct.pool();
        return new BytesColumn(pool.bytes(), pool.offsets(), codes, nulls);
    }
}
