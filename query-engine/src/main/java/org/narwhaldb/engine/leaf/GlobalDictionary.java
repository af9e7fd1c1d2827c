package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import java.util.Map;
import java.util.WeakHashMap;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentDictionary;
import org.narwhaldb.segment.ValueHash;

/// Numbers the distinct values of one table column over all segments seen so far, and remembers for each segment which
/// number its codes have. Grows, never renumbers. Values stand one after the other in one pool, so that numbers are
/// codes of a shared dictionary to whoever gets them.
///
/// Values are found by the 64-bit hashes that the segments store, and confirmed by their bytes. The first segment's codes
/// are its numbers: nothing is hashed before a second segment comes.
final class GlobalDictionary {
    private static final int POOL_BYTES_MAX = Integer.MAX_VALUE - 16;
    private static final int CHECK_ENTRIES = 1 << 16;
    private static final int STALE_FACTOR = 3;
    private static final int STALE_SIZE_MIN = 1 << 16;
    private static final int[] IDENTITY = new int[0];

    /// By segment object, so that what is unmapped is forgotten. [#IDENTITY]: codes are ids.
    private final Map<Segment, int[]> maps = new WeakHashMap<>();
    private byte[] pool = new byte[0];
    private int[] offsets = new int[2];
    private int size;
    /// upper half of the hash, then id + 1; empty while no second segment has come
    private long[] slots = new long[0];
    private Pool view;

    /// The values as codes of a dictionary.
    ///
    /// @param offsets one more than there are values
    record Pool(byte[] bytes, int[] offsets, int size) {}

    /// The dictionary is too large for one pool.
    static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLarge() {
            super("the distinct values take more than one pool", null, false, false);
        }
    }

    /// The numbers of the segment's codes; null where each is its own number.
    synchronized int[] map(Segment segment, SegmentDictionary dictionary, QueryContext context) {
        int[] map = maps.get(segment);
        if (map == null) {
            map = size == 0 ? adopt(dictionary) : extend(dictionary, context);
            maps.put(segment, map);
        }
        return map == IDENTITY ? null : map;
    }

    synchronized boolean knows(Segment segment) {
        return maps.containsKey(segment);
    }

    /// Valid for all numbers given out so far; the same arrays until the next value comes.
    synchronized Pool pool() {
        if (view == null || view.size != size) {
            // Rows that are NULL have code 0, so that even an empty pool has an entry for it.
            view = new Pool(pool, Arrays.copyOf(offsets, Math.max(1, size) + 1), size);
        }
        return view;
    }

    synchronized boolean isStale() {
        long alive = 0;
        for (int[] map : maps.values()) {
            if (map == IDENTITY) {
                return false;
            }
            alive += map.length;
        }
        return size > STALE_SIZE_MIN && size > STALE_FACTOR * alive;
    }

    synchronized long bytes() {
        long bytes = pool.length + (long) offsets.length * Integer.BYTES + (long) slots.length * Long.BYTES;
        for (int[] map : maps.values()) {
            bytes += (long) map.length * Integer.BYTES;
        }
        return bytes + (view == null ? 0 : (long) view.offsets.length * Integer.BYTES);
    }

    private int[] adopt(SegmentDictionary dictionary) {
        int count = dictionary.size();
        long bytes = 0;
        for (int code = 0; code < count; code++) {
            bytes += dictionary.length(code);
        }
        if (bytes > POOL_BYTES_MAX) {
            throw new TooLarge();
        }
        pool = new byte[(int) bytes];
        offsets = new int[Math.max(1, count) + 1];
        for (int code = 0; code < count; code++) {
            dictionary.copy(code, pool, offsets[code]);
            offsets[code + 1] = offsets[code] + dictionary.length(code);
        }
        size = count;
        return IDENTITY;
    }

    private int[] extend(SegmentDictionary dictionary, QueryContext context) {
        int count = dictionary.size();
        int[] map = new int[Math.max(1, count)];
        boolean isIdentity = true;
        byte[] value = new byte[64];
        int ordered = 0;
        for (int code = 0; code < count; code++) {
            if (code % CHECK_ENTRIES == 0) {
                context.check();
            }
            int length = dictionary.length(code);
            value = value.length >= length ? value : new byte[2 * length];
            dictionary.copy(code, value, 0);
            // Sorted dictionaries of equal values stand in equal order: the next one is most often just that.
            int id = ordered < size && isValue(ordered, value, length) ? ordered
                    : idOf(dictionary.hash(code), value, length);
            ordered = id + 1;
            map[code] = id;
            isIdentity &= id == code;
        }
        return isIdentity ? IDENTITY : map;
    }

    private int idOf(long hash, byte[] value, int length) {
        if (slots.length <= 2 * size) {
            rehash();
        }
        int mask = slots.length - 1;
        int tag = (int) (hash >>> 32);
        int slot = tag & mask;
        while (slots[slot] != 0) {
            int id = (int) slots[slot] - 1;
            if ((int) (slots[slot] >>> 32) == tag && isValue(id, value, length)) {
                return id;
            }
            slot = (slot + 1) & mask;
        }
        slots[slot] = (long) tag << 32 | size + 1;
        return add(value, length);
    }

    private int add(byte[] value, int length) {
        int used = offsets[size];
        if (length > POOL_BYTES_MAX - used) {
            throw new TooLarge();
        }
        if (used + length > pool.length) {
            pool = Arrays.copyOf(pool, (int) Math.min(POOL_BYTES_MAX, Math.max(1024, 2L * (used + length))));
        }
        if (size + 2 > offsets.length) {
            offsets = Arrays.copyOf(offsets, Math.max(1024, 2 * (size + 2)));
        }
        System.arraycopy(value, 0, pool, used, length);
        offsets[size + 1] = used + length;
        return size++;
    }

    private void rehash() {
        int capacity = Integer.highestOneBit(Math.max(256, 2 * size + 1)) * 2;
        long[] old = slots;
        slots = new long[capacity];
        int mask = capacity - 1;
        if (old.length > 0) {
            for (long entry : old) {
                if (entry != 0) {
                    place(entry, mask);
                }
            }
            return;
        }
        for (int id = 0; id < size; id++) {
            long hash = ValueHash.hash(pool, offsets[id], offsets[id + 1] - offsets[id]);
            place(hash & 0xFFFF_FFFF_0000_0000L | id + 1, mask);
        }
    }

    private void place(long entry, int mask) {
        int slot = (int) (entry >>> 32) & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = entry;
    }

    private boolean isValue(int id, byte[] value, int length) {
        return offsets[id + 1] - offsets[id] == length
                && Arrays.equals(pool, offsets[id], offsets[id + 1], value, 0, length);
    }
}
