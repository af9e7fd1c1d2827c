package org.narwhaldb.segment.encoding;

/// 128-bit integers that all fit in 64 bits, written as a block of those in any of its encodings.
public record NarrowInt128(LongBlock values) implements Int128Block {

    @Override
    public void read(int row, int count, long[] high, long[] low, int offset) {
        values.read(row, count, low, offset);
        for (int i = offset; i < offset + count; i++) {
            high[i] = low[i] >> Long.SIZE - 1;
        }
    }
}
