package org.narwhaldb.segment;

/// Orders byte values of a pool by unsigned bytes: most-significant-word radix sort. A range is sorted by eight bytes
/// at a time; values that share them are sorted by the next eight. Source of the idea: Bentley and Sedgewick, "Fast
/// Algorithms for Sorting and Searching Strings" (SODA 1997), with words for characters.
final class BytesSort {
    private static final int COMPARE_MAX = 12;

    private final BytePool pool;
    private final LongChunks addresses;
    private final PairSort pairs = new PairSort();
    private final long[] words;
    private final int[] order;

    private BytesSort(BytePool pool, LongChunks addresses) {
        this.pool = pool;
        this.addresses = addresses;
        words = new long[addresses.size()];
        order = new int[addresses.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
    }

    /// Indexes of the addresses, in the order of the values; equal values in any order.
    static int[] order(BytePool pool, LongChunks addresses) {
        var sort = new BytesSort(pool, addresses);
        sort.sort(0, sort.order.length, 0);
        return sort.order;
    }

    /// Sorts a range of values that share their first `skip` bytes. Recurses into all groups but the largest, so that
    /// the depth is logarithmic whatever the values.
    private void sort(int first, int last, int shared) {
        int from = first;
        int to = last;
        int skip = shared;
        while (to - from > COMPARE_MAX) {
            for (int i = from; i < to; i++) {
                words[i] = pool.word(addresses.get(order[i]), skip);
            }
            pairs.sort(words, order, from, to);
            int largest = from;
            int largestEnd = from;
            for (int group = from; group < to; ) {
                int end = groupEnd(group, to);
                if (end - group > largestEnd - largest) {
                    largest = group;
                    largestEnd = end;
                }
                group = end;
            }
            for (int group = from; group < to; ) {
                int end = groupEnd(group, to);
                if (group != largest && end - group > 1) {
                    sort(endedFirst(group, end, skip + Long.BYTES), end, skip + Long.BYTES);
                }
                group = end;
            }
            skip += Long.BYTES;
            from = endedFirst(largest, largestEnd, skip);
            to = largestEnd;
        }
        compareSort(from, to);
    }

    private int groupEnd(int group, int to) {
        int end = group + 1;
        while (end < to && words[end] == words[group]) {
            end++;
        }
        return end;
    }

    /// Moves the values that end within the first `read` bytes to the front, by length, as each is a prefix of what
    /// follows; returns where those that go on start.
    private int endedFirst(int from, int to, int read) {
        int next = from;
        for (int i = from; i < to; i++) {
            if (pool.length(addresses.get(order[i])) <= read) {
                int ended = order[i];
                order[i] = order[next];
                order[next] = ended;
                next++;
            }
        }
        for (int i = from; i < next; i++) {
            words[i] = pool.length(addresses.get(order[i]));
        }
        pairs.sort(words, order, from, next);
        return next;
    }

    private void compareSort(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            int value = order[i];
            int j = i - 1;
            while (j >= from && pool.compare(addresses.get(order[j]), addresses.get(value)) > 0) {
                order[j + 1] = order[j];
                j--;
            }
            order[j + 1] = value;
        }
    }
}
