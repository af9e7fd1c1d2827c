package org.narwhaldb.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Byte values of any length on the heap without an object each: appended to pages, never moved, named by an address
/// (page << 32 | position). A value stands in one page behind its length (i32); in front of that there may be a number
/// (i32).
final class BytePool {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int FIRST_PAGE_BYTES = 1 << 10;
    /// Positions of values fit these: pages are not larger, but for one value that stands alone at the start of its page.
    static final int POSITION_BITS = 20;
    static final int POSITION_MASK = (1 << POSITION_BITS) - 1;
    private static final int PAGE_BYTES_MAX = 1 << POSITION_BITS;

    private byte[][] pages = new byte[8][];
    private int pageCount;
    private int used;
    private long memoryBytes;
    private long valueBytes;

    long add(byte[] value, int offset, int length) {
        int needed = Math.addExact(length, Integer.BYTES);
        if (pageCount == 0 || needed > pages[pageCount - 1].length - used) {
            addPage(needed);
        }
        byte[] page = pages[pageCount - 1];
        int position = used;
        INTS.set(page, position, length);
        System.arraycopy(value, offset, page, position + Integer.BYTES, length);
        used += needed;
        valueBytes += length;
        return (long) (pageCount - 1) << Integer.SIZE | position;
    }

    long add(int number, byte[] value, int offset, int length) {
        int needed = Math.addExact(length, 2 * Integer.BYTES);
        if (pageCount == 0 || needed > pages[pageCount - 1].length - used) {
            addPage(needed);
        }
        INTS.set(pages[pageCount - 1], used, number);
        used += Integer.BYTES;
        return add(value, offset, length);
    }

    /// What stands in front of the value.
    int number(long address) {
        return (int) INTS.get(page(address), (int) address - Integer.BYTES);
    }

    byte[] page(long address) {
        return pages[(int) (address >>> Integer.SIZE)];
    }

    int length(long address) {
        return (int) INTS.get(page(address), (int) address);
    }

    /// Where the value's bytes start in its page.
    int start(long address) {
        return (int) address + Integer.BYTES;
    }

    byte[] value(long address) {
        int start = start(address);
        return Arrays.copyOfRange(page(address), start, start + length(address));
    }

    boolean matches(long address, byte[] value, int offset, int length) {
        int start = start(address);
        return length(address) == length
                && Arrays.equals(page(address), start, start + length, value, offset, offset + length);
    }

    int compare(long a, long b) {
        int startA = start(a);
        int startB = start(b);
        return Arrays.compareUnsigned(page(a), startA, startA + length(a), page(b), startB, startB + length(b));
    }

    /// Eight bytes of the value from `skip` on as a big-endian word, zeros beyond its end: words order as the bytes do.
    long word(long address, int skip) {
        byte[] page = page(address);
        int from = start(address) + skip;
        int rest = length(address) - skip;
        if (rest >= Long.BYTES) {
            return (long) WORDS.get(page, from);
        }
        long word = 0;
        for (int i = 0; i < rest; i++) {
            word |= (page[from + i] & 0xFFL) << Long.SIZE - Byte.SIZE * (i + 1);
        }
        return word;
    }

    /// Bytes of all values, without their lengths.
    long valueBytes() {
        return valueBytes;
    }

    long memoryBytes() {
        return memoryBytes;
    }

    private void addPage(int needed) {
        if (pageCount == pages.length) {
            pages = Arrays.copyOf(pages, pageCount * 2);
        }
        int usual = Math.min(PAGE_BYTES_MAX, FIRST_PAGE_BYTES << Math.min(pageCount, 10));
        pages[pageCount] = new byte[Math.max(usual, needed)];
        memoryBytes += pages[pageCount].length;
        pageCount++;
        used = 0;
    }
}
