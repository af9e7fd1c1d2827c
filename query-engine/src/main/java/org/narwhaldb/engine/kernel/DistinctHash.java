package org.narwhaldb.engine.kernel;

import org.apache.datasketches.common.Util;

/// What values enter HyperLogLog sketches as, the coupon: a rank above an address, of whose low bits as many as the sketch has
/// registers for name the register. Never 0.
///
/// MurmurHash3_x64_128 (Austin Appleby, public domain) of eight bytes, and coupons, as Apache DataSketches has them.
public final class DistinctHash {
    static final Kernel HASH = new Kernel("distinct hash");
    static final int ADDRESS_BITS = 26;
    static final int ADDRESS_MASK = (1 << ADDRESS_BITS) - 1;
    /// Ranks are one more than leading zeros, of which so many count.
    static final int ZEROS_MAX = 62;
    static final long SEED = Util.DEFAULT_UPDATE_SEED;
    static final long LENGTH = Long.BYTES;
    static final long C1 = 0x87C37B91114253D5L;
    static final long C2 = 0x4CF5AD432745937FL;
    static final int ROTATION = 31;
    static final long MIX_1 = 0xFF51AFD7ED558CCDL;
    static final long MIX_2 = 0xC4CEB9FE1A85EC53L;
    static final int SHIFT = 33;

    private DistinctHash() {}

    /// The coupons of the first `count` values.
    public static void coupons(long[] values, int count, int[] coupons) {
        int done = HASH.isVector() ? VectorHash.coupons(values, count, coupons) : 0;
        for (int i = done; i < count; i++) {
            long low = Long.rotateLeft(values[i] * C1, ROTATION) * C2 ^ SEED ^ LENGTH;
            long high = SEED ^ LENGTH;
            low += high;
            high += low;
            low = mix(low);
            high = mix(high);
            low += high;
            high += low;
            int rank = Math.min(Long.numberOfLeadingZeros(high), ZEROS_MAX) + 1;
            coupons[i] = rank << ADDRESS_BITS | (int) low & ADDRESS_MASK;
        }
    }

    private static long mix(long half) {
        long mixed = half;
        mixed ^= mixed >>> SHIFT;
        mixed *= MIX_1;
        mixed ^= mixed >>> SHIFT;
        mixed *= MIX_2;
        return mixed ^ mixed >>> SHIFT;
    }

    public static int rank(int coupon) {
        return coupon >>> ADDRESS_BITS;
    }
}
