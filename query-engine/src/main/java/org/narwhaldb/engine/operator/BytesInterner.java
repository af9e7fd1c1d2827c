package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Gives each distinct byte string a dense id, in order of first appearance. The strings stand one after the other in
/// one pool, so that a column of ids is a dictionary-coded [BytesColumn] without a copy.
///
/// A pool that comes with codes is translated once an entry, not once a row. The pools last seen are remembered, so
/// that rows of several segments may take turns.
final class BytesInterner {
    /// id of a null row
    static final int NULL = -1;
    /// id of a value that is not there, when nothing may be added
    static final int ABSENT = -2;

    private static final int BYTES_MAX = Integer.MAX_VALUE - 16;
    private static final int SLOTS_MAX = 1 << 30;
    private static final int POOLS_MAX = 32;

    private final Reservation reservation;
    private byte[] bytes = new byte[0];
    private int[] offsets = new int[1];
    private int size;
    /// upper half: that of the hash, which also gives the place; lower half: id + 1
    private long[] slots = new long[0];
    /// the offsets as readers get them: as many as there are entries
    private int[] poolView = new int[0];

    private final Pool[] pools = new Pool[POOLS_MAX];
    private int poolCount;
    private int lastPool;

    /// A dictionary of others, and the ids + 1 of its entries; 0: not yet known.
    private static final class Pool {
        private final byte[] bytes;
        private final int[] offsets;
        private final boolean isForAdding;
        private int[] ids;

        Pool(BytesColumn column, boolean isForAdding) {
            bytes = column.bytes();
            offsets = column.offsets();
            this.isForAdding = isForAdding;
        }

        boolean isOf(BytesColumn column, boolean add) {
            return column.offsets() == offsets && column.bytes() == bytes && isForAdding == add;
        }
    }

    BytesInterner(Reservation reservation) {
        this.reservation = reservation;
    }

    int size() {
        return size;
    }

    /// Sets `target[offset + i]` to the id of row `i`: NULL for a null, ABSENT for a new value if `add` is false.
    void ids(BytesColumn column, int count, boolean add, int[] target, int offset) {
        boolean[] nulls = column.nulls();
        int[] translated = column.codes() == null ? null : translation(column, count, add);
        if (translated != null) {
            idsByCode(column, translated, count, add, target, offset);
            return;
        }
        for (int row = 0; row < count; row++) {
            target[offset + row] = nulls != null && nulls[row] ? NULL
                    : id(column.bytes(), column.start(row), column.end(row), add);
        }
    }

    private void idsByCode(BytesColumn column, int[] ids, int count, boolean add, int[] target, int offset) {
        boolean[] nulls = column.nulls();
        int[] codes = column.codes();
        for (int row = 0; row < count; row++) {
            if (nulls != null && nulls[row]) {
                target[offset + row] = NULL;
                continue;
            }
            int code = codes[row];
            int known = ids[code];
            if (known == 0) {
                int id = id(column.bytes(), column.offsets()[code], column.offsets()[code + 1], add);
                known = id >= 0 ? id + 1 : id;
                ids[code] = known;
            }
            target[offset + row] = known > 0 ? known - 1 : known;
        }
    }

    /// Null if it does not pay: a large pool seen for the first time may belong to this batch alone.
    private int[] translation(BytesColumn column, int count, boolean add) {
        int entries = column.offsets().length - 1;
        Pool pool = known(column, add);
        if (pool == null) {
            pool = remember(new Pool(column, add));
            if (entries > 4L * count) {
                return null;
            }
        }
        if (pool.ids == null) {
            reservation.grow((long) entries * Integer.BYTES);
            pool.ids = new int[entries];
        }
        return pool.ids;
    }

    private Pool known(BytesColumn column, boolean add) {
        if (poolCount > 0 && pools[lastPool].isOf(column, add)) {
            return pools[lastPool];
        }
        for (int index = 0; index < poolCount; index++) {
            if (pools[index].isOf(column, add)) {
                lastPool = index;
                return pools[index];
            }
        }
        return null;
    }

