package org.narwhaldb.segment;


/// Numbers distinct byte values from 0 in the order they come: an open-addressing hash table over a pool. A slot holds
/// 32 bits of the hash beside the number (+ 1), so that a probe reads the pool only for a value that very likely
/// matches.
final class ValueNumbers {
    private static final int FIRST_SLOTS = 1 << 8;
    private static final long TAG_MASK = 0xFFFF_FFFFL << Integer.SIZE;

    private final BytePool pool;
    private final LongChunks addresses = new LongChunks();
    private final LongChunks hashes = new LongChunks();
    private long[] slots = new long[FIRST_SLOTS];
    private long lastAddress = -1;
    private int lastNumber;

    ValueNumbers(BytePool pool) {
        this.pool = pool;
    }

    int number(byte[] value, int offset, int length) {
        if (lastAddress >= 0 && pool.matches(lastAddress, value, offset, length)) {
            return lastNumber;
        }
        long hash = ValueHash.hash(value, offset, length);
        long tag = hash & TAG_MASK;
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        while (slots[slot] != 0) {
            long entry = slots[slot];
            if ((entry & TAG_MASK) == tag) {
                int number = (int) entry - 1;
                long address = addresses.get(number);
                if (pool.matches(address, value, offset, length)) {
                    return last(address, number);
                }
            }
            slot = slot + 1 & mask;
        }
        int number = addresses.size();
        long address = pool.add(value, offset, length);
        addresses.add(address);
        hashes.add(hash);
        slots[slot] = tag | number + 1;
        if (addresses.size() * 2 > slots.length) {
            grow();
        }
        return last(address, number);
    }

    int size() {
        return addresses.size();
    }

    LongChunks addresses() {
        return addresses;
    }

    /// By number the value's `ValueHash`.
    LongChunks hashes() {
        return hashes;
    }

    long memoryBytes() {
        return (long) slots.length * Long.BYTES + addresses.memoryBytes() + hashes.memoryBytes();
    }

    /// Remembers the value, as the next row often has the same.
    private int last(long address, int number) {
        lastAddress = address;
        lastNumber = number;
        return number;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[old.length * 2];
        int mask = slots.length - 1;
        for (long entry : old) {
            if (entry != 0) {
                int slot = (int) hashes.get((int) entry - 1) & mask;
                while (slots[slot] != 0) {
                    slot = slot + 1 & mask;
                }
                slots[slot] = entry;
            }
        }
    }
}
