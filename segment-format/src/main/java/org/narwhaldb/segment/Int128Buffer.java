package org.narwhaldb.segment;

import java.math.BigInteger;
import org.narwhaldb.segment.SegmentSummary.ColumnSummary;
import org.narwhaldb.segment.encoding.BlockBytes;
import org.narwhaldb.segment.encoding.Int128Block;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The collected values of an INT128 column, in halves.
final class Int128Buffer extends ColumnBuffer {
    private static final int BITS_MAX = 127;

    private final LongChunks highs = new LongChunks();
    private final LongChunks lows = new LongChunks();
    private final DistinctEstimator distinct = new DistinctEstimator();
    private long[] high = {};
    private long[] low = {};
    private BigInteger min;
    private BigInteger max;

    Int128Buffer(Field field) {
        super(field);
    }

    @Override
    public void appendInt128(BigInteger value) {
        if (value.bitLength() > BITS_MAX) {
            throw NarwhalException.of(ErrorCode.NUMERIC_OUT_OF_RANGE,
                    "Decimal [%s] (unscaled) does not fit column [%s] %s", value, field().name(), field().type());
        }
        highs.add(value.shiftRight(Long.SIZE).longValue());
        lows.add(value.longValue());
        endValue();
    }

    @Override
    void appendValues(ValueBatch batch, BatchRows rows) {
        throw wrongType("batch that is no shapes");
    }

    @Override
    void appendPlaceholder() {
        highs.add(0);
        lows.add(0);
    }

    @Override
    long valueBytes() {
        return highs.memoryBytes() + lows.memoryBytes() + 2L * high.length * Long.BYTES;
    }

    @Override
    int sortWords() {
        return 2;
    }

    @Override
    void prepare() {
        high = new long[Math.min(count(), Segment.BLOCK_ROWS)];
        low = new long[high.length];
    }

    @Override
    void sortKeys(int word, long bucketMicros, long[] keys) {
        for (int row = 0; row < keys.length; row++) {
            keys[row] = word == 0 ? highs.get(row) ^ Long.MIN_VALUE : lows.get(row);
        }
    }

    @Override
    EncodedBlock encode(BlockRows rows, boolean[] isNull, BlockBytes data, BlockBytes statistics) {
        int count = rows.count();
        for (int i = 0; i < count; i++) {
            int source = rows.source(i);
            high[i] = highs.get(source);
            low[i] = lows.get(source);
        }
        if (isNull != null) {
            NullFill.fill(high, isNull, count);
            NullFill.fill(low, isNull, count);
        }
        int least = 0;
        int greatest = 0;
        for (int i = 0; i < count; i++) {
            distinct.add(ValueHash.mix(ValueHash.mix(high[i]) + low[i]));
            least = compare(i, least) < 0 ? i : least;
            greatest = compare(i, greatest) > 0 ? i : greatest;
        }
        BigInteger blockMin = value(high[least], low[least]);
        BigInteger blockMax = value(high[greatest], low[greatest]);
        min = min == null ? blockMin : min.min(blockMin);
        max = max == null ? blockMax : max.max(blockMax);
        long minAt = writeBound(least, statistics);
        long maxAt = writeBound(greatest, statistics);
        var block = EncodedBlock.bounded(Int128Block.encode(high, low, count, data), minAt, maxAt);
        boolean narrow = blockMin.bitLength() < Long.SIZE && blockMax.bitLength() < Long.SIZE;
        return narrow ? block.summed(BlockSum.of(low, isNull, count, 0)) : block;
    }

    @Override
    ColumnSummary summary() {
        long values = count() - nullCount();
        long estimate = values == 0 ? 0 : Math.clamp(distinct.estimate(), 1, values);
        return new ColumnSummary(nullCount(), min, max, estimate);
    }

    static BigInteger value(long high, long low) {
        BigInteger unsignedLow = BigInteger.valueOf(low >>> 1).shiftLeft(1).or(BigInteger.valueOf(low & 1));
        return BigInteger.valueOf(high).shiftLeft(Long.SIZE).or(unsignedLow);
    }

    private int compare(int a, int b) {
        return ValueOrder.compareInt128(high[a], low[a], high[b], low[b]);
    }

    private long writeBound(int row, BlockBytes statistics) {
        long at = statistics.offset();
        statistics.putLong(high[row]);
        statistics.putLong(low[row]);
        return at;
    }
}
