package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import java.util.Map;
import java.util.WeakHashMap;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.RowIds;
import org.narwhaldb.engine.scan.BlockFilter;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.SegmentDictionary;
import org.narwhaldb.segment.ValueHash;

/// Numbers the distinct values of one table column over all segments seen so far, and remembers for each segment which
/// number its codes have. Grows, never renumbers. Values stand one after the other in one pool, so that numbers are
/// codes of a shared dictionary to whoever gets them.
///
/// Of a segment that stores the column's values without a dictionary, it remembers the number of every row.
///
/// Values are found by their 64-bit hashes, and confirmed by their bytes. The first segment's codes
/// are its numbers: nothing is hashed before a second segment comes.
final class GlobalDictionary {
    private static final int POOL_BYTES_MAX = Integer.MAX_VALUE - 16;
    private static final int CHECK_ENTRIES = 1 << 16;
    private static final int STALE_FACTOR = 3;
    private static final int STALE_SIZE_MIN = 1 << 16;
    private static final int SLOTS_MIN = 256;
    private static final int[] IDENTITY = new int[0];

    /// By segment object, so that what is unmapped is forgotten. [#IDENTITY]: codes are ids.
    private final Map<Segment, int[]> maps = new WeakHashMap<>();
    /// By segment object: numbers by row.
    private final Map<Segment, int[]> rows = new WeakHashMap<>();
    private final DictionaryCoupons coupons = new DictionaryCoupons();
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
            // Slots without values come of rows that were all NULL; what is adopted would not be found by them.
            map = size == 0 && slots.length == 0 ? adopt(dictionary) : extend(dictionary, context);
            maps.put(segment, map);
        }
        return map == IDENTITY ? null : map;
    }

    /// The numbers of the segment's rows; of a NULL anything.
    synchronized int[] rows(Segment segment, SegmentColumn column, QueryContext context) {
        int[] numbers = rows.get(segment);
        if (numbers == null) {
            numbers = new int[segment.rowCount()];
            ValueBatch batch = new ValueBatch();
            for (int row = 0; row < numbers.length; row += ValueBatch.ROWS_MAX) {
                context.check();
                int count = Math.min(ValueBatch.ROWS_MAX, numbers.length - row);
                batch.read(column, row, count);
                number(batch, count, numbers, row);
            }
            rows.put(segment, numbers);
        }
        return numbers;
    }

    /// The numbers of rows that the filter selects; others have any. Not remembered, though their values are.
    synchronized int[] rows(Segment segment, SegmentColumn column, BlockFilter filter, QueryContext context) {
        int[] numbers = new int[segment.rowCount()];
        int[] found = new int[ValueBatch.ROWS_MAX];
        int[] picked = new int[Segment.BLOCK_ROWS + RowIds.SLACK];
        long[] bitmap = new long[Bitmaps.WORDS];
        ValueBatch batch = new ValueBatch();
        for (int block = 0; block < segment.blockCount(); block++) {
            int selected = filter.select(block, bitmap);
            int first = block * Segment.BLOCK_ROWS;
            if (selected == segment.blockRowCount(block)) {
                Bitmaps.fill(bitmap, selected);
            }
            if (selected > 0) {
                RowIds.of(bitmap, 0, Bitmaps.words(segment.blockRowCount(block)), picked);
            }
            for (int from = 0; from < selected; from += ValueBatch.ROWS_MAX) {
                context.check();
                int count = Math.min(ValueBatch.ROWS_MAX, selected - from);
                batch.read(column, first, picked, from, count);
                number(batch, count, found, 0);
                for (int i = 0; i < count; i++) {
                    numbers[first + picked[from + i]] = found[i];
                }
            }
        }
        return numbers;
    }

    synchronized boolean knowsRows(Segment segment) {
        return rows.containsKey(segment);
    }

    private void number(ValueBatch batch, int count, int[] target, int offset) {
        reserve(count);
        int mask = slots.length - 1;
        long touched = 0;
        for (int i = 0; i < count; i++) {
            touched += slots[(int) (batch.hash(i) >>> 32) & mask];
        }
        batch.touched(touched);
        for (int i = 0; i < count; i++) {
            if (!batch.isNull(i)) {
                target[offset + i] = idOf(batch.hash(i), batch.bytes(), batch.start(i), batch.length(i));
            }
        }
    }

    /// Valid for all numbers given out so far; the same arrays until the next value comes.
    synchronized Pool pool() {
        if (view == null || view.size != size) {
            // Rows that are NULL have code 0, so that even an empty pool has an entry for it.
            view = new Pool(pool, Arrays.copyOf(offsets, Math.max(1, size) + 1), size);
        }
        return view;
    }

    DictionaryCoupons coupons() {
        return coupons;
    }

    synchronized boolean isStale() {
        long alive = 0;
        for (int[] map : maps.values()) {
            if (map == IDENTITY) {
                return false;
            }
            alive += map.length;
        }
        for (int[] numbers : rows.values()) {
            alive += numbers.length;
        }
        return size > STALE_SIZE_MIN && size > STALE_FACTOR * alive;
    }

    synchronized long bytes() {
        long bytes = pool.length + (long) offsets.length * Integer.BYTES + (long) slots.length * Long.BYTES;
        for (int[] map : maps.values()) {
            bytes += (long) map.length * Integer.BYTES;
        }
        for (int[] numbers : rows.values()) {
            bytes += (long) numbers.length * Integer.BYTES;
        }
        return bytes + coupons.bytes() + (view == null ? 0 : (long) view.offsets.length * Integer.BYTES);
    }

    private int[] adopt(SegmentDictionary dictionary) {
        int count = dictionary.size();
        long[] bytes = new long[1];
        dictionary.walk(0, count, (_, _, _, length, _) -> bytes[0] += length);
        if (bytes[0] > POOL_BYTES_MAX) {
            throw new TooLarge();
        }
        byte[] values = new byte[(int) bytes[0]];
        int[] ends = new int[Math.max(1, count) + 1];
        dictionary.walk(0, count, (code, text, start, length, _) -> {
            System.arraycopy(text, start, values, ends[code], length);
            ends[code + 1] = ends[code] + length;
        });
        pool = values;
        offsets = ends;
        size = count;
        return IDENTITY;
    }

    private int[] extend(SegmentDictionary dictionary, QueryContext context) {
        int count = dictionary.size();
        int[] map = new int[Math.max(1, count)];
        for (int from = 0; from < count; from += CHECK_ENTRIES) {
            context.check();
            dictionary.walk(from, Math.min(count, from + CHECK_ENTRIES), (code, text, start, length, _) -> {
                // Sorted dictionaries of equal values stand in equal order: the next one is most often just that.
                int next = code == 0 ? 0 : map[code - 1] + 1;
                map[code] = next < size && isValue(next, text, start, length) ? next
                        : idOf(ValueHash.hash(text, start, length), text, start, length);
            });
        }
        for (int code = 0; code < count; code++) {
            if (map[code] != code) {
                return map;
            }
        }
        return IDENTITY;
    }

    private int idOf(long hash, byte[] value, int start, int length) {
        reserve(1);
        int mask = slots.length - 1;
        int tag = (int) (hash >>> 32);
        int slot = tag & mask;
        while (slots[slot] != 0) {
            int id = (int) slots[slot] - 1;
            if ((int) (slots[slot] >>> 32) == tag && isValue(id, value, start, length)) {
                return id;
            }
            slot = (slot + 1) & mask;
        }
        slots[slot] = (long) tag << 32 | size + 1;
        return add(value, start, length);
    }

    private int add(byte[] value, int start, int length) {
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
        System.arraycopy(value, start, pool, used, length);
        offsets[size + 1] = used + length;
        return size++;
    }

    /// Makes room for so many values more; slots are at most three quarters full.
    private void reserve(int count) {
        long needed = (size + (long) count) * 4 / 3 + 1;
        if (slots.length >= needed) {
            return;
        }
        boolean wasEmpty = slots.length == 0;
        long[] old = slots;
        slots = new long[Math.max(SLOTS_MIN, (int) Long.highestOneBit(needed - 1) * 2)];
        int mask = slots.length - 1;
        for (long entry : old) {
            if (entry != 0) {
                place(entry, mask);
            }
        }
        for (int id = 0; wasEmpty && id < size; id++) {
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

    private boolean isValue(int id, byte[] value, int start, int length) {
        return offsets[id + 1] - offsets[id] == length
                && Arrays.equals(pool, offsets[id], offsets[id + 1], value, start, start + length);
    }
}
