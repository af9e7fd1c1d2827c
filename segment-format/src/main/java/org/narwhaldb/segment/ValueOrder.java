package org.narwhaldb.segment;

import java.math.BigInteger;
import java.util.Arrays;

/// The one total order of values in the shapes of `NestedValues`: what MIN, MAX, ORDER BY, bounds and sort keys mean.
///
/// - NULL is the largest (NULLs last in ascending order); false before true
/// - doubles: -0.0 equals 0.0, NaN equals NaN and is larger than every number
/// - byte values: unsigned bytes, a prefix first; for UTF-8 text that is code-point order
/// - structs field by field, lists element by element (a prefix first), maps as lists of (key, value) in their order
public final class ValueOrder {
    private ValueOrder() {}

    /// @throws ClassCastException if a value hasn't the shape that `NestedValues` names for the type
    public static int compare(Object a, Object b, ColumnType type) {
        if (a == null || b == null) {
            return a == b ? 0 : a == null ? 1 : -1;
        }
        return switch (type.physical()) {
            case BOOLEAN -> Boolean.compare((Boolean) a, (Boolean) b);
            case LONG -> Long.compare((Long) a, (Long) b);
            case DOUBLE -> compareDoubles((Double) a, (Double) b);
            case INT128 -> ((BigInteger) a).compareTo((BigInteger) b);
            case BYTES -> Arrays.compareUnsigned((byte[]) a, (byte[]) b);
            case NESTED -> compareNested((Object[]) a, (Object[]) b, type);
        };
    }

    /// -0.0 equals 0.0, NaN equals NaN and is the largest.
    public static int compareDoubles(double a, double b) {
        if (a < b) {
            return -1;
        }
        if (a > b) {
            return 1;
        }
        return a == b ? 0 : Boolean.compare(Double.isNaN(a), Double.isNaN(b));
    }

    /// Signed order of 128-bit two's complement numbers in halves.
    public static int compareInt128(long highA, long lowA, long highB, long lowB) {
        return highA != highB ? Long.compare(highA, highB) : Long.compareUnsigned(lowA, lowB);
    }

    private static int compareNested(Object[] a, Object[] b, ColumnType type) {
        int shared = Math.min(a.length, b.length);
        for (int i = 0; i < shared; i++) {
            int order = switch (type.kind()) {
                case STRUCT -> compare(a[i], b[i], type.fields().get(i).type());
                case LIST -> compare(a[i], b[i], type.fields().getFirst().type());
                default -> compareEntries((Object[]) a[i], (Object[]) b[i], type);
            };
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.length, b.length);
    }

    private static int compareEntries(Object[] a, Object[] b, ColumnType map) {
        int byKey = compare(a[0], b[0], map.fields().get(0).type());
        return byKey != 0 ? byKey : compare(a[1], b[1], map.fields().get(1).type());
    }
}
