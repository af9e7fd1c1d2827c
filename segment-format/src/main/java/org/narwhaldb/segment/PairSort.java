package org.narwhaldb.segment;

import java.util.Arrays;

/// Stable sort of unsigned 64-bit keys that carry an int each: insertion for few, else least-significant-digit radix by
/// bytes (Knuth, The Art of Computer Programming, volume 3, section 5.2.5) that skips the bytes all keys share. More than
/// fit a core's cache are first split by their eight highest bits that differ, so that the other passes run in cache.
/// Holds its scratch space between calls.
final class PairSort {
    private static final int INSERTION_MAX = 48;
    private static final int DIGITS = 256;
    /// So many pairs fit the cache of a core.
    private static final int CACHED_MAX = 1 << 16;
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
        if (count <= CACHED_MAX || differing == 0) {
            if (sortDigits(source, other, count, differing) == other) {
                copy(other, source, count);
            }
            return;
        }
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(differing) - Byte.SIZE);
        pass(source, other, count, shift);
        // starts[digit] is now where the digit's pairs end
        int[] ends = starts.clone();
        long lower = differing & (1L << shift) - 1;
        int begin = 0;
        for (int end : ends) {
            if (end > begin) {
                var group = new Pairs(other.keys, other.payload, begin);
                var target = new Pairs(keys, payload, from + begin);
                if (sortDigits(group, target, end - begin, lower) == group) {
                    copy(group, target, end - begin);
                }
            }
            begin = end;
        }
    }

    /// Sorts by the digits that differ, from one to the other and back; returns where the pairs are.
    private Pairs sortDigits(Pairs first, Pairs second, int count, long differing) {
        if (count <= INSERTION_MAX) {
            insertionSort(first.keys, first.payload, first.from, first.from + count);
            return first;
        }
        Pairs source = first;
        Pairs target = second;
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            if ((differing >>> shift & DIGIT_MASK) != 0) {
                pass(source, target, count, shift);
                Pairs filled = target;
                target = source;
                source = filled;
            }
        }
        return source;
    }

    private static void copy(Pairs source, Pairs target, int count) {
        System.arraycopy(source.keys, source.from, target.keys, target.from, count);
        System.arraycopy(source.payload, source.from, target.payload, target.from, count);
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
