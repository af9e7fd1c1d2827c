package org.narwhaldb.engine.batch;

import java.math.BigInteger;

/// Exact arithmetic on 128-bit two's complement numbers held as (high, low) longs. An instance is a register:
/// operations read their operands from longs and leave the result in [#high] and [#low]; they return false when the
/// result does not fit (the register is unspecified then). Not thread-safe; one per kernel, so that loops allocate
/// nothing.
///
/// Division: Knuth, The Art of Computer Programming, volume 2, 4.3.1, algorithm D in base 2^32.
public final class Int128 {
    private static final BigInteger MIN = BigInteger.ONE.shiftLeft(127).negate();
    private static final BigInteger MAX = BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE);

    private long high;
    private long low;

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    public void set(long newHigh, long newLow) {
        high = newHigh;
        low = newLow;
    }

    public void set(long value) {
        high = value >> 63;
        low = value;
    }

    /// False when the number has over 128 bits.
    public boolean set(BigInteger value) {
        if (!fits(value)) {
            return false;
        }
        set(high(value), value.longValue());
        return true;
    }

    public BigInteger toBigInteger() {
        return toBigInteger(high, low);
    }

    /// Whether the register's number is one of 64 bits.
    public boolean isLong() {
        return high == low >> 63;
    }

    /// register += (otherHigh, otherLow)
    public boolean add(long otherHigh, long otherLow) {
        long sumLow = low + otherLow;
        long carry = Long.compareUnsigned(sumLow, low) < 0 ? 1 : 0;
        long sumHigh = high + otherHigh + carry;
        boolean fits = ((high ^ sumHigh) & (otherHigh ^ sumHigh)) >= 0;
        high = sumHigh;
        low = sumLow;
        return fits;
    }

    /// register -= (otherHigh, otherLow)
    public boolean subtract(long otherHigh, long otherLow) {
        long borrow = Long.compareUnsigned(low, otherLow) < 0 ? 1 : 0;
        long differenceHigh = high - otherHigh - borrow;
        boolean fits = ((high ^ otherHigh) & (high ^ differenceHigh)) >= 0;
        low -= otherLow;
        high = differenceHigh;
        return fits;
    }

    public boolean negate() {
        boolean fits = high != Long.MIN_VALUE || low != 0;
        high = low == 0 ? -high : ~high;
        low = -low;
        return fits;
    }

    /// register *= (otherHigh, otherLow)
    public boolean multiply(long otherHigh, long otherLow) {
        if (isLong() && otherHigh == otherLow >> 63) {
            high = Math.multiplyHigh(low, otherLow);
            low *= otherLow;
            return true;
        }
        boolean negative = (high ^ otherHigh) < 0;
        long aHigh = high < 0 ? (low == 0 ? -high : ~high) : high;
        long aLow = high < 0 ? -low : low;
        long bHigh = otherHigh < 0 ? (otherLow == 0 ? -otherHigh : ~otherHigh) : otherHigh;
        long bLow = otherHigh < 0 ? -otherLow : otherLow;
        if (aHigh != 0 && bHigh != 0) {
            return false;
        }
        long wide = aHigh != 0 ? aHigh : bHigh;
        long narrow = aHigh != 0 ? bLow : aLow;
        long upper = Math.unsignedMultiplyHigh(aLow, bLow);
        long cross = wide * narrow;
        long sum = upper + cross;
        high = sum;
        low = aLow * bLow;
        if (Math.unsignedMultiplyHigh(wide, narrow) != 0 || Long.compareUnsigned(sum, upper) < 0) {
            return false;
        }
        if (negative) {
            negate();
            return high < 0 || (high == 0 && low == 0);
        }
        return sum >= 0;
    }

    /// register = register / divisor, rounded half away from zero, or truncated. The divisor is not zero.
    public void divide(long divisorHigh, long divisorLow, boolean halfUp) {
        if (isLong() && divisorHigh == divisorLow >> 63 && !(low == Long.MIN_VALUE && divisorLow == -1)) {
            divideLongs(divisorLow, halfUp);
            return;
        }
        BigInteger divisor = toBigInteger(divisorHigh, divisorLow);
        boolean negative = (high ^ divisorHigh) < 0;
        if (divisorHigh == 0 && divisorLow > 0 && high != Long.MIN_VALUE) {
            if (negative) {
                negate();
            }
            long remainder = divideUnsigned(divisorLow);
            if (halfUp && remainder >= divisorLow - remainder) {
                add(0, 1);
            }
            if (negative) {
                negate();
            }
            return;
        }
        BigInteger[] parts = toBigInteger().abs().divideAndRemainder(divisor.abs());
        BigInteger quotient = parts[0];
        if (halfUp && parts[1].shiftLeft(1).compareTo(divisor.abs()) >= 0) {
            quotient = quotient.add(BigInteger.ONE);
        }
        set(negative ? quotient.negate() : quotient);
    }

    private void divideLongs(long divisor, boolean halfUp) {
        long dividend = low;
        long quotient = dividend / divisor;
        long remainder = dividend % divisor;
        if (halfUp && remainder != 0) {
            // |remainder| >= |divisor| - |remainder| without leaving 64 bits: both sides are taken negative
            long r = remainder > 0 ? -remainder : remainder;
            long d = divisor > 0 ? -divisor : divisor;
            if (r <= d - r) {
                quotient += (dividend ^ divisor) < 0 ? -1 : 1;
            }
        }
        set(quotient);
    }

    /// Divides the register, not negative, by a positive long; returns the remainder.
    private long divideUnsigned(long divisor) {
        long quotientHigh = high / divisor;
        long rest = high % divisor;
        if (rest == 0) {
            long quotientLow = Long.divideUnsigned(low, divisor);
            long remainder = low - quotientLow * divisor;
            set(quotientHigh, quotientLow);
            return remainder;
        }
        // algorithm D for two digits of the divisor: (rest, low) / divisor, with rest < divisor
        int shift = Long.numberOfLeadingZeros(divisor);
        long v = divisor << shift;
        long v1 = v >>> 32;
        long v0 = v & 0xFFFF_FFFFL;
        long u32 = (rest << shift) | (shift == 0 ? 0 : low >>> (64 - shift));
        long u10 = low << shift;
        long q1 = digit(u32, v1, v0, u10 >>> 32);
        long u21 = (u32 << 32) + (u10 >>> 32) - q1 * v;
        long q0 = digit(u21, v1, v0, u10 & 0xFFFF_FFFFL);
        long remainder = ((u21 << 32) + (u10 & 0xFFFF_FFFFL) - q0 * v) >>> shift;
        set(quotientHigh, (q1 << 32) + q0);
        return remainder;
    }

    private static long digit(long upper, long v1, long v0, long next) {
        long q = Long.divideUnsigned(upper, v1);
        long r = upper - q * v1;
        while (q >= 1L << 32 || Long.compareUnsigned(q * v0, (r << 32) + next) > 0) {
            q--;
            r += v1;
            if (r >= 1L << 32) {
                break;
            }
        }
        return q;
    }

    public static int compare(long aHigh, long aLow, long bHigh, long bLow) {
        int order = Long.compare(aHigh, bHigh);
        return order != 0 ? order : Long.compareUnsigned(aLow, bLow);
    }

    public static BigInteger toBigInteger(long high, long low) {
        if (high == low >> 63) {
            return BigInteger.valueOf(low);
        }
        BigInteger upper = BigInteger.valueOf(high).shiftLeft(64);
        BigInteger lower = BigInteger.valueOf(low);
        return upper.add(low < 0 ? lower.add(BigInteger.ONE.shiftLeft(64)) : lower);
    }

    /// The upper 64 bits of a number of at most 128; the lower ones are `longValue()`.
    public static long high(BigInteger value) {
        return value.shiftRight(64).longValue();
    }

    public static boolean fits(BigInteger value) {
        return value.compareTo(MIN) >= 0 && value.compareTo(MAX) <= 0;
    }
}
