package org.narwhaldb.segment;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.narwhaldb.segment.encoding.BlockBytes;
import org.narwhaldb.segment.encoding.LittleEndian;

/// Sorted values in pages of 16: each but the first of a page without the bytes it shares with the value before it.
///
/// An entry is one byte, shared length << 4 | rest length, where 15 says that a u32 with the length follows, the shared
/// one first; then the bytes of the rest. Front coding with restarts is as old as inverted files: Witten, Moffat, Bell:
/// "Managing Gigabytes", 1999, section 4.1.
final class FrontCoding {
    static final int PAGE_VALUES = 16;
    static final int NIBBLE_BITS = 4;
    static final int LONG_LENGTH = 15;

    private FrontCoding() {}

    static int pages(int values) {
        return (values + PAGE_VALUES - 1) / PAGE_VALUES;
    }

    static long entryBytes(int shared, int rest) {
        return 1L + rest + (shared >= LONG_LENGTH ? Integer.BYTES : 0) + (rest >= LONG_LENGTH ? Integer.BYTES : 0);
    }

    /// Collects the bytes of the entries and the u32 offsets of the pages.
    static final class Writer {
        final BlockBytes entries = new BlockBytes();
        final BlockBytes offsets = new BlockBytes();
        private int count;
        private byte[] previous = {};
        private int previousStart;
        private int previousLength;

        /// @param bytes that stay as they are until the next call
        void add(byte[] bytes, int start, int length) {
            int shared = 0;
            if (count % PAGE_VALUES == 0) {
                offsets.putInt((int) entries.offset());
            } else {
                int mismatch = Arrays.mismatch(previous, previousStart, previousStart + previousLength, bytes, start,
                        start + length);
                shared = mismatch < 0 ? length : mismatch;
            }
            int rest = length - shared;
            entries.putByte(Math.min(shared, LONG_LENGTH) << NIBBLE_BITS | Math.min(rest, LONG_LENGTH));
            if (shared >= LONG_LENGTH) {
                entries.putInt(shared);
            }
            if (rest >= LONG_LENGTH) {
                entries.putInt(rest);
            }
            entries.putBytes(bytes, start + shared, rest);
            previous = bytes;
            previousStart = start;
            previousLength = length;
            count++;
        }

        /// Bytes of both without padding.
        long bytes() {
            return entries.offset() + offsets.offset();
        }
    }

    /// Walks the entries of one page after another; knows lengths and places, and copies nothing.
    static final class Cursor {
        private final MemorySegment part;
        private final long end;
        private long at;
        private int length;
        int shared;
        int rest;
        /// Where the bytes of the rest stand.
        long restAt;

        /// @param page where the entries of a page start
        /// @param end of all entries
        Cursor(MemorySegment part, long page, long end) {
            this.part = part;
            this.end = end;
            at = page;
        }

        /// @param isFirst whether it is the first value of a page
        /// @throws IllegalArgumentException if there is no such entry
        void next(boolean isFirst) {
            int head = part.get(LittleEndian.I8, at++);
            shared = head >>> NIBBLE_BITS & LONG_LENGTH;
            if (shared == LONG_LENGTH) {
                shared = takeLength();
            }
            rest = head & LONG_LENGTH;
            if (rest == LONG_LENGTH) {
                rest = takeLength();
            }
            if (shared < 0 || rest < 0 || shared > (isFirst ? 0 : length) || rest > end - at) {
                throw new IllegalArgumentException("entry shares [%d] of [%d] bytes and has [%d] of [%d]"
                        .formatted(shared, length, rest, end - at));
            }
            length = Math.addExact(shared, rest);
            restAt = at;
            at += rest;
        }

        int length() {
            return length;
        }

        private int takeLength() {
            int taken = part.get(LittleEndian.I32, at);
            at += Integer.BYTES;
            return taken;
        }
    }
}
