package org.narwhaldb.engine.operator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// 64-bit hashes for tables that live within one query: no fixed value, no protection against chosen input.
/// `mix` is the finaliser of MurmurHash3 (Appleby, public domain).
final class Hashes {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private Hashes() {}

    static long mix(long value) {
        long hash = value;
        hash = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return hash ^ (hash >>> 33);
    }

    static long combine(long hash, long value) {
        return mix(hash * MULTIPLIER + value);
    }

    static long bytes(byte[] bytes, int start, int end) {
        long hash = (end - start) * MULTIPLIER;
        int position = start;
        for (; position + Long.BYTES <= end; position += Long.BYTES) {
            hash = (hash ^ (long) LONGS.get(bytes, position)) * MULTIPLIER;
            hash ^= hash >>> 32;
        }
        long tail = 0;
        for (; position < end; position++) {
            tail = tail << 8 | (bytes[position] & 0xFF);
        }
        return mix(hash ^ tail);
    }
}
