package org.narwhaldb.ingest.build;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.narwhaldb.segment.BatchRows;
import org.narwhaldb.segment.ValueBatch;

/// Splits a batch's rows by time bucket. Remembers the buckets of single days, which cost a calendar to find.
final class BatchRouting {
    private static final int MEMORY = 1 << 9;

    private final TimeBuckets buckets;
    private final long[] days = new long[MEMORY];
    private final long[] bucketsOfDays = new long[MEMORY];
    private final Map<Long, Rows> open = new LinkedHashMap<>();

    BatchRouting(TimeBuckets buckets) {
        this.buckets = buckets;
        Arrays.fill(days, Long.MIN_VALUE);
    }

    private static final class Rows {
        private int[] rows = new int[1 << 6];
        private int count;

        private void add(int row) {
            rows = count == rows.length ? Arrays.copyOf(rows, count * 2) : rows;
            rows[count++] = row;
        }

        private BatchRows take() {
            boolean gapless = rows[count - 1] - rows[0] == count - 1;
            return gapless ? new BatchRows(null, rows[0], count) : new BatchRows(rows, 0, count);
        }
    }

    /// By bucket its rows, in the order of the first ones.
    Map<Long, BatchRows> route(ValueBatch times, int rowCount) {
        long[] values = new long[0];
        boolean[] isNull = null;
        if (times instanceof ValueBatch.Longs longs) {
            values = longs.values();
            isNull = longs.isNull();
        } else {
            Object[] shapes = ((ValueBatch.Shapes) times).values();
            values = new long[rowCount];
            isNull = new boolean[rowCount];
            for (int row = 0; row < rowCount; row++) {
                isNull[row] = shapes[row] == null;
                values[row] = shapes[row] instanceof Long value ? value : 0;
            }
        }
        open.clear();
        long bucket = 0;
        Rows rows = null;
        for (int row = 0; row < rowCount; row++) {
            long next = isNull != null && isNull[row] ? TimeBuckets.NO_TIME : bucketOf(values[row]);
            if (rows == null || next != bucket) {
                bucket = next;
                rows = open.computeIfAbsent(bucket, ignored -> new Rows());
            }
            rows.add(row);
        }
        Map<Long, BatchRows> routed = new LinkedHashMap<>();
        open.forEach((number, its) -> routed.put(number, its.take()));
        return routed;
    }

    private long bucketOf(long value) {
        if (!buckets.isWholeDays()) {
            return buckets.bucketOf(value);
        }
        long day = buckets.day(value);
        int slot = (int) day & MEMORY - 1;
        if (days[slot] != day) {
            days[slot] = day;
            bucketsOfDays[slot] = buckets.bucketOf(value);
        }
        return bucketsOfDays[slot];
    }
}
