package org.narwhaldb.engine.leaf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.operator.Reservation;

/// One thread's rows, by partition, in the order they came.
final class RadixBuffers {
    /// Rows of a chunk; no more than a window has.
    private static final int CHUNK_ROWS = 1 << 9;

    private final RadixPlan plan;
    private final Reservation reservation;
    private final List<List<long[]>> full = new ArrayList<>();
    private final long[][] open;
    private final int[] ends;
    private final long[] marked = new long[Window.ROWS_MAX];
    private final long[][] values;

    RadixBuffers(RadixPlan plan, Reservation reservation) {
        this.plan = plan;
        this.reservation = reservation;
        reservation.grow(4L * Long.BYTES * plan.partitions() + (1L + plan.words()) * Window.ROWS_MAX * Long.BYTES);
        open = new long[plan.partitions()][];
        ends = new int[plan.partitions()];
        Arrays.fill(ends, chunkLength());
        for (int partition = 0; partition < open.length; partition++) {
            full.add(null);
        }
        values = new long[plan.words()][];
    }

    private int chunkLength() {
        return CHUNK_ROWS * plan.words();
    }

    private long chunkBytes() {
        return (long) chunkLength() * Long.BYTES;
    }

    void add(Window window, long[] keys, Input[] inputs) {
        int count = window.count();
        System.arraycopy(keys, 0, marked, 0, count);
        for (int index = 0; index < inputs.length; index++) {
            Input input = inputs[index];
            input.load(window);
            if (input.skips() > 0) {
                int[] skipAt = input.skipAt();
                for (int i = 0; i < input.skips(); i++) {
                    marked[skipAt[i]] |= plan.flags()[index];
                }
            }
            if (plan.places()[index] > 0) {
                values[plan.places()[index]] = numbers(input, plan.places()[index], count);
            }
        }
        switch (plan.words()) {
            case 1 -> addKeys(keys, count);
            case 2 -> addPairs(keys, values[1], count);
            default -> addRows(keys, count);
        }
    }

    private long[] numbers(Input input, int place, int count) {
        if (!input.isOfDoubles()) {
            return input.longs();
        }
        long[] bits = values[place] == null ? new long[Window.ROWS_MAX] : values[place];
        double[] doubles = input.doubles();
        for (int i = 0; i < count; i++) {
            bits[i] = Double.doubleToRawLongBits(doubles[i]);
        }
        return bits;
    }

    private void addKeys(long[] keys, int count) {
        for (int i = 0; i < count; i++) {
            int partition = plan.partition(keys[i]);
            int at = place(partition);
            open[partition][at] = marked[i];
            ends[partition] = at + 1;
        }
    }

    private void addPairs(long[] keys, long[] numbers, int count) {
        for (int i = 0; i < count; i++) {
            int partition = plan.partition(keys[i]);
            int at = place(partition);
            long[] chunk = open[partition];
            chunk[at] = marked[i];
            chunk[at + 1] = numbers[i];
            ends[partition] = at + 2;
        }
    }

    private void addRows(long[] keys, int count) {
        int words = plan.words();
        for (int i = 0; i < count; i++) {
            int partition = plan.partition(keys[i]);
            int at = place(partition);
            long[] chunk = open[partition];
            chunk[at] = marked[i];
            for (int word = 1; word < words; word++) {
                chunk[at + word] = values[word][i];
            }
            ends[partition] = at + words;
        }
    }

    private int place(int partition) {
        int at = ends[partition];
        if (at == chunkLength()) {
            openChunk(partition);
            return 0;
        }
        return at;
    }

    private void openChunk(int partition) {
        reservation.grow(chunkBytes());
        if (open[partition] != null) {
            if (full.get(partition) == null) {
                full.set(partition, new ArrayList<>());
            }
            full.get(partition).add(open[partition]);
        }
        open[partition] = new long[chunkLength()];
        ends[partition] = 0;
    }

    int rows(int partition) {
        return open[partition] == null ? 0
                : (chunks(partition) - 1) * CHUNK_ROWS + ends[partition] / plan.words();
    }

    int chunks(int partition) {
        List<long[]> before = full.get(partition);
        return open[partition] == null ? 0 : before == null ? 1 : before.size() + 1;
    }

    long[] chunk(int partition, int chunk) {
        return chunk == chunks(partition) - 1 ? open[partition] : full.get(partition).get(chunk);
    }

    int rowsOfChunk(int partition, int chunk) {
        return chunk == chunks(partition) - 1 ? ends[partition] / plan.words() : CHUNK_ROWS;
    }

    /// Bytes that [#forget] gives back.
    private long bytes(int partition) {
        return chunks(partition) * chunkBytes();
    }

    /// Nobody else forgets or adds at the same time.
    void forget(int partition) {
        reservation.shrink(bytes(partition));
        open[partition] = null;
        full.set(partition, null);
    }
}
