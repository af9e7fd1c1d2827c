package org.narwhaldb.engine.expression;

import java.util.Arrays;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column.BytesColumn;

/// Byte strings, each held once: an open-addressing hash table over a pool. Entries are numbered as they come.
final class DistinctBytes {
    private byte[][] entries = new byte[16][];
    private int[] slots;
    private int size;

    DistinctBytes(int expected) {
        slots = new int[Math.max(16, Integer.highestOneBit(Math.max(1, expected)) * 4)];
    }

    /// The number of the entry, a new one if it is not there yet.
    int add(byte[] bytes, int start, int end) {
        int slot = slot(bytes, start, end);
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, size * 2);
        }
        entries[size] = Arrays.copyOfRange(bytes, start, end);
        slots[slot] = ++size;
        if (size * 2 > slots.length) {
            grow();
        }
        return size - 1;
    }

    boolean contains(byte[] bytes, int start, int end) {
        return slots[slot(bytes, start, end)] != 0;
    }

    BytesColumn pool() {
        BytesBuilder builder = new BytesBuilder(size, size * 8);
        for (int entry = 0; entry < size; entry++) {
            builder.append(entries[entry]);
            builder.endEntry();
        }
        return builder.build(null);
    }

    private int slot(byte[] bytes, int start, int end) {
        int slot = hash(bytes, start, end) & (slots.length - 1);
        while (slots[slot] != 0) {
            byte[] entry = entries[slots[slot] - 1];
            if (Arrays.equals(entry, 0, entry.length, bytes, start, end)) {
                break;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private void grow() {
        slots = new int[slots.length * 2];
        for (int entry = 0; entry < size; entry++) {
            slots[slot(entries[entry], 0, entries[entry].length)] = entry + 1;
        }
    }

    private static int hash(byte[] bytes, int start, int end) {
        int hash = end - start;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + bytes[i];
        }
        hash *= 0x9E3779B1;
        return hash ^ (hash >>> 15);
    }
}
