package org.narwhaldb.segment;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random types and values for tests, from a seed that failing tests print.
final class RandomValues {
    private static final long[] LONG_EXTREMES = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 255, 256, 65_536, 1L << 32};
    private static final double[] DOUBLE_EXTREMES = {
        0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, Double.MAX_VALUE
    };
    private static final String[] TEXTS = {"", "a", "ab", "\u0000", "é", "日本", "🐋", "\uFFFD", "z".repeat(300)};
    private static final int INT128_BITS = 127;
    private static final int UUID_BYTES = 16;

    final Random random;

    RandomValues(long seed) {
        random = new Random(seed);
    }

    /// `narwhal.seed` if it is set, else a new one.
    static long seed() {
        return Long.getLong("narwhal.seed", System.nanoTime());
    }

    static List<ColumnType> flatTypes() {
        return List.of(ColumnType.BOOLEAN, ColumnType.INT, ColumnType.LONG, ColumnType.FLOAT, ColumnType.DOUBLE,
                ColumnType.decimal(18, 2), ColumnType.decimal(38, 4), ColumnType.DATE, ColumnType.TIME,
                ColumnType.TIMESTAMP, ColumnType.TIMESTAMP_TZ, ColumnType.TIMESTAMP_NS, ColumnType.TIMESTAMP_TZ_NS,
                ColumnType.STRING, ColumnType.BINARY, ColumnType.fixed(4), ColumnType.UUID);
    }

    ColumnType type(int depth) {
        if (depth == 0 || random.nextInt(3) > 0) {
            return flatTypes().get(random.nextInt(flatTypes().size()));
        }
        return nestedType(depth);
    }

    ColumnType nestedType(int depth) {
        return switch (random.nextInt(3)) {
            case 0 -> {
                List<Field> fields = new ArrayList<>();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    fields.add(new Field(100 + i, "field " + i, type(depth - 1), true));
                }
                yield ColumnType.struct(fields);
            }
            case 1 -> ColumnType.list(new Field(100, "element", type(depth - 1), true));
            default -> ColumnType.map(new Field(100, "key", type(0), false),
                    new Field(101, "value", type(depth - 1), true));
        };
    }

    /// Null now and then.
    Object valueOrNull(ColumnType type) {
        return random.nextInt(8) == 0 ? null : value(type);
    }

    Object value(ColumnType type) {
        return switch (type.physical()) {
            case BOOLEAN -> random.nextBoolean();
            case LONG -> random.nextInt(4) == 0 ? (Long) LONG_EXTREMES[random.nextInt(LONG_EXTREMES.length)]
                    : (Long) (random.nextLong() >> random.nextInt(64));
            case DOUBLE -> random.nextInt(4) == 0 ? DOUBLE_EXTREMES[random.nextInt(DOUBLE_EXTREMES.length)]
                    : type.kind() == ColumnType.Kind.FLOAT ? (double) random.nextFloat() : random.nextGaussian();
            case INT128 -> int128();
            case BYTES -> bytes(type);
            case NESTED -> nested(type);
        };
    }

    private BigInteger int128() {
        BigInteger magnitude = new BigInteger(random.nextInt(INT128_BITS + 1), random);
        return random.nextBoolean() ? magnitude : magnitude.not();
    }

    private byte[] bytes(ColumnType type) {
        int length = switch (type.kind()) {
            case FIXED -> type.precision();
            case UUID -> UUID_BYTES;
            default -> random.nextInt(12);
        };
        if (type.kind() == ColumnType.Kind.STRING) {
            return TEXTS[random.nextInt(TEXTS.length)].concat(random.nextInt(3) == 0 ? "" : "" + random.nextInt(500))
                    .getBytes(StandardCharsets.UTF_8);
        }
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private Object nested(ColumnType type) {
        if (type.kind() == ColumnType.Kind.STRUCT) {
            return type.fields().stream().map(field -> valueOrNull(field.type())).toArray();
        }
        int size = random.nextInt(4);
        if (type.kind() == ColumnType.Kind.LIST) {
            Object[] values = new Object[size];
            for (int i = 0; i < size; i++) {
                values[i] = valueOrNull(type.fields().getFirst().type());
            }
            return values;
        }
        Object[][] entries = new Object[size][];
        for (int i = 0; i < size; i++) {
            entries[i] = new Object[] {value(type.fields().get(0).type()), valueOrNull(type.fields().get(1).type())};
        }
        return entries;
    }
}
