package org.narwhaldb.conformance.chaos;

import java.time.LocalDate;

/// One row of a fact table, a pure function of its id and how often it was updated.
record FactRow(long id, long batch, long group, long amount, LocalDate day) {
    static final int GROUPS = 12;
    static final int AMOUNT_MAX = 10_000;
    private static final int BATCH_ROWS = 1_000_000;
    private static final int DAYS = 60;
    private static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 1);

    static FactRow of(long id, int revision) {
        long mixed = mix(id * 31 + revision);
        return new FactRow(id, id / BATCH_ROWS, mix(id) % GROUPS, mixed % AMOUNT_MAX, FIRST_DAY.plusDays(id % DAYS));
    }

    /// The first id of a batch of up to a million rows.
    static long firstId(long batch) {
        return batch * BATCH_ROWS;
    }

    /// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014), the finalizer; without the sign.
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return (mixed ^ (mixed >>> 31)) >>> 1;
    }
}
