package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Keys of any types, as rows of [KeyWords]. Open addressing, linear probing, at most half full; beside each slot stands
/// a part of its hash, so that keys are compared only where they are most likely equal.
final class WideTable implements KeyTable {
    private static final int SLOTS_MIN = 256;
    private static final int SLOTS_MAX = 1 << 30;

    private final Reservation reservation;
    private final KeyWords keyWords;
    private final int stride;
    /// upper half: of the hash; lower half: group + 1
    private long[] slots = new long[0];
    /// `stride` words a group
    private long[] groupWords = new long[0];
    private int size;
    private long[] words = new long[0];
    private long[] hashes = new long[0];
    private boolean[] unmatched = new boolean[0];

    WideTable(List<ColumnType.Physical> kinds, KeyIds ids, boolean nullsAreKeys, Reservation reservation) {
        this.reservation = reservation;
        keyWords = new KeyWords(kinds, ids, nullsAreKeys);
        stride = keyWords.stride();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean assign(Column[] keys, int count, int[] groups) {
        words = reservation.longs(words, count * stride);
        keyWords.encode(keys, count, true, words, null);
        makeRoom(count);
        hash(count);
        int mask = slots.length - 1;
        for (int row = 0; row < count; row++) {
            int slot = slot(row, mask);
            int group = (int) slots[slot] - 1;
            if (group < 0) {
                group = size++;
                System.arraycopy(words, row * stride, groupWords, group * stride, stride);
                slots[slot] = entry(hashes[row], group);
            }
            groups[row] = group;
        }
        return true;
    }

    @Override
    public void find(Column[] keys, int count, int[] groups) {
        words = reservation.longs(words, count * stride);
        unmatched = reservation.booleans(unmatched, count);
        keyWords.encode(keys, count, false, words, unmatched);
        hash(count);
        int mask = slots.length - 1;
        for (int row = 0; row < count; row++) {
            groups[row] = unmatched[row] || mask < 0 ? -1 : (int) slots[slot(row, mask)] - 1;
        }
    }

    private void hash(int count) {
        hashes = reservation.longs(hashes, count);
        for (int row = 0; row < count; row++) {
            hashes[row] = hash(words, row * stride);
        }
    }

    private long hash(long[] source, int offset) {
        long hash = Hashes.mix(source[offset]);
        for (int word = 1; word < stride; word++) {
            hash = Hashes.combine(hash, source[offset + word]);
        }
        return hash;
    }

    private static long entry(long hash, int group) {
        return hash & 0xFFFFFFFF_00000000L | group + 1;
    }

    /// Where the row's key stands, or the free place where it belongs.
    private int slot(int row, int mask) {
        long hash = hashes[row];
        int slot = (int) hash & mask;
        for (long entry = slots[slot]; entry != 0; entry = slots[slot]) {
            if ((entry ^ hash) >>> Integer.SIZE == 0 && isEqual(row * stride, ((int) entry - 1) * stride)) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean isEqual(int offset, int place) {
        for (int word = 0; word < stride; word++) {
            if (groupWords[place + word] != words[offset + word]) {
                return false;
            }
        }
        return true;
    }

    private void makeRoom(int more) {
        if ((size + (long) more) * stride > Integer.MAX_VALUE - 16 || 2L * (size + more) > SLOTS_MAX) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "The query has more than [%d] distinct keys in one step; filter the rows first", size);
        }
        groupWords = reservation.longs(groupWords, (size + more) * stride);
        if (2 * (size + more) <= slots.length) {
            return;
        }
        int capacity = Math.max(SLOTS_MIN, Integer.highestOneBit(2 * (size + more) - 1) * 2);
        reservation.grow((long) capacity * Long.BYTES);
        reservation.shrink((long) slots.length * Long.BYTES);
        slots = new long[capacity];
        int mask = capacity - 1;
        for (int group = 0; group < size; group++) {
            long hash = hash(groupWords, group * stride);
            int slot = (int) hash & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = entry(hash, group);
        }
    }

    @Override
    public Column keys(int key, int from, int count) {
        return keyWords.decode(key, groupWords, from, count);
    }

    @Override
    public void release() {
        reservation.shrink((long) (slots.length + groupWords.length + words.length + hashes.length) * Long.BYTES
                + unmatched.length);
        slots = new long[0];
        groupWords = new long[0];
        words = new long[0];
        hashes = new long[0];
        unmatched = new boolean[0];
    }
}
