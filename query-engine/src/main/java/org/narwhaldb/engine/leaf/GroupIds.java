package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.kernel.GroupLoops;
import org.narwhaldb.engine.operator.Reservation;

/// The numbers of rows' groups, made of the ids of all keys, where they are more than an int counts. One thread at a time.
final class GroupIds {
    private final LeafPlan plan;
    private final KeyCursor[][] cursors;
    private final long[] ids = new long[Window.ROWS_MAX];
    private final long[] groups = new long[Window.ROWS_MAX];

    GroupIds(LeafPlan plan, Reservation reservation) {
        this.plan = plan;
        reservation.grow(2L * Window.ROWS_MAX * Long.BYTES);
        cursors = new KeyCursor[plan.filters().size()][];
    }

    /// Valid until the next call.
    long[] of(int task, Window window) {
        List<GroupKey> keys = plan.keys();
        if (cursors[task] == null) {
            cursors[task] = keys.stream().map(key -> key.cursor(task)).toArray(KeyCursor[]::new);
        }
        int count = window.count();
        for (int key = 0; key < keys.size(); key++) {
            int constant = cursors[task][key].constant(window);
            if (constant >= 0) {
                Arrays.fill(ids, 0, count, constant);
            } else {
                cursors[task][key].ids(window, ids);
            }
            GroupLoops.place(ids, count, plan.stride(key), key > 0, groups);
        }
        return groups;
    }
}
