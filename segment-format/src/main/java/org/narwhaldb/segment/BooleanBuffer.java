package org.narwhaldb.segment;

import org.narwhaldb.segment.SegmentSummary.ColumnSummary;
import org.narwhaldb.segment.encoding.BlockBytes;
import org.narwhaldb.segment.encoding.BooleanBlock;

/// The collected values of a BOOLEAN column.
final class BooleanBuffer extends ColumnBuffer {
    private final RowFlags trues = new RowFlags();
    private boolean[] scratch = {};

    BooleanBuffer(Field field) {
        super(field);
    }

    @Override
    public void appendBoolean(boolean value) {
        if (value) {
            trues.set(count());
        }
        endValue();
    }

    @Override
    void appendValues(ValueBatch batch, BatchRows rows) {
        if (!(batch instanceof ValueBatch.Booleans booleans)) {
            throw wrongType("batch that is no booleans");
        }
        boolean[] source = booleans.values();
        for (int i = 0; i < rows.count(); i++) {
            int row = rows.row(i);
            if (source[row] && (booleans.isNull() == null || !booleans.isNull()[row])) {
                trues.set(count() + i);
            }
        }
    }

    @Override
    void appendPlaceholder() {}

    @Override
    long valueBytes() {
        return trues.memoryBytes() + scratch.length;
    }

    @Override
    void prepare() {
        scratch = new boolean[Math.min(count(), Segment.BLOCK_ROWS)];
    }

    @Override
    void sortKeys(int word, long bucketMicros, long[] keys) {
        for (int row = 0; row < keys.length; row++) {
            keys[row] = trues.get(row) ? 1 : 0;
        }
    }

    @Override
    EncodedBlock encode(BlockRows rows, boolean[] isNull, BlockBytes data, BlockBytes statistics) {
        int count = rows.count();
        for (int i = 0; i < count; i++) {
            scratch[i] = trues.get(rows.source(i));
        }
        if (isNull != null) {
            NullFill.fill(scratch, isNull, count);
        }
        int trueRows = 0;
        for (int i = 0; i < count; i++) {
            trueRows += scratch[i] && (isNull == null || !isNull[i]) ? 1 : 0;
        }
        boolean min = true;
        boolean max = false;
        for (int i = 0; i < count; i++) {
            min &= scratch[i];
            max |= scratch[i];
        }
        return EncodedBlock.bounded(BooleanBlock.encode(scratch, count, data), min ? 1 : 0, max ? 1 : 0)
                .summed(new BlockSum(0, trueRows, 0));
    }

    @Override
    ColumnSummary summary() {
        long values = count() - nullCount();
        if (values == 0) {
            return new ColumnSummary(nullCount(), null, null, 0);
        }
        boolean min = trues.count() == values;
        boolean max = trues.count() > 0;
        return new ColumnSummary(nullCount(), min, max, min == max ? 1 : 2);
    }
}
