package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.IntToLongFunction;
import org.narwhaldb.engine.kernel.DistinctHash;
import org.narwhaldb.engine.operator.DistinctSketches;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentDictionary;

/// What a column's values enter sketches of distinct values as, by the codes of each segment, so that queries hash no value that was hashed
/// before.
final class DictionaryCoupons {
    private static final int CHUNK = 1024;

    /// By segment object, so that what is unmapped is forgotten.
    private final Map<Segment, int[]> bySegment = new WeakHashMap<>();
    /// An entry even if there is no value: rows that are NULL have code 0.
    private int[] byId = new int[1];
    private int known;

    /// By code.
    synchronized int[] of(Segment segment, SegmentDictionary dictionary) {
        return bySegment.computeIfAbsent(segment, _ -> {
            int[] coupons = new int[Math.max(1, dictionary.size())];
            fill(coupons, 0, dictionary.size(), dictionary::hash);
            return coupons;
        });
    }

    /// By id of the pool, and perhaps of later ones.
    synchronized int[] of(GlobalDictionary.Pool pool) {
        if (known < pool.size()) {
            byId = Arrays.copyOf(byId, pool.size());
            fill(byId, known, pool.size(), id -> DistinctSketches.hash(pool.bytes(), pool.offsets()[id],
                    pool.offsets()[id + 1] - pool.offsets()[id]));
            known = pool.size();
        }
        return byId;
    }

    private static void fill(int[] coupons, int from, int end, IntToLongFunction hash) {
        long[] values = new long[CHUNK];
        int[] found = new int[CHUNK];
        for (int start = from; start < end; start += CHUNK) {
            int count = Math.min(CHUNK, end - start);
            for (int i = 0; i < count; i++) {
                values[i] = hash.applyAsLong(start + i);
            }
            DistinctHash.coupons(values, count, found);
            System.arraycopy(found, 0, coupons, start, count);
        }
    }

    synchronized long bytes() {
        long ints = byId.length;
        for (int[] coupons : bySegment.values()) {
            ints += coupons.length;
        }
        return ints * Integer.BYTES;
    }
}
