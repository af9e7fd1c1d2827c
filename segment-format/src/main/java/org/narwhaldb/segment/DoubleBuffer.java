package org.narwhaldb.segment;

import org.narwhaldb.segment.SegmentSummary.ColumnSummary;
import org.narwhaldb.segment.encoding.BlockBytes;
import org.narwhaldb.segment.encoding.BlockLayout;
import org.narwhaldb.segment.encoding.DecimalDoubles;
import org.narwhaldb.segment.encoding.DoubleBlock;

/// The collected values of a DOUBLE column, as their bits.
final class DoubleBuffer extends ColumnBuffer {
    private final LongChunks bits = new LongChunks();
    private final DistinctEstimator distinct = new DistinctEstimator();
    private double[] scratch = {};
    private long[] integers = {};
    private Double min;
    private Double max;

    DoubleBuffer(Field field) {
        super(field);
    }

    @Override
    public void appendDouble(double value) {
        bits.add(Double.doubleToRawLongBits(value));
        endValue();
    }

    @Override
    void appendValues(ValueBatch batch, BatchRows rows) {
        if (!(batch instanceof ValueBatch.Doubles doubles)) {
            throw wrongType("batch that is no doubles");
        }
        double[] source = doubles.values();
        for (int i = 0; i < rows.count(); i++) {
            bits.add(Double.doubleToRawLongBits(source[rows.row(i)]));
        }
    }

    @Override
    void appendPlaceholder() {
        bits.add(0);
    }

    @Override
    long valueBytes() {
        return bits.memoryBytes() + (long) scratch.length * Double.BYTES;
    }

    @Override
    void prepare() {
        scratch = new double[Math.min(count(), Segment.BLOCK_ROWS)];
    }

    /// The bits of canonical values order as the values do once negative numbers are turned round.
    @Override
    void sortKeys(int word, long bucketMicros, long[] keys) {
        for (int row = 0; row < keys.length; row++) {
            long canonical = canonicalBits(Double.longBitsToDouble(bits.get(row)));
            keys[row] = canonical ^ (canonical >> Long.SIZE - 1 | Long.MIN_VALUE);
        }
    }

    @Override
    EncodedBlock encode(BlockRows rows, boolean[] isNull, BlockBytes data, BlockBytes statistics) {
        int count = rows.count();
        for (int i = 0; i < count; i++) {
            scratch[i] = Double.longBitsToDouble(bits.get(rows.source(i)));
        }
        int first = isNull == null ? 0 : NullFill.fill(scratch, isNull, count);
        double blockMin = scratch[first];
        double blockMax = scratch[first];
        for (int i = 0; i < count; i++) {
            double value = scratch[i];
            distinct.add(ValueHash.mix(canonicalBits(value)));
            blockMin = ValueOrder.compareDoubles(value, blockMin) < 0 ? value : blockMin;
            blockMax = ValueOrder.compareDoubles(value, blockMax) > 0 ? value : blockMax;
        }
        min = min == null || ValueOrder.compareDoubles(blockMin, min) < 0 ? blockMin : min;
        max = max == null || ValueOrder.compareDoubles(blockMax, max) > 0 ? blockMax : max;
        BlockLayout layout = DoubleBlock.encode(scratch, count, data);
        var block = EncodedBlock.bounded(layout, Double.doubleToRawLongBits(blockMin),
                Double.doubleToRawLongBits(blockMax));
        return DecimalDoubles.isDecimal(layout) ? block.summed(sum(layout.count(), isNull, count)) : block;
    }

    private BlockSum sum(int exponent, boolean[] isNull, int count) {
        integers = integers.length < count ? new long[count] : integers;
        for (int i = 0; i < count; i++) {
            integers[i] = DecimalDoubles.integer(scratch[i], exponent);
        }
        return BlockSum.of(integers, isNull, count, exponent);
    }

    @Override
    ColumnSummary summary() {
        long values = count() - nullCount();
        long estimate = values == 0 ? 0 : Math.clamp(distinct.estimate(), 1, values);
        return new ColumnSummary(nullCount(), min, max, estimate);
    }

    /// One zero, one NaN.
    private static long canonicalBits(double value) {
        return Double.doubleToLongBits(value == 0 ? 0.0 : value);
    }
}
