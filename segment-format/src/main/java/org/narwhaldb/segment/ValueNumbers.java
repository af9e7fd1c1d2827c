package org.narwhaldb.segment;

/// Numbers distinct byte values from 0 in the order they come: an open-addressing hash table over a pool. A slot holds
/// 24 bits of the hash and the value's address in the pool, and the pool the number in front of the value, so that a
/// probe touches two places: the slot, and the value if it very likely matches. Batches touch the places of many values
/// before they look at any, so that the cache misses overlap.
final class ValueNumbers {
    private static final int FIRST_SLOTS = 1 << 8;
    private static final int TAG_BITS = 24;
    private static final long TAG_MASK = -1L << Long.SIZE - TAG_BITS;
    /// Values touched at once: their cache lines stay in the first cache.
    private static final int TOUCH_ROWS = 256;

    private final BytePool pool;
    private final LongChunks addresses = new LongChunks();
    private final LongChunks hashes = new LongChunks();
    private final long[] batchHashes = new long[TOUCH_ROWS];
    private final int[] batchNumbers = new int[TOUCH_ROWS];
    private long[] slots = new long[FIRST_SLOTS];
    private long lastAddress = -1;
    /// What touching read, so that the compiler does not drop it.
    private long touched;

    ValueNumbers(BytePool pool) {
        this.pool = pool;
    }

    int number(byte[] value, int offset, int length) {
        if (lastAddress >= 0 && pool.matches(lastAddress, value, offset, length)) {
            return pool.number(lastAddress);
        }
        return number(ValueHash.hash(value, offset, length), value, offset, length);
    }

    /// Appends the numbers of a batch's rows to `target`, 0 for a NULL.
    void number(ByteValues values, boolean[] isNull, BatchRows rows, IntChunks target) {
        byte[] bytes = values.bytes();
        int[] starts = values.starts();
        for (int from = 0; from < rows.count(); from += TOUCH_ROWS) {
            int count = Math.min(TOUCH_ROWS, rows.count() - from);
            for (int i = 0; i < count; i++) {
                int row = rows.row(from + i);
                batchHashes[i] = ValueHash.hash(bytes, starts[row], starts[row + 1] - starts[row]);
            }
            touch(count);
            for (int i = 0; i < count; i++) {
                int row = rows.row(from + i);
                batchNumbers[i] = isNull != null && isNull[row] ? 0
                        : number(batchHashes[i], bytes, starts[row], starts[row + 1] - starts[row]);
            }
            target.add(batchNumbers, 0, count);
        }
    }

    int size() {
        return addresses.size();
    }

    LongChunks addresses() {
        return addresses;
    }

    long memoryBytes() {
        return (long) slots.length * Long.BYTES + addresses.memoryBytes() + hashes.memoryBytes();
    }

    private int number(long hash, byte[] value, int offset, int length) {
        long tag = hash & TAG_MASK;
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        for (long entry = slots[slot]; entry != 0; entry = slots[slot]) {
            if ((entry & TAG_MASK) == tag) {
                long address = address(entry);
                if (pool.matches(address, value, offset, length)) {
                    // the next row often has the same
                    lastAddress = address;
                    return pool.number(address);
                }
            }
            slot = slot + 1 & mask;
        }
        int number = addresses.size();
        long address = pool.add(number, value, offset, length);
        addresses.add(address);
        hashes.add(hash);
        slots[slot] = entry(tag, address);
        if (addresses.size() * 2 > slots.length) {
            grow();
        }
        lastAddress = address;
        return number;
    }

    private void touch(int count) {
        int mask = slots.length - 1;
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += slots[(int) batchHashes[i] & mask];
        }
        for (int i = 0; i < count; i++) {
            long entry = slots[(int) batchHashes[i] & mask];
            if (entry != 0) {
                sum += pool.length(address(entry));
            }
        }
        touched += sum;
    }

    /// An entry is never 0: no address is, as a number stands in front of the value.
    private static long entry(long tag, long address) {
        return tag | address >>> Integer.SIZE << BytePool.POSITION_BITS | address & BytePool.POSITION_MASK;
    }

    private static long address(long entry) {
        long rest = entry & ~TAG_MASK;
        return rest >>> BytePool.POSITION_BITS << Integer.SIZE | rest & BytePool.POSITION_MASK;
    }

    private void grow() {
        slots = new long[slots.length * 2];
        int mask = slots.length - 1;
        for (int number = 0; number < addresses.size(); number++) {
            long hash = hashes.get(number);
            int slot = (int) hash & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = entry(hash & TAG_MASK, addresses.get(number));
        }
    }
}