    /// In the place of another, if there are too many.
    private Pool remember(Pool pool) {
        lastPool = poolCount < POOLS_MAX ? poolCount++ : (lastPool + 1) % POOLS_MAX;
        Pool forgotten = pools[lastPool];
        if (forgotten != null && forgotten.ids != null) {
            reservation.shrink((long) forgotten.ids.length * Integer.BYTES);
        }
        pools[lastPool] = pool;
        return pool;
    }

    int id(byte[] source, int start, int end, boolean add) {
        long hash = Hashes.bytes(source, start, end);
        if (slots.length > 0) {
            int mask = slots.length - 1;
            int slot = (int) (hash >>> Integer.SIZE) & mask;
            for (long entry = slots[slot]; entry != 0; entry = slots[slot]) {
                int id = (int) entry - 1;
                if ((entry ^ hash) >>> Integer.SIZE == 0
                        && Arrays.equals(bytes, offsets[id], offsets[id + 1], source, start, end)) {
                    return id;
                }
                slot = (slot + 1) & mask;
            }
        }
        return add ? add(hash, source, start, end) : ABSENT;
    }

    private int add(long hash, byte[] source, int start, int end) {
        int used = offsets[size];
        if (end - start > BYTES_MAX - used) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "The distinct texts of one column of the query exceed [%d] bytes; filter the rows first",
                            BYTES_MAX);
        }
        bytes = reservation.bytes(bytes, used + end - start);
        offsets = reservation.ints(offsets, size + 2);
        if (2L * (size + 1) > slots.length) {
            rehash(Math.max(128, slots.length * 2));
        }
        System.arraycopy(source, start, bytes, used, end - start);
        offsets[size + 1] = used + end - start;
        place(hash, size);
        return size++;
    }

    private void rehash(int capacity) {
        if (capacity <= 0 || capacity > SLOTS_MAX) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "The query has more than [%d] distinct texts in a column", size);
        }
        reservation.grow((long) capacity * Long.BYTES);
        reservation.shrink((long) slots.length * Long.BYTES);
        long[] entries = slots;
        slots = new long[capacity];
        for (long entry : entries) {
            if (entry != 0) {
                place(entry, (int) entry - 1);
            }
        }
    }

    private void place(long hash, int id) {
        int mask = slots.length - 1;
        int slot = (int) (hash >>> Integer.SIZE) & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = hash & 0xFFFFFFFF_00000000L | id + 1;
    }

    /// A column of these ids over the pool; entries added later leave it as it is.
    BytesColumn column(int[] ids, boolean[] nulls) {
        // Null rows may have code 0, so that even an empty pool has an entry for it.
        int length = Math.max(1, size) + 1;
        if (poolView.length != length) {
            reservation.grow((long) length * Integer.BYTES);
            reservation.shrink((long) poolView.length * Integer.BYTES);
            poolView = Arrays.copyOf(offsets, length);
        }
        return new BytesColumn(bytes, poolView, ids, nulls);
    }

    int compare(int left, int right) {
        return Arrays.compareUnsigned(bytes, offsets[left], offsets[left + 1], bytes, offsets[right],
                offsets[right + 1]);
    }

    int compare(int id, BytesColumn column, int row) {
        return Arrays.compareUnsigned(bytes, offsets[id], offsets[id + 1], column.bytes(), column.start(row),
                column.end(row));
    }

    /// The first eight bytes as an unsigned number, padded with zeros: orders as the strings do where it differs.
    long prefix(int id) {
        return prefix(bytes, offsets[id], offsets[id + 1]);
    }

    static long prefix(byte[] source, int start, int end) {
        long prefix = 0;
        for (int index = 0; index < Long.BYTES; index++) {
            prefix = prefix << 8 | (start + index < end ? source[start + index] & 0xFF : 0);
        }
        return prefix;
    }
}
