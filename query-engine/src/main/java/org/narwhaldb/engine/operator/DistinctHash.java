package org.narwhaldb.engine.operator;

import org.apache.datasketches.common.Util;

/// Where a value stands in the sketches of [DistinctSketches]: its register and its rank there, both in one number, the coupon,
/// never 0.
///
/// MurmurHash3_x64_128 (Austin Appleby, public domain) of eight bytes as DataSketches takes it, written as a loop without branches
/// over many values, which the compiler makes vectors of.
public final class DistinctHash {
    /// The library's, for any number of registers.
    private static final int ADDRESS_BITS = 26;
    private static final int ADDRESS_MASK = (1 << ADDRESS_BITS) - 1;
    private static final int CHUNK = 512;
    private static final int REGISTERS = 1 << DistinctSketches.LG_REGISTERS;
    private static final long C1 = 0x87C37B91114253D5L;
    private static final long C2 = 0x4CF5AD432745937FL;
    private static final long MIX_1 = 0xFF51AFD7ED558CCDL;
    private static final long MIX_2 = 0xC4CEB9FE1A85EC53L;
    /// Ranks are one more than zeros, of which so many count.
    private static final int ZEROS_MAX = 62;

    private DistinctHash() {}

    /// The coupons of the first `count` values.
    public static void coupons(long[] values, int count, int[] coupons) {
        long[] low = new long[Math.min(count, CHUNK)];
        long[] high = new long[low.length];
        for (int from = 0; from < count; from += CHUNK) {
            int length = Math.min(CHUNK, count - from);
            hash(values, from, length, low, high);
            for (int i = 0; i < length; i++) {
                int rank = Math.min(Long.numberOfLeadingZeros(high[i]), ZEROS_MAX) + 1;
                coupons[from + i] = rank << ADDRESS_BITS | (int) low[i] & ADDRESS_MASK;
            }
        }
    }

    /// Both halves of the values' hashes.
    private static void hash(long[] values, int from, int count, long[] low, long[] high) {
        long seed = Util.DEFAULT_UPDATE_SEED ^ Long.BYTES;
        for (int i = 0; i < count; i++) {
            long mixed = values[from + i] * C1;
            mixed = (mixed << 31 | mixed >>> 33) * C2;
            long first = (mixed ^ seed) + seed;
            long second = seed + first;
            first ^= first >>> 33;
            first *= MIX_1;
            first ^= first >>> 33;
            first *= MIX_2;
            first ^= first >>> 33;
            second ^= second >>> 33;
            second *= MIX_1;
            second ^= second >>> 33;
            second *= MIX_2;
            second ^= second >>> 33;
            first += second;
            low[i] = first;
            high[i] = second + first;
        }
    }

    static int register(int coupon) {
        return coupon & REGISTERS - 1;
    }

    static int rank(int coupon) {
        return coupon >>> ADDRESS_BITS;
    }
}
