package org.narwhaldb.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Decodes pages of [FrontCoding] one after the other, on a copy of their bytes: of each value only what it does not share
/// with the one before is copied once more.
final class FrontCodedWalk {
    private final SegmentDictionary.Visitor visitor;
    private final int from;
    private final int to;
    private byte[] entries = new byte[0];
    private int at;
    private byte[] value = new byte[1 << 6];

    /// @param from codes below are not shown, nor those from `to` on
    FrontCodedWalk(SegmentDictionary.Visitor visitor, int from, int to) {
        this.visitor = visitor;
        this.from = from;
        this.to = to;
    }

    /// That there is no such entry.
    static final class Corrupt extends RuntimeException {
        private static final long serialVersionUID = 1;

        Corrupt(String message) {
            super(message);
        }
    }

    /// @param first the first page
    /// @param last the one behind the last
    /// @param start of the entries in `part`
    /// @param end of the last page's
    void pages(int first, int last, MemorySegment part, long start, long end) {
        int count = Math.toIntExact(end - start);
        entries = entries.length < count ? new byte[count] : entries;
        MemorySegment.copy(part, ValueLayout.JAVA_BYTE, start, entries, 0, count);
        at = 0;
        int length = 0;
        int endCode = (int) Math.min(to, (long) last * FrontCoding.PAGE_VALUES);
        for (int code = first * FrontCoding.PAGE_VALUES; code < endCode; code++) {
            if (at >= count) {
                throw new Corrupt("the pages end before value [%d]".formatted(code));
            }
            int head = entries[at++];
            int shared = head >>> FrontCoding.NIBBLE_BITS & FrontCoding.LONG_LENGTH;
            if (shared == FrontCoding.LONG_LENGTH) {
                shared = takeLength(count);
            }
            int rest = head & FrontCoding.LONG_LENGTH;
            if (rest == FrontCoding.LONG_LENGTH) {
                rest = takeLength(count);
            }
            boolean isFirst = code % FrontCoding.PAGE_VALUES == 0;
            if (shared < 0 || rest < 0 || shared > (isFirst ? 0 : length) || rest > count - at) {
                throw new Corrupt("value [%d] shares [%d] of [%d] bytes and has [%d] of [%d]"
                        .formatted(code, shared, length, rest, count - at));
            }
            length = shared + rest;
            if (length > value.length) {
                value = Arrays.copyOf(value, Math.max(length, 2 * value.length));
            }
            copy(rest, shared);
            if (code >= from) {
                visitor.visit(code, value, 0, length, code == from ? 0 : shared);
            }
        }
    }

    /// A rest is short, mostly: a loop is faster than a call.
    private void copy(int rest, int shared) {
        if (rest >= Long.SIZE) {
            System.arraycopy(entries, at, value, shared, rest);
        } else {
            for (int i = 0; i < rest; i++) {
                value[shared + i] = entries[at + i];
            }
        }
        at += rest;
    }

    private int takeLength(int count) {
        if (count - at < Integer.BYTES) {
            throw new Corrupt("a length ends behind the page");
        }
        int taken = entries[at] & 0xFF | (entries[at + 1] & 0xFF) << 8 | (entries[at + 2] & 0xFF) << 16 | entries[at + 3] << 24;
        at += Integer.BYTES;
        return taken;
    }
}
