package org.narwhaldb.engine.operator;

import java.util.Arrays;

/// Which groups an aggregate call has a value for. Usually all: then nothing is held but how many they are.
final class SeenGroups {
    private final Reservation reservation;
    /// whether a group may be there before a row of it is added
    private final boolean mayLag;
    private int reserved;
    /// while `flags` is null, groups below this have a value
    private int complete;
    private boolean[] flags;

    /// @param mayLag false if every row of a new group is added: the call has no FILTER and is not distinct
    SeenGroups(boolean mayLag, Reservation reservation) {
        this.mayLag = mayLag;
        this.reservation = reservation;
    }

    void reserve(int groups) {
        reserved = groups;
        if (flags != null) {
            flags = reservation.booleans(flags, groups);
        }
    }

    /// Rows of these groups have a value, but for those that are null.
    void mark(boolean[] nulls, int[] groups, int count) {
        if (flags == null && nulls == null && !mayLag) {
            complete = count > 0 ? reserved : complete;
            return;
        }
        if (flags == null) {
            flags = reservation.booleans(new boolean[0], reserved);
            Arrays.fill(flags, 0, complete, true);
        }
        if (nulls == null) {
            for (int row = 0; row < count; row++) {
                flags[groups[row]] = true;
            }
        } else {
            for (int row = 0; row < count; row++) {
                flags[groups[row]] |= !nulls[row];
            }
        }
    }

    boolean isSeen(int group) {
        return flags == null ? group < complete : flags[group];
    }

    /// Of groups `[from, from + count)`; null if all are seen.
    boolean[] unseen(int from, int count) {
        if (flags == null && from + count <= complete) {
            return null;
        }
        boolean[] unseen = null;
        for (int row = 0; row < count; row++) {
            if (!isSeen(from + row)) {
                unseen = unseen == null ? new boolean[count] : unseen;
                unseen[row] = true;
            }
        }
        return unseen;
    }
}
