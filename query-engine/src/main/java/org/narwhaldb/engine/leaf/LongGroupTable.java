package org.narwhaldb.engine.leaf;

import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Numbers distinct longs from 0 in order of first appearance. Open addressing, linear probing, at most half full. A window
/// of keys is hashed first, then their slots are touched, then probed: so the cache misses of many rows overlap.
final class LongGroupTable {
    private static final int SLOTS_MIN = 1 << 12;
    private static final int SLOTS_MAX = 1 << 30;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final Reservation reservation;
    private final int[] places = new int[Window.ROWS_MAX];
    /// a slot's key and, behind it, its group + 1
    private long[] slots;
    private long[] keys = new long[0];
    private int size;
    /// keeps the touching loop from being optimised away
    private long touched;

    /// @param groups that may be expected
    LongGroupTable(Reservation reservation, int groups) {
        this.reservation = reservation;
        int capacity = Math.clamp(2L * Integer.highestOneBit(Math.max(1, groups)), SLOTS_MIN, SLOTS_MAX / 4);
        slots = reservation.longs(new long[0], 2 * capacity);
    }

    int size() {
        return size;
    }

    long key(int group) {
        return keys[group];
    }

    /// The groups, sorted by partitions of the keys' hashes: a partition's keys are in the same one in every table. No key can be
    /// assigned any more.
    ///
    /// @param starts receives where each of the `starts.length - 1` partitions begins, a power of two of them
    int[] partitioned(int[] starts) {
        reservation.shrink((long) slots.length * Long.BYTES);
        slots = new long[0];
        int bits = Integer.numberOfTrailingZeros(starts.length - 1);
        int[] sorted = reservation.ints(new int[0], size);
        int[] next = new int[starts.length];
        for (int group = 0; group < size; group++) {
            next[partition(keys[group], bits) + 1]++;
        }
        for (int partition = 1; partition < starts.length; partition++) {
            next[partition] += next[partition - 1];
        }
        System.arraycopy(next, 0, starts, 0, starts.length);
        for (int group = 0; group < size; group++) {
            sorted[next[partition(keys[group], bits)]++] = group;
        }
        return sorted;
    }

    /// By bits of the hash that no place is made of.
    private static int partition(long value, int bits) {
        return bits == 0 ? 0 : (int) (value * MULTIPLIER >>> Long.SIZE - bits);
    }

    void assign(long[] values, int count, int[] groups) {
        while (slots.length / 2 * 3L < 4L * (size + count)) {
            rehash();
        }
        int mask = slots.length / 2 - 1;
        for (int i = 0; i < count; i++) {
            places[i] = place(values[i], mask);
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += slots[2 * places[i]];
        }
        touched = sum;
        for (int i = 0; i < count; i++) {
            int place = places[i];
            long value = values[i];
            long group = slots[2 * place + 1];
            while (group != 0 && slots[2 * place] != value) {
                place = place + 1 & mask;
                group = slots[2 * place + 1];
            }
            if (group == 0) {
                group = add(value);
                slots[2 * place] = value;
                slots[2 * place + 1] = group;
            }
            groups[i] = (int) group - 1;
        }
    }

    private int add(long value) {
        keys = reservation.longs(keys, size + 1);
        keys[size] = value;
        return ++size;
    }

    /// The finaliser of MurmurHash3 (Appleby, public domain), shortened.
    private static int place(long value, int mask) {
        long hash = value * MULTIPLIER;
        return (int) (hash >>> 32 ^ hash >>> 12) & mask;
    }

    private void rehash() {
        int capacity = slots.length / 2 * 2;
        if (capacity >= SLOTS_MAX / 2) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "The query has more than [%d] distinct keys in one step; filter the rows first", size);
        }
        reservation.grow(4L * capacity * Long.BYTES);
        reservation.shrink((long) slots.length * Long.BYTES);
        slots = new long[4 * capacity];
        int mask = 2 * capacity - 1;
        for (int group = 0; group < size; group++) {
            int place = place(keys[group], mask);
            while (slots[2 * place + 1] != 0) {
                place = place + 1 & mask;
            }
            slots[2 * place] = keys[group];
            slots[2 * place + 1] = group + 1;
        }
    }
}
