package org.narwhaldb.engine.expression;

import java.math.BigInteger;
import org.narwhaldb.engine.execution.FragmentExecutor.Bounds;
import org.narwhaldb.segment.ColumnType;

/// The values that an expression may have over some rows.
///
/// @param min,max inclusive; null = unbounded
record ValueRange(ColumnType type, Object min, Object max, boolean mayBeNull, boolean allNull) {
    static ValueRange of(Bounds bounds, ColumnType type) {
        return bounds == null ? null : new ValueRange(type, shaped(bounds.min(), type), shaped(bounds.max(), type),
                bounds.mayBeNull() || bounds.allNull(), bounds.allNull());
    }

    /// Bounds recorded before a decimal was widened past 18 digits are longs.
    private static Object shaped(Object value, ColumnType type) {
        return type.physical() == ColumnType.Physical.INT128 && value instanceof Long number ? BigInteger.valueOf(number) : value;
    }

    static boolean areComparable(ValueRange a, ValueRange b) {
        return InExpression.accepts(a.type, b.type);
    }

    static boolean mayBeEqual(ValueRange a, ValueRange b) {
        return mayBeLessOrEqual(a, b) && mayBeLessOrEqual(b, a);
    }

    static boolean mayDiffer(ValueRange a, ValueRange b) {
        return mayBeLess(a, b) || mayBeLess(b, a);
    }

    /// Whether some value of `a` may be less than some value of `b`.
    static boolean mayBeLess(ValueRange a, ValueRange b) {
        return a.min == null || b.max == null || ValueOrder.compare(a.min, a.type, b.max, b.type) < 0;
    }

    static boolean mayBeLessOrEqual(ValueRange a, ValueRange b) {
        return a.min == null || b.max == null || ValueOrder.compare(a.min, a.type, b.max, b.type) <= 0;
    }
}
