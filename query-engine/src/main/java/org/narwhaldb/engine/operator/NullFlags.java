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

    /// For a gathered column; an index of -1 is a null. Returns null if there is none.
    boolean[] gather(int[] indices, int count) {
        boolean[] target = null;
        for (int index = 0; index < count; index++) {
            if (indices[index] < 0 || isNull(indices[index])) {
                if (target == null) {
                    target = new boolean[count];
                }
                target[index] = true;
            }
        }
        return target;
    }
}
