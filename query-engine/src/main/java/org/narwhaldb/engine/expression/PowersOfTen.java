package org.narwhaldb.engine.expression;

import java.math.BigInteger;
import org.narwhaldb.engine.batch.Int128;

/// 10^n as long (n ≤ 18), as 128 bits (n ≤ 38) and as BigInteger (n ≤ 114: three times the longest decimal).
final class PowersOfTen {
    static final int LONG_EXPONENT_MAX = 18;
    static final int INT128_EXPONENT_MAX = 38;
    private static final int EXPONENT_MAX = 114;

    private static final BigInteger[] BIG = new BigInteger[EXPONENT_MAX + 1];
    private static final long[] HIGH = new long[INT128_EXPONENT_MAX + 1];
    private static final long[] LOW = new long[INT128_EXPONENT_MAX + 1];

    static {
        for (int exponent = 0; exponent <= EXPONENT_MAX; exponent++) {
            BIG[exponent] = BigInteger.TEN.pow(exponent);
            if (exponent <= INT128_EXPONENT_MAX) {
                HIGH[exponent] = Int128.high(BIG[exponent]);
                LOW[exponent] = BIG[exponent].longValue();
            }
        }
    }

    private PowersOfTen() {}

    static long ofLong(int exponent) {
        if (exponent > LONG_EXPONENT_MAX) {
            throw new IllegalArgumentException("10^" + exponent + " is no long");
        }
        return LOW[exponent];
    }

    static long high(int exponent) {
        return HIGH[exponent];
    }

    static long low(int exponent) {
        return LOW[exponent];
    }

    static BigInteger big(int exponent) {
        return BIG[exponent];
    }
}
