package org.narwhaldb.segment;

import org.narwhaldb.segment.encoding.BlockBytes;

/// The dictionary of a column as it is written: header, offsets, pool.
///
/// @param order by code the number of the value
record SortedDictionary(BytePool pool, ValueNumbers numbers, int[] order) {
    /// So few values are not worth a slower access.
    private static final int SMALL = 1 << 8;
    private static final double FRONT_CODED_SHARE_MAX = 0.8;
    private static final int DRAIN_BYTES = 1 << 20;

    int size() {
        return order.length;
    }

    byte[] value(int code) {
        return pool.value(address(code));
    }

    void write(SegmentFileWriter file, int column) {
        FrontCoding.Writer frontCoded = size() <= SMALL ? null : frontCoded();
        long plainBytes = pool.valueBytes() + (size() + 1L) * Integer.BYTES;
        boolean pays = frontCoded != null && frontCoded.bytes() <= plainBytes * FRONT_CODED_SHARE_MAX;
        file.beginPart();
        if (pays) {
            writeHeader(MappedDictionary.FRONT_CODED, frontCoded.entries.offset(), file);
            endBuffer(frontCoded.offsets, file);
            endBuffer(frontCoded.entries, file);
        } else {
            writeHeader(MappedDictionary.PLAIN, pool.valueBytes(), file);
            writePlain(file);
        }
        file.endPart(Part.Kind.DICTIONARY, column);
    }

    private void writeHeader(int form, long poolBytes, SegmentFileWriter file) {
        var out = new BlockBytes();
        out.putInt(size());
        out.putInt(form);
        out.putLong(poolBytes);
        int filled = 2 * Long.BYTES;
        out.putBytes(new byte[MappedDictionary.HEADER_BYTES - filled], 0, MappedDictionary.HEADER_BYTES - filled);
        out.drainTo(file::write);
    }

    private FrontCoding.Writer frontCoded() {
        var writer = new FrontCoding.Writer();
        for (int code = 0; code < size(); code++) {
            long address = address(code);
            writer.add(pool.page(address), pool.start(address), pool.length(address));
        }
        return writer;
    }

    private void writePlain(SegmentFileWriter file) {
        var out = new BlockBytes();
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
    }

    private static void endBuffer(BlockBytes out, SegmentFileWriter file) {
        out.endBuffer();
        out.drainTo(file::write);
    }

    private long address(int code) {
        return numbers.addresses().get(order[code]);
    }
}
