package org.narwhaldb.engine.expression;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.Field;

/// The order of values in the shape of `NestedValues`, as `docs/types.md` defines it: text by unsigned bytes, NaN above
/// all numbers and equal to itself, -0 = 0, NULL inside nested values above all.
public final class ValueOrder {
    private ValueOrder() {}

    /// Two values of one type, neither NULL.
    public static int compare(Object a, Object b, ColumnType type) {
        return switch (type.physical()) {
            case BOOLEAN -> Boolean.compare((Boolean) a, (Boolean) b);
            case LONG -> Long.compare((Long) a, (Long) b);
            case DOUBLE -> compareDoubles((Double) a, (Double) b);
            case INT128 -> ((BigInteger) a).compareTo((BigInteger) b);
            case BYTES -> Arrays.compareUnsigned((byte[]) a, (byte[]) b);
            case NESTED -> compareNested(a, b, type);
        };
    }

    /// Two values, neither NULL, whose types may differ where both are numbers.
    static int compare(Object a, ColumnType aType, Object b, ColumnType bType) {
        boolean sameScale = aType.physical() == bType.physical() && aType.scale() == bType.scale();
        if (sameScale || !Numbers.isNumber(aType) || !Numbers.isNumber(bType)) {
            return compare(a, b, aType);
        }
        if (Numbers.isReal(aType) || Numbers.isReal(bType)) {
            return compareDoubles(toDouble(a, aType), toDouble(b, bType));
        }
        return toDecimal(a, aType).compareTo(toDecimal(b, bType));
    }

    static int compareDoubles(double a, double b) {
        return a < b ? -1 : a > b ? 1 : a == b ? 0 : Boolean.compare(a != a, b != b);
    }

    /// An exact number.
    static BigDecimal toDecimal(Object value, ColumnType type) {
        int scale = type.kind() == Kind.DECIMAL ? type.scale() : 0;
        return value instanceof Long number
                ? BigDecimal.valueOf(number, scale) : new BigDecimal((BigInteger) value, scale);
    }

    private static double toDouble(Object value, ColumnType type) {
        return value instanceof Double number ? number : toDecimal(value, type).doubleValue();
    }

    private static int compareNested(Object a, Object b, ColumnType type) {
        Object[] left = (Object[]) a;
        Object[] right = (Object[]) b;
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int order = switch (type.kind()) {
                case STRUCT -> compareNullable(left[i], right[i], type.fields().get(i).type());
                case MAP -> compareEntries((Object[]) left[i], (Object[]) right[i], type);
                default -> compareNullable(left[i], right[i], type.fields().getFirst().type());
            };
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private static int compareEntries(Object[] a, Object[] b, ColumnType mapType) {
        for (int part = 0; part < 2; part++) {
            Field field = mapType.fields().get(part);
            int order = compareNullable(a[part], b[part], field.type());
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int compareNullable(Object a, Object b, ColumnType type) {
        if (a == null || b == null) {
            return Boolean.compare(a == null, b == null);
        }
        return compare(a, b, type);
    }
}
