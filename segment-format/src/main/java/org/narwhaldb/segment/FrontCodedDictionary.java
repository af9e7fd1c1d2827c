package org.narwhaldb.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.narwhaldb.segment.FrontCoding.Cursor;
import org.narwhaldb.segment.encoding.LittleEndian;

/// A dictionary in [FrontCoding]: u32 offsets of pages of 16 values, and the pages. A value costs decoding its page; the
/// last one decoded is kept, so that values asked for in their order cost little.
final class FrontCodedDictionary extends MappedDictionary {
    private static final int PAGES_WALKED_AT_ONCE = 64;

    private final long pool;
    private final long end;
    /// Not volatile: a thread that sees an older one, or none, decodes again.
    private Page last;

    FrontCodedDictionary(Path file, String column, MemorySegment part) {
        super(file, column, part);
        int pages = FrontCoding.pages(size());
        pool = HEADER_BYTES + padded((long) pages * Integer.BYTES);
        end = pool + poolBytes(pages);
        checkOffsets(pages, end - pool);
    }

    /// The values of a page whole, one behind the other. Immutable, hence safe to share without synchronisation.
    private record Page(int number, byte[] bytes, int[] ends) {
        int start(int value) {
            return value == 0 ? 0 : ends[value - 1];
        }

        int length(int value) {
            return ends[value] - start(value);
        }
    }

    @Override
    public int length(int code) {
        return page(checked(code)).length(code % FrontCoding.PAGE_VALUES);
    }

    @Override
    public void copy(int code, byte[] target, int offset) {
        Page page = page(checked(code));
        int value = code % FrontCoding.PAGE_VALUES;
        System.arraycopy(page.bytes, page.start(value), target, offset, page.length(value));
    }

    /// Decodes no more of the page than it must, and does not keep it: for values in no order.
    @Override
    public byte[] value(int code) {
        int number = checked(code) / FrontCoding.PAGE_VALUES;
        int value = code % FrontCoding.PAGE_VALUES;
        Page page = last;
        if (page != null && page.number == number) {
            return Arrays.copyOfRange(page.bytes, page.start(value), page.ends[value]);
        }
        byte[] bytes = new byte[1 << 6];
        Cursor cursor = cursor(number);
        try {
            for (int i = 0; i <= value; i++) {
                cursor.next(i == 0);
                if (cursor.length() > bytes.length) {
                    bytes = Arrays.copyOf(bytes, Math.max(cursor.length(), 2 * bytes.length));
                }
                MemorySegment.copy(part, ValueLayout.JAVA_BYTE, cursor.restAt, bytes, cursor.shared, cursor.rest);
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
            throw corrupt(e);
        }
        return Arrays.copyOf(bytes, cursor.length());
    }

    @Override
    public long hash(int code) {
        Page page = page(checked(code));
        int value = code % FrontCoding.PAGE_VALUES;
        return ValueHash.hash(page.bytes, page.start(value), page.length(value));
    }

    @Override
    public int find(byte[] value) {
        int low = 0;
        int high = FrontCoding.pages(size()) - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compareFirst(middle, value);
            if (order == 0) {
                return middle * FrontCoding.PAGE_VALUES;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 ? -1 : findInPage(decode(high), value);
    }

    private static int findInPage(Page page, byte[] value) {
        int first = page.number * FrontCoding.PAGE_VALUES;
        for (int i = 0; i < page.ends.length; i++) {
            int order = Arrays.compareUnsigned(page.bytes, page.start(i), page.ends[i], value, 0, value.length);
            if (order >= 0) {
                return order == 0 ? first + i : -(first + i) - 1;
            }
        }
        return -(first + page.ends.length) - 1;
    }

    /// Of the first value of a page, which stands there whole.
    private int compareFirst(int page, byte[] value) {
        Cursor cursor = cursor(page);
        try {
            cursor.next(true);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
            throw corrupt(e);
        }
        int shared = Math.min(cursor.rest, value.length);
        for (int i = 0; i < shared; i++) {
            byte mine = part.get(ValueLayout.JAVA_BYTE, cursor.restAt + i);
            if (mine != value[i]) {
                return Byte.compareUnsigned(mine, value[i]);
            }
        }
        return Integer.compare(cursor.rest, value.length);
    }

    private Page page(int code) {
        int number = code / FrontCoding.PAGE_VALUES;
        Page page = last;
        if (page == null || page.number != number) {
            page = decode(number);
            last = page;
        }
        return page;
    }

    private Page decode(int number) {
        int count = Math.min(FrontCoding.PAGE_VALUES, size() - number * FrontCoding.PAGE_VALUES);
        int[] ends = new int[count];
        byte[] bytes = new byte[1 << 8];
        Cursor cursor = cursor(number);
        try {
            int previous = 0;
            int start = 0;
            for (int i = 0; i < count; i++) {
                cursor.next(i == 0);
                ends[i] = Math.addExact(start, cursor.length());
                if (ends[i] > bytes.length) {
                    bytes = Arrays.copyOf(bytes, Math.max(ends[i], 2 * bytes.length));
                }
                System.arraycopy(bytes, previous, bytes, start, cursor.shared);
                MemorySegment.copy(part, ValueLayout.JAVA_BYTE, cursor.restAt, bytes, start + cursor.shared,
                        cursor.rest);
                previous = start;
                start = ends[i];
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
            throw corrupt(e);
        }
        return new Page(number, bytes, ends);
    }

    @Override
    public void walk(int from, int to, Visitor visitor) {
        Objects.checkFromToIndex(from, to, size());
        FrontCodedWalk walk = new FrontCodedWalk(visitor, from, to);
        int pages = FrontCoding.pages(to);
        for (int page = from / FrontCoding.PAGE_VALUES; page < pages; page += PAGES_WALKED_AT_ONCE) {
            int last = Math.min(pages, page + PAGES_WALKED_AT_ONCE);
            long start = pageStart(page);
            try {
                walk.pages(page, last, part, start, last < FrontCoding.pages(size()) ? pageStart(last) : end);
            } catch (FrontCodedWalk.Corrupt e) {
                throw corrupt(e);
            }
        }
    }

    private long pageStart(int page) {
        return pool + LittleEndian.u32(part, HEADER_BYTES + (long) page * Integer.BYTES);
    }

    private Cursor cursor(int page) {
        return new Cursor(part, pageStart(page), end);
    }
}
