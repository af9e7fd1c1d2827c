package org.narwhaldb.engine.operator;

import java.math.BigInteger;

/// 128-bit two's complement numbers as (high, low) longs.
final class Int128 {
    private static final BigInteger DECIMAL_MAX = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
    private static final double TWO_TO_64 = 0x1p64;

    private Int128() {}

    static int compare(long leftHigh, long leftLow, long rightHigh, long rightLow) {
        return leftHigh != rightHigh ? Long.compare(leftHigh, rightHigh) : Long.compareUnsigned(leftLow, rightLow);
    }

    static BigInteger toBigInteger(long high, long low) {
        return BigInteger.valueOf(high).shiftLeft(64).add(unsigned(low));
    }

    static BigInteger unsigned(long low) {
        BigInteger value = BigInteger.valueOf(low & Long.MAX_VALUE);
        return low < 0 ? value.setBit(63) : value;
    }

    static long high(BigInteger value) {
        return value.shiftRight(64).longValue();
    }

    static double toDouble(long high, long low) {
        if (high == low >> 63) {
            return low;
        }
        double unsignedLow = low >= 0 ? low : (double) (low & Long.MAX_VALUE) + 0x1p63;
        return high * TWO_TO_64 + unsignedLow;
    }

    static boolean fitsDecimal(BigInteger value) {
        return value.abs().compareTo(DECIMAL_MAX) <= 0;
    }
}
