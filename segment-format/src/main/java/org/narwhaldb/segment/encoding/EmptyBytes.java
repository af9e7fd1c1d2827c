package org.narwhaldb.segment.encoding;

import org.narwhaldb.segment.SegmentColumn.ByteSink;

/// CONSTANT of byte values: every row is empty, as in a block of NULLs.
public record EmptyBytes() implements BytesBlock {
    private static final byte[] NONE = {};

    public static BlockLayout encode() {
        return BlockLayout.constant(0);
    }

    @Override
    public void read(int row, int count, ByteSink sink) {
        for (int i = 0; i < count; i++) {
            sink.accept(NONE, 0, 0);
        }
    }
}
