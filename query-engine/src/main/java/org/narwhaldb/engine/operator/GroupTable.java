package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Numbers distinct keys densely from 0, in order of first appearance. NULL is a key value like any other when rows are
/// assigned, and matches nothing when they are looked up.
///
/// Keys are rows of [KeyWords]; three paths, chosen by their shape: one dictionary-like key addresses a table
/// directly, one number hashes one long, anything else hashes several. Open addressing, linear probing, at most half
/// full.
final class GroupTable {
    private static final int SLOTS_MIN = 256;
    private static final int SLOTS_MAX = 1 << 30;

    private final Reservation reservation;
    private final KeyWords keyWords;
    private final int stride;
    private final boolean isDense;
    /// one number as the key: its null is kept beside the table, and saves a word a row
    private final boolean isOneNumber;
    private int nullGroup = -1;
    /// group + 1; by hash, or by word if dense
    private int[] slots = new int[0];
    /// `stride` words a group
    private long[] groupWords = new long[0];
    private int size;
    private long[] words = new long[0];
    private boolean[] unmatched = new boolean[0];

    /// @param nullsAreKeys false for tables whose null keys are never assigned
    GroupTable(List<ColumnType> types, boolean nullsAreKeys, Reservation reservation) {
        this.reservation = reservation;
        List<ColumnType.Physical> kinds = types.stream().map(ColumnType::physical).toList();
        boolean single = kinds.size() == 1;
        keyWords = new KeyWords(kinds, nullsAreKeys && !single, reservation);
        isDense = keyWords.isDense();
        isOneNumber = single && !isDense;
        stride = keyWords.stride();
    }

    int size() {
        return size;
    }

    /// Sets `groups[i]` to the number of row `i`'s key, adding the key if it is new.
    void assign(Column[] keys, int count, int[] groups) {
        if (isDense) {
            assignDense(keyWords.denseIds(keys[0], count, true), count, groups);
            return;
        }
        words = reservation.longs(words, count * stride);
        keyWords.encode(keys, count, true, words, null);
        if (stride == 1) {
            assignOne(isOneNumber ? keys[0].nulls() : null, count, groups);
        } else {
            assignMany(isOneNumber ? keys[0].nulls() : null, count, groups);
        }
    }

    /// Sets `groups[i]` to the number of row `i`'s key, or -1 if the key is not there or has a null.
    void find(Column[] keys, int count, int[] groups) {
        if (isDense) {
            findDense(keyWords.denseIds(keys[0], count, false), count, groups);
            return;
        }
        words = reservation.longs(words, count * stride);
        unmatched = reservation.booleans(unmatched, count);
        keyWords.encode(keys, count, false, words, unmatched);
        int mask = slots.length - 1;
        for (int row = 0; row < count; row++) {
            groups[row] = unmatched[row] || mask < 0 ? -1 : slots[slot(words, row * stride, mask)] - 1;
        }
    }

    private void findDense(int[] ids, int count, int[] groups) {
        for (int row = 0; row < count; row++) {
            int place = ids[row] + 1;
            groups[row] = place > 0 && place < slots.length ? slots[place] - 1 : -1;
        }
    }

    private void assignDense(int[] ids, int count, int[] groups) {
        for (int row = 0; row < count; row++) {
            int place = ids[row] + 1;
            int group = place < slots.length ? slots[place] - 1 : -1;
            groups[row] = group >= 0 ? group : addDense(place);
        }
    }

    private int addDense(int place) {
        slots = reservation.ints(slots, place + 1);
        words = reservation.longs(words, 1);
        words[0] = place;
        slots[place] = add(0) + 1;
        return size - 1;
    }

    private void assignOne(boolean[] nulls, int count, int[] groups) {
        for (int row = 0; row < count; row++) {
            if (nulls != null && nulls[row]) {
                groups[row] = nullGroup(row);
                continue;
            }
            if (2L * size >= slots.length) {
                rehash();
            }
            int mask = slots.length - 1;
            long word = words[row];
            int slot = (int) Hashes.mix(word) & mask;
            int group = slots[slot] - 1;
            while (group >= 0 && groupWords[group] != word) {
                slot = (slot + 1) & mask;
                group = slots[slot] - 1;
            }
            if (group < 0) {
                group = add(row);
                slots[slot] = group + 1;
            }
            groups[row] = group;
        }
    }

    private void assignMany(boolean[] nulls, int count, int[] groups) {
        for (int row = 0; row < count; row++) {
            if (nulls != null && nulls[row]) {
                groups[row] = nullGroup(row);
                continue;
            }
            if (2L * size >= slots.length) {
                rehash();
            }
            int slot = slot(words, row * stride, slots.length - 1);
            int group = slots[slot] - 1;
            if (group < 0) {
                group = add(row);
                slots[slot] = group + 1;
            }
            groups[row] = group;
        }
    }

    private int nullGroup(int row) {
        if (nullGroup < 0) {
            nullGroup = add(row);
        }
        return nullGroup;
    }

    private int add(int row) {
        if ((size + 1L) * stride > Integer.MAX_VALUE - 16) {
            throw tooMany();
        }
        groupWords = reservation.longs(groupWords, (size + 1) * stride);
        System.arraycopy(words, row * stride, groupWords, size * stride, stride);
        return size++;
    }

    /// Where the key stands, or the free place where it belongs.
    private int slot(long[] source, int offset, int mask) {
        int slot = (int) hash(source, offset) & mask;
        for (int group = slots[slot] - 1; group >= 0; group = slots[slot] - 1) {
            if (isEqual(source, offset, group)) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean isEqual(long[] source, int offset, int group) {
        int place = group * stride;
        for (int word = 0; word < stride; word++) {
            if (groupWords[place + word] != source[offset + word]) {
                return false;
            }
        }
        return true;
    }

    private long hash(long[] source, int offset) {
        long hash = Hashes.mix(source[offset]);
        for (int word = 1; word < stride; word++) {
            hash = Hashes.combine(hash, source[offset + word]);
        }
        return hash;
    }

    private void rehash() {
        int capacity = Math.max(SLOTS_MIN, slots.length * 2);
        if (slots.length >= SLOTS_MAX) {
            throw tooMany();
        }
        reservation.grow((long) capacity * Integer.BYTES);
        reservation.shrink((long) slots.length * Integer.BYTES);
        slots = new int[capacity];
        int mask = capacity - 1;
        for (int group = 0; group < size; group++) {
            if (group != nullGroup) {
                int slot = (int) hash(groupWords, group * stride) & mask;
                while (slots[slot] != 0) {
                    slot = (slot + 1) & mask;
                }
                slots[slot] = group + 1;
            }
        }
    }

    private NarwhalException tooMany() {
        return NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                "The query has more than [%d] distinct keys in one step; filter the rows first", size);
    }

    /// The values of key `key` of groups `[from, from + count)`.
    Column keys(int key, int from, int count) {
        Column column = keyWords.decode(key, groupWords, from, count);
        if (nullGroup < from || nullGroup >= from + count) {
            return column;
        }
        boolean[] nulls = new boolean[count];
        nulls[nullGroup - from] = true;
        return Columns.withNulls(column, nulls);
    }
}
