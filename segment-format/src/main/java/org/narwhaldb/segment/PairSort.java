package org.narwhaldb.segment;

import java.util.Arrays;

/// Stable sort of unsigned 64-bit keys that carry an int each: insertion for few, else least-significant-digit radix by
/// bytes (Knuth, The Art of Computer Programming, volume 3, section 5.2.5) that skips the bytes all keys share.
/// Holds its scratch space between calls.
final class PairSort {
    private static final int INSERTION_MAX = 48;
    private static final int DIGITS = 256;
    private static final int DIGIT_MASK = DIGITS - 1;

    private Pairs other = new Pairs(new long[0], new int[0], 0);
    private final int[] starts = new int[DIGITS];

    private record Pairs(long[] keys, int[] payload, int from) {}

    /// Sorts `[from, to)` of both arrays by the keys.
    void sort(long[] keys, int[] payload, int from, int to) {
        if (to - from <= INSERTION_MAX) {
            insertionSort(keys, payload, from, to);
        } else {
            radixSort(keys, payload, from, to);
        }
    }

    private static void insertionSort(long[] keys, int[] payload, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            long key = keys[i];
            int carried = payload[i];
            int j = i - 1;
            while (j >= from && Long.compareUnsigned(keys[j], key) > 0) {
                keys[j + 1] = keys[j];
                payload[j + 1] = payload[j];
                j--;
            }
            keys[j + 1] = key;
            payload[j + 1] = carried;
        }
    }

    private void radixSort(long[] keys, int[] payload, int from, int to) {
        int count = to - from;
        long differing = 0;
        for (int i = from + 1; i < to; i++) {
            differing |= keys[i] ^ keys[from];
        }
        if (other.keys.length < count) {
            other = new Pairs(new long[count], new int[count], 0);
        }
        Pairs source = new Pairs(keys, payload, from);
        Pairs target = other;
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            if ((differing >>> shift & DIGIT_MASK) != 0) {
                pass(source, target, count, shift);
                Pairs filled = target;
                target = source;
                source = filled;
            }
        }
        if (source == other) {
            System.arraycopy(other.keys, 0, keys, from, count);
            System.arraycopy(other.payload, 0, payload, from, count);
        }
    }

    private void pass(Pairs source, Pairs target, int count, int shift) {
        Arrays.fill(starts, 0);
        long[] keys = source.keys;
        int[] payload = source.payload;
        int end = source.from + count;
        for (int i = source.from; i < end; i++) {
            starts[(int) (keys[i] >>> shift) & DIGIT_MASK]++;
        }
        int next = target.from;
        for (int digit = 0; digit < DIGITS; digit++) {
            int size = starts[digit];
            starts[digit] = next;
            next += size;
        }
        long[] toKeys = target.keys;
        int[] toPayload = target.payload;
        for (int i = source.from; i < end; i++) {
            int at = starts[(int) (keys[i] >>> shift) & DIGIT_MASK]++;
            toKeys[at] = keys[i];
            toPayload[at] = payload[i];
        }
    }
}
