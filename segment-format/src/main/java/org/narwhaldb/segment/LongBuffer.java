package org.narwhaldb.segment;

import org.narwhaldb.segment.SegmentSummary.ColumnSummary;
import org.narwhaldb.segment.encoding.BlockBytes;
import org.narwhaldb.segment.encoding.BlockLayout;
import org.narwhaldb.segment.encoding.LongBlock;

/// The collected values of a LONG column.
final class LongBuffer extends ColumnBuffer {
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private final LongChunks values = new LongChunks();
    private final DistinctEstimator distinct = new DistinctEstimator();
    private long[] scratch = {};
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;

    LongBuffer(Field field) {
        super(field);
    }

    @Override
    public void appendLong(long value) {
        values.add(value);
        endValue();
    }

    @Override
    void appendValues(ValueBatch batch, BatchRows rows) {
        if (!(batch instanceof ValueBatch.Longs longs)) {
            throw wrongType("batch that is no longs");
        }
        values.add(longs.values(), rows);
    }

    @Override
    void appendPlaceholder() {
        values.add(0);
    }

    @Override
    long valueBytes() {
        return values.memoryBytes() + (long) scratch.length * Long.BYTES;
    }

    @Override
    void prepare() {
        scratch = new long[Math.min(count(), Segment.BLOCK_ROWS)];
    }

    @Override
    void sortKeys(int word, long bucketMicros, long[] keys) {
        long bucket = bucket(bucketMicros);
        if (bucket > 0) {
            bucketKeys(bucket, keys);
            return;
        }
        for (int row = 0; row < keys.length; row++) {
            keys[row] = values.get(row) ^ Long.MIN_VALUE;
        }
    }

    /// Of values some rows apart, in the order they came: twice the share that descends, and the share that is equal. About 1
    /// for values in no order.
    double disorder(int lag) {
        int odd = 0;
        int pairs = 0;
        for (int row = lag; row < values.size(); row += lag) {
            int order = Long.compare(values.get(row - lag), values.get(row));
            odd += order > 0 ? 2 : order == 0 ? 1 : 0;
            pairs++;
        }
        return pairs == 0 ? 1 : (double) odd / pairs;
    }

    boolean ascends() {
        for (int row = 1; row < values.size(); row++) {
            if (values.get(row) <= values.get(row - 1)) {
                return false;
            }
        }
        return true;
    }

    /// By row of the segment its value, ordered as unsigned numbers.
    long[] keys(int[] order) {
        long[] keys = new long[order.length];
        for (int row = 0; row < keys.length; row++) {
            keys[row] = values.get(order[row]) ^ Long.MIN_VALUE;
        }
        return keys;
    }

    /// Divides only where the bucket changes: times mostly come in some order.
    private void bucketKeys(long bucket, long[] keys) {
        long number = 0;
        long first = 0;
        long last = -1;
        for (int row = 0; row < keys.length; row++) {
            long value = values.get(row);
            if (value < first || value > last) {
                number = Math.floorDiv(value, bucket);
                // at the ends of the range the bucket's bounds may overflow
                first = Math.min(value, number * bucket);
                last = Math.max(value, number * bucket + (bucket - 1));
                if (last - first != bucket - 1) {
                    first = value;
                    last = value;
                }
            }
            keys[row] = number ^ Long.MIN_VALUE;
        }
    }

    @Override
    EncodedBlock encode(BlockRows rows, boolean[] isNull, BlockBytes data, BlockBytes statistics) {
        int first = gather(rows, isNull);
        long blockMin = scratch[first];
        long blockMax = scratch[first];
        long previous = ~scratch[first];
        for (int i = 0; i < rows.count(); i++) {
            long value = scratch[i];
            if (value != previous) {
                distinct.add(ValueHash.mix(value));
                previous = value;
            }
            blockMin = Math.min(blockMin, value);
            blockMax = Math.max(blockMax, value);
        }
        min = Math.min(min, blockMin);
        max = Math.max(max, blockMax);
        BlockLayout layout = LongBlock.encode(scratch, rows.count(), data);
        return EncodedBlock.bounded(layout, blockMin, blockMax)
                .summed(BlockSum.of(scratch, isNull, rows.count(), 0));
    }

    @Override
    ColumnSummary summary() {
        if (nullCount() == count()) {
            return new ColumnSummary(nullCount(), null, null, 0);
        }
        long distinctMax = count() - nullCount();
        long range = max - min;
        if (range >= 0 && range < distinctMax) {
            distinctMax = range + 1;
        }
        return new ColumnSummary(nullCount(), min, max, Math.clamp(distinct.estimate(), 1, distinctMax));
    }

    /// NULLs repeat the value before them, so that they neither widen the block's range nor end a run. Returns the
    /// first row with a value.
    private int gather(BlockRows rows, boolean[] isNull) {
        int count = rows.count();
        values.gather(rows, scratch);
        return isNull == null ? 0 : NullFill.fill(scratch, isNull, count);
    }

    static boolean hasBuckets(ColumnType type) {
        return switch (type.kind()) {
            case TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS, TIMESTAMP_TZ_NS, DATE -> true;
            default -> false;
        };
    }

    private long bucket(long bucketMicros) {
        if (bucketMicros == 0) {
            return 0;
        }
        return switch (field().type().kind()) {
            case TIMESTAMP, TIMESTAMP_TZ -> bucketMicros;
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> bucketMicros > Long.MAX_VALUE / NANOS_PER_MICRO ? Long.MAX_VALUE
                    : bucketMicros * NANOS_PER_MICRO;
            case DATE -> Math.max(1, bucketMicros / MICROS_PER_DAY);
            default -> throw new IllegalStateException("Time buckets of %s".formatted(field()));
        };
    }
}
