package org.narwhaldb.segment;

import org.narwhaldb.segment.encoding.BlockBytes;

/// The dictionary of a column as it is written: header, offsets, pool, hashes.
///
/// @param order by code the number of the value
record SortedDictionary(BytePool pool, ValueNumbers numbers, int[] order) {
    static final int HEADER_BYTES = 64;
    private static final int DRAIN_BYTES = 1 << 20;

    int size() {
        return order.length;
    }

    byte[] value(int code) {
        return pool.value(address(code));
    }

    void write(PartSink file, int column) {
        var out = new BlockBytes();
        file.beginPart();
        out.putInt(size());
        out.putInt(ValueHash.VERSION);
        out.putLong(pool.valueBytes());
        out.putBytes(new byte[HEADER_BYTES - 2 * Long.BYTES], 0, HEADER_BYTES - 2 * Long.BYTES);
        long length = 0;
        out.putInt(0);
        for (int code = 0; code < size(); code++) {
            length += pool.length(address(code));
            out.putInt((int) length);
        }
        endBuffer(out, file);
        long drained = out.offset();
        for (int code = 0; code < size(); code++) {
            long address = address(code);
            out.putBytes(pool.page(address), pool.start(address), pool.length(address));
            if (out.offset() - drained >= DRAIN_BYTES) {
                out.drainTo(file::write);
                drained = out.offset();
            }
        }
        endBuffer(out, file);
        for (int code = 0; code < size(); code++) {
            out.putLong(numbers.hashes().get(order[code]));
        }
        endBuffer(out, file);
        file.endPart(Part.Kind.DICTIONARY, column);
    }

    private static void endBuffer(BlockBytes out, PartSink file) {
        out.endBuffer();
        out.drainTo(file::write);
    }

    private long address(int code) {
        return numbers.addresses().get(order[code]);
    }
}
