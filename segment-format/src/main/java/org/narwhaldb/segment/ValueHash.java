package org.narwhaldb.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The fixed 64-bit hash of byte values, the same in every segment and process: XXH64 with seed 0
/// (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md, "XXH64 algorithm description").
public final class ValueHash {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    private static final long P5 = 0x27D4EB2F165667C5L;
    private static final int STRIPE_BYTES = 32;

    private ValueHash() {}

    public static long hash(byte[] bytes) {
        return hash(bytes, 0, bytes.length);
    }

    public static long hash(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        long hash;
        if (length >= STRIPE_BYTES) {
            int stripes = length / STRIPE_BYTES;
            hash = stripes(bytes, at, stripes);
            at += stripes * STRIPE_BYTES;
        } else {
            hash = P5;
        }
        hash += length;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash ^= round(0, (long) LONGS.get(bytes, at));
            hash = Long.rotateLeft(hash, 27) * P1 + P4;
        }
        if (at + Integer.BYTES <= end) {
            hash ^= Integer.toUnsignedLong((int) INTS.get(bytes, at)) * P1;
            hash = Long.rotateLeft(hash, 23) * P2 + P3;
            at += Integer.BYTES;
        }
        for (; at < end; at++) {
            hash ^= Byte.toUnsignedLong(bytes[at]) * P5;
            hash = Long.rotateLeft(hash, 11) * P1;
        }
        return mix(hash);
    }

    /// The last step of the hash alone: spreads the bits of a number over all 64.
    static long mix(long value) {
        long hash = value;
        hash = (hash ^ hash >>> 33) * P2;
        hash = (hash ^ hash >>> 29) * P3;
        return hash ^ hash >>> 32;
    }

    private static long stripes(byte[] bytes, int offset, int count) {
        long a = P1 + P2;
        long b = P2;
        long c = 0;
        long d = -P1;
        int at = offset;
        for (int stripe = 0; stripe < count; stripe++) {
            a = round(a, (long) LONGS.get(bytes, at));
            b = round(b, (long) LONGS.get(bytes, at + Long.BYTES));
            c = round(c, (long) LONGS.get(bytes, at + 2 * Long.BYTES));
            d = round(d, (long) LONGS.get(bytes, at + 3 * Long.BYTES));
            at += STRIPE_BYTES;
        }
        long hash = Long.rotateLeft(a, 1) + Long.rotateLeft(b, 7) + Long.rotateLeft(c, 12) + Long.rotateLeft(d, 18);
        hash = merge(hash, a);
        hash = merge(hash, b);
        hash = merge(hash, c);
        return merge(hash, d);
    }

    private static long merge(long hash, long lane) {
        return (hash ^ round(0, lane)) * P1 + P4;
    }

    private static long round(long lane, long input) {
        return Long.rotateLeft(lane + input * P2, 31) * P1;
    }
}
