package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;
import org.narwhaldb.segment.SegmentColumn.ByteSink;

/// A block of byte values that stand for themselves.
public sealed interface BytesBlock extends ValueBlock permits EmptyBytes, PagedBytes {

    /// One call a row.
    void read(int row, int count, ByteSink sink);

    /// @throws IllegalArgumentException if the layout makes no sense for the part
    static BytesBlock open(BlockLayout layout, int rows, MemorySegment data) {
        return switch (layout.encoding()) {
            case CONSTANT -> new EmptyBytes();
            case PAGES -> PagedBytes.open(layout, rows, data);
            default -> throw layout.unexpected("byte values");
        };
    }
}
