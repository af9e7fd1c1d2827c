package org.narwhaldb.engine.expression;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Code points in UTF-8 bytes. A byte that does not fit counts with the code point before it, or as one of its own
/// where it starts a text: no input makes a loop run astray.
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;

    private Utf8() {}

    static boolean isContinuation(byte value) {
        return (value & 0xC0) == 0x80;
    }

    static int length(byte[] bytes, int start, int end) {
        int count = 0;
        for (int i = start; i < end; i++) {
            count += isContinuation(bytes[i]) ? 0 : 1;
        }
        return count + (start < end && isContinuation(bytes[start]) ? 1 : 0);
    }

    /// The position after the code point at `at < end`.
    static int next(byte[] bytes, int at, int end) {
        int next = at + 1;
        while (next < end && isContinuation(bytes[next])) {
            next++;
        }
        return next;
    }

    /// The position of the code point before `at > start`.
    static int previous(byte[] bytes, int at, int start) {
        int previous = at - 1;
        while (previous > start && isContinuation(bytes[previous])) {
            previous--;
        }
        return previous;
    }

    /// The position after `count` code points from `at`, or `end` if there are fewer.
    static int skip(byte[] bytes, int at, int end, long count) {
        if (count >= end - at) {
            return end;
        }
        int position = at;
        int left = (int) count;
        while (left > 0 && position < end) {
            position++;
            while (position < end && isContinuation(bytes[position])) {
                position++;
            }
            left--;
        }
        return position;
    }

    static boolean isAscii(byte[] bytes, int start, int end) {
        int all = 0;
        for (int i = start; i < end; i++) {
            all |= bytes[i];
        }
        return all >= 0;
    }

    /// Where the needle first stands in `[start, end)`, or -1.
    static int indexOf(byte[] bytes, int start, int end, byte[] needle, int needleStart, int needleEnd) {
        int length = needleEnd - needleStart;
        if (length == 0) {
            return start;
        }
        byte first = needle[needleStart];
        int last = end - length;
        int at = start;
        if (length > 1) {
            // eight places at a time are compared with the needle's first two bytes
            long firsts = (first & 0xFF) * ONES;
            long seconds = (needle[needleStart + 1] & 0xFF) * ONES;
            for (int limit = Math.min(last, bytes.length - Long.BYTES - 1); at <= limit; at += Long.BYTES) {
                long zeros = zeroBytes((long) LONGS.get(bytes, at) ^ firsts)
                        & zeroBytes((long) LONGS.get(bytes, at + 1) ^ seconds);
                for (; zeros != 0; zeros &= zeros - 1) {
                    int place = at + (Long.numberOfTrailingZeros(zeros) >> 3);
                    if (place > last) {
                        return -1;
                    }
                    if (bytes[place] == first && matches(bytes, place, needle, needleStart, needleEnd)) {
                        return place;
                    }
                }
            }
        }
        for (; at <= last; at++) {
            if (bytes[at] == first && matches(bytes, at, needle, needleStart, needleEnd)) {
                return at;
            }
        }
        return -1;
    }

    /// The top bit of each byte that is zero, perhaps of bytes above one too (Warren, Hacker's Delight, 6-1).
    private static long zeroBytes(long word) {
        return word - ONES & ~word & ONES << 7;
    }

    private static boolean matches(byte[] bytes, int at, byte[] needle, int needleStart, int needleEnd) {
        for (int i = needleStart + 1; i < needleEnd; i++) {
            if (bytes[at + i - needleStart] != needle[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean startsWith(byte[] bytes, int start, int end, byte[] prefix, int prefixStart, int prefixEnd) {
        int length = prefixEnd - prefixStart;
        return end - start >= length
                && Arrays.equals(bytes, start, start + length, prefix, prefixStart, prefixEnd);
    }
}
