package org.narwhaldb.engine.kernel;

/// Doubles as longs that stand in the same order, so that a range of doubles is a range of integers: the bits of a
/// positive one, those of a negative one with all but the sign inverted.
///
/// -0.0 has key -1, next to 0.0 with key 0. A NaN without the sign bit is above infinity, one with it (as the processor
/// makes them) below minus infinity; SQL's order has both on top, so a range that holds NaN is to be asked as the negation
/// of one that does not.
public final class DoubleKeys {
    public static final long NEGATIVE_INFINITY = of(Double.NEGATIVE_INFINITY);
    public static final long POSITIVE_INFINITY = of(Double.POSITIVE_INFINITY);

    private DoubleKeys() {}

    public static long of(double value) {
        long bits = Double.doubleToRawLongBits(value);
        return bits ^ (bits >> 63 >>> 1);
    }
}
