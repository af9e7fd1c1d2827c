package org.narwhaldb.segment;

import java.math.BigInteger;

/// The exact sum of the values of a block that are not NULL: (high, low) / 10^exponent.
///
/// @param high bits 64 to 127, signed
/// @param low bits 0 to 63
/// @param exponent of DOUBLE values that are stored as decimals; 0 for other types (DECIMAL: the sum is unscaled as the
///     values are; BOOLEAN: how many are true)
public record BlockSum(long high, long low, int exponent) {
    private static final long LOW_HALF = 0xFFFF_FFFFL;

    /// @param isNull by row; null if no row is
    static BlockSum of(long[] values, boolean[] isNull, int count, int exponent) {
        long lows = 0;
        long highs = 0;
        for (int i = 0; i < count; i++) {
            if (isNull == null || !isNull[i]) {
                lows += values[i] & LOW_HALF;
                highs += values[i] >> Integer.SIZE;
            }
        }
        long low = (highs << Integer.SIZE) + lows;
        long carry = Long.compareUnsigned(low, lows) < 0 ? 1 : 0;
        return new BlockSum((highs >> Integer.SIZE) + carry, low, exponent);
    }

    /// The sum times 10^exponent.
    public BigInteger unscaled() {
        return Int128Buffer.value(high, low);
    }
}
