package org.narwhaldb.engine.operator;

import java.util.Arrays;

/// Which rows of a [ColumnStore] are null, and how many rows there are. Holds nothing until the first null.
final class NullFlags {
    private final Reservation reservation;
    private boolean[] flags;
    private int size;

    NullFlags(Reservation reservation) {
        this.reservation = reservation;
    }

    int size() {
        return size;
    }

    boolean isNull(int index) {
        return flags != null && flags[index];
    }

    void append(boolean[] source, int[] rows, int count) {
        if (source != null || flags != null) {
            flags = reservation.booleans(flags == null ? new boolean[0] : flags, size + count);
            if (source == null) {
                Arrays.fill(flags, size, size + count, false);
            } else {
                for (int index = 0; index < count; index++) {
                    flags[size + index] = source[rows == null ? index : rows[index]];
                }
            }
        }
        size += count;
    }

    /// For a gathered column; null if there is no null.
    boolean[] gather(int[] indices, int count) {
        if (flags == null) {
            return null;
        }
        boolean[] target = new boolean[count];
        boolean any = false;
        for (int index = 0; index < count; index++) {
            target[index] = flags[indices[index]];
            any |= target[index];
        }
        return any ? target : null;
    }
}
