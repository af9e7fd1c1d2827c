package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.narwhaldb.segment.SegmentColumn.ByteSink;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// PAGES: the lengths of all values as [PackedGroups], the u32 offset of every 32nd value and of the end, symbols if
/// there are any, and the bytes of the values one behind the other. With symbols, lengths and offsets are those of
/// codes.
///
/// @param lengths by row
/// @param offsets where the first of the u32 offsets stands
/// @param symbols null where the bytes are the values themselves
/// @param bytes where the first value stands
public record PagedBytes(PackedGroups lengths, long offsets, int rows, SymbolTable symbols, long bytes)
        implements BytesBlock {
    private static final int OFFSET_ROWS = 32;
    private static final int COPY_BYTES = 1 << 16;

    /// Collects the values of one block after another, and writes it.
    public static final class Writer {
        private static final int BYTES_MAX = 1 << 30;
        /// Symbols must save a tenth, as raw values are not decoded.
        private static final double CODES_SHARE_MAX = 0.9;

        private byte[] values = new byte[1 << 12];
        private int[] ends = new int[1 << 8];
        private int rows;
        private SymbolEncoder encoder;

        public void add(byte[] value, int offset, int length) {
            int start = end(rows);
            if (length > BYTES_MAX - start) {
                throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                        "A block of 65,536 values takes more than [%d] bytes in one column; shorten the values",
                        BYTES_MAX);
            }
            if (start + length > values.length) {
                values = Arrays.copyOf(values, Math.clamp(2L * values.length, start + length, BYTES_MAX));
            }
            System.arraycopy(value, offset, values, start, length);
            if (rows == ends.length) {
                ends = Arrays.copyOf(ends, rows * 2);
            }
            ends[rows++] = start + length;
        }

        /// Writes what was added since the last call.
        public BlockLayout finish(BlockBytes out) {
            int count = rows;
            rows = 0;
            if (end(count) > 0) {
                encoder = encoder == null ? new SymbolEncoder() : encoder;
                SymbolTable table = encoder.train(values, ends, count);
                int[] codeEnds = new int[count];
                byte[] codes = encode(count, codeEnds);
                if (codes != null && end(codeEnds, count) + table.bytes() <= end(count) * CODES_SHARE_MAX) {
                    return write(codes, codeEnds, count, table, out);
                }
            }
            return write(values, ends, count, null, out);
        }

        /// Null where it is hopeless.
        private byte[] encode(int count, int[] codeEnds) {
            byte[] codes = new byte[end(count) + 1];
            int at = 0;
            for (int i = 0; i < count; i++) {
                int start = end(i);
                if (2L * (ends[i] - start) > codes.length - at) {
                    return null;
                }
                at = encoder.encode(values, start, ends[i], codes, at);
                codeEnds[i] = at;
            }
            return codes;
        }

        private static BlockLayout write(byte[] bytes, int[] ends, int count, SymbolTable table, BlockBytes out) {
            long offset = out.offset();
            long[] lengths = new long[count];
            for (int i = 0; i < count; i++) {
                lengths[i] = ends[i] - end(ends, i);
            }
            var shape = IntegerShape.of(lengths, count, false);
            PackedGroups.write(lengths, count, shape, out);
            for (int i = 0; i < count; i += OFFSET_ROWS) {
                out.putInt(end(ends, i));
            }
            out.putInt(end(ends, count));
            out.endBuffer();
            if (table != null) {
                table.write(out);
            }
            out.putBytes(bytes, 0, end(ends, count));
            out.endBuffer();
            return new BlockLayout(Encoding.PAGES, shape.widest(), table == null ? 0 : table.size(), 0, offset);
        }

        private int end(int count) {
            return end(ends, count);
        }

        /// Of so many values.
        private static int end(int[] ends, int count) {
            return count == 0 ? 0 : ends[count - 1];
        }
    }

    static PagedBytes open(BlockLayout layout, int rows, MemorySegment data) {
        PackedGroups lengths = PackedGroups.open(layout, rows, data);
        long offsets = lengths.end();
        int offsetCount = (rows + OFFSET_ROWS - 1) / OFFSET_ROWS + 1;
        long symbolsAt = offsets + BlockLayout.padded((long) offsetCount * Integer.BYTES);
        layout.requireBytes(data, symbolsAt - layout.offset());
        SymbolTable symbols = layout.count() == 0 ? null : SymbolTable.open(data, symbolsAt, layout.count());
        long bytes = symbols == null ? symbolsAt : symbolsAt + symbols.bytes();
        long length = LittleEndian.u32(data, offsets + (offsetCount - 1L) * Integer.BYTES);
        layout.requireBytes(data, bytes + BlockLayout.padded(length) - layout.offset());
        return new PagedBytes(lengths, offsets, rows, symbols, bytes);
    }

    @Override
    public void read(int row, int count, ByteSink sink) {
        long[] sizes = new long[Math.min(count + OFFSET_ROWS, Lanes.GROUP)];
        byte[] decoded = {};
        int done = 0;
        while (done < count) {
            int skipped = (row + done) % OFFSET_ROWS;
            int first = row + done - skipped;
            int length = Math.min(count - done + skipped, Lanes.GROUP - (first & Lanes.GROUP - 1));
            lengths.read(first, length, 1, sizes, 0);
            long start = offset(first / OFFSET_ROWS);
            for (int i = 0; i < skipped; i++) {
                start += sizes[i];
            }
            for (int from = skipped; from < length;) {
                int to = from + 1;
                long end = start + sizes[from];
                while (to < length && end + sizes[to] - start <= COPY_BYTES) {
                    end += sizes[to++];
                }
                byte[] copy = copy(start, end);
                decoded = symbols == null ? decoded : room(decoded, sizes, from, to);
                deliver(copy, sizes, from, to, decoded, sink);
                start = end;
                from = to;
            }
            done += length - skipped;
        }
    }

    private void deliver(byte[] copy, long[] sizes, int from, int to, byte[] decoded, ByteSink sink) {
        int at = 0;
        for (int i = from; i < to; i++) {
            int size = (int) sizes[i];
            if (symbols == null) {
                sink.accept(copy, at, size);
            } else {
                sink.accept(decoded, 0, symbols.decode(copy, at, size, decoded, 0));
            }
            at += size;
        }
    }

    private byte[] room(byte[] decoded, long[] sizes, int from, int to) {
        long most = 0;
        for (int i = from; i < to; i++) {
            most = Math.max(most, sizes[i]);
        }
        long needed = SymbolTable.decodedMax(most);
        if (needed > Integer.MAX_VALUE - Long.BYTES) {
            throw new IllegalArgumentException("value of [%d] codes".formatted(most));
        }
        return decoded.length >= needed ? decoded : new byte[(int) needed];
    }

    /// Lengths and offsets are not checked when a block is opened, to leave its pages untouched.
    private byte[] copy(long start, long end) {
        long total = offset((rows + OFFSET_ROWS - 1) / OFFSET_ROWS);
        if (start < 0 || end < start || end > total) {
            throw new IllegalArgumentException("values from offset [%d] to [%d] of [%d] bytes"
                    .formatted(start, end, total));
        }
        return lengths.data().asSlice(bytes + start, end - start).toArray(ValueLayout.JAVA_BYTE);
    }

    private long offset(int index) {
        return LittleEndian.u32(lengths.data(), offsets + (long) index * Integer.BYTES);
    }
}
