package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Byte strings of many rows. What arrives dictionary-coded is interned and stays so; what arrives plain is copied into
/// pages. The first rows decide.
final class BytesStore implements ColumnStore {
    private static final int PAGE_BYTES_MIN = 1 << 12;
    private static final int PAGE_BYTES_MAX = 1 << 20;
    private static final int POOL_ENTRIES_MAX = 1 << 16;

    private final Reservation reservation;
    private final NullFlags nulls;

    /// not null: rows are ids in it
    private BytesInterner interner;
    private int[] ids = new int[0];

    /// else: page << 32 | offset in the page
    private final List<byte[]> pages = new ArrayList<>();
    private int pageUsed;
    private long[] places = new long[0];
    private int[] lengths = new int[0];

    BytesStore(Reservation reservation) {
        this.reservation = reservation;
        nulls = new NullFlags(reservation);
    }

    @Override
    public NullFlags nulls() {
        return nulls;
    }

    @Override
    public void append(Column column, int[] rows, int count) {
        BytesColumn source = (BytesColumn) column;
        if (size() == 0 && interner == null && source.codes() != null && source.offsets().length <= POOL_ENTRIES_MAX) {
            interner = new BytesInterner(reservation);
        }
        if (interner != null) {
            appendIds(source, rows, count);
        } else {
            appendBytes(source, rows, count);
        }
        nulls.append(source.nulls(), rows, count);
    }

    private void appendIds(BytesColumn source, int[] rows, int count) {
        int size = size();
        ids = reservation.ints(ids, size + count);
        interner.ids(rows == null ? source : picked(source, rows, count), count, true, ids, size);
    }

    private static BytesColumn picked(BytesColumn source, int[] rows, int count) {
        int[] codes = new int[count];
        boolean[] nulls = source.nulls() == null ? null : new boolean[count];
        for (int index = 0; index < count; index++) {
            codes[index] = source.codes() == null ? rows[index] : source.codes()[rows[index]];
            if (nulls != null) {
                nulls[index] = source.nulls()[rows[index]];
            }
        }
        return new BytesColumn(source.bytes(), source.offsets(), codes, nulls);
    }

    private void appendBytes(BytesColumn source, int[] rows, int count) {
        int size = size();
        places = reservation.longs(places, size + count);
        lengths = reservation.ints(lengths, size + count);
        for (int index = 0; index < count; index++) {
            int row = rows == null ? index : rows[index];
            if (source.isNull(row)) {
                lengths[size + index] = 0;
                continue;
            }
            int length = source.end(row) - source.start(row);
            places[size + index] = place(length);
            lengths[size + index] = length;
            System.arraycopy(source.bytes(), source.start(row), pages.getLast(), pageUsed - length, length);
        }
    }

    private long place(int length) {
        if (pages.isEmpty() || length > pages.getLast().length - pageUsed) {
            int pageBytes = pages.isEmpty() ? PAGE_BYTES_MIN : Math.min(PAGE_BYTES_MAX, pages.getLast().length * 2);
            reservation.grow(Math.max(pageBytes, length));
            pages.add(new byte[Math.max(pageBytes, length)]);
            pageUsed = 0;
        }
        pageUsed += length;
        return (long) (pages.size() - 1) << 32 | (pageUsed - length);
    }

    @Override
    public Column gather(int[] indices, int count) {
        boolean[] target = nulls.gather(indices, count);
        if (interner != null) {
            int[] codes = new int[count];
            for (int index = 0; index < count; index++) {
                codes[index] = target != null && target[index] ? 0 : ids[indices[index]];
            }
            return interner.column(codes, target);
        }
        int[] offsets = new int[count + 1];
        for (int index = 0; index < count; index++) {
            long end = offsets[index] + (long) lengths[indices[index]];
            if (end > Integer.MAX_VALUE - 16) {
                throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                        "The texts of [%d] rows of one column exceed 2 GB; select shorter ones", count);
            }
            offsets[index + 1] = (int) end;
        }
        byte[] bytes = new byte[offsets[count]];
        for (int index = 0; index < count; index++) {
            int length = offsets[index + 1] - offsets[index];
            if (length > 0) {
                long place = places[indices[index]];
                System.arraycopy(page(place), (int) place, bytes, offsets[index], length);
            }
        }
        return new BytesColumn(bytes, offsets, null, target);
    }

    private byte[] page(long place) {
        return pages.get((int) (place >>> 32));
    }

    @Override
    public int compare(int left, int right) {
        if (interner != null) {
            return ids[left] == ids[right] ? 0 : interner.compare(ids[left], ids[right]);
        }
        long leftPlace = places[left];
        long rightPlace = places[right];
        return lengths[left] == 0 || lengths[right] == 0
                ? Integer.compare(lengths[left], lengths[right])
                : Arrays.compareUnsigned(page(leftPlace), (int) leftPlace, (int) leftPlace + lengths[left],
                        page(rightPlace), (int) rightPlace, (int) rightPlace + lengths[right]);
    }

    @Override
    public int compare(int index, Column column, int row) {
        BytesColumn other = (BytesColumn) column;
        if (interner != null) {
            return interner.compare(ids[index], other, row);
        }
        int otherLength = other.end(row) - other.start(row);
        long place = places[index];
        return lengths[index] == 0 || otherLength == 0
                ? Integer.compare(lengths[index], otherLength)
                : Arrays.compareUnsigned(page(place), (int) place, (int) place + lengths[index],
                        other.bytes(), other.start(row), other.end(row));
    }

    @Override
    public long prefix(int index) {
        long prefix;
        if (interner != null) {
            prefix = interner.prefix(ids[index]);
        } else if (lengths[index] == 0) {
            prefix = 0;
        } else {
            long place = places[index];
            prefix = BytesInterner.prefix(page(place), (int) place, (int) place + lengths[index]);
        }
        return prefix ^ Long.MIN_VALUE;
    }
}
