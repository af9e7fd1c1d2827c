package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// One entry of a column's block directory: 64 bytes, see the package description of `org.narwhaldb.segment`.
///
/// @param flags of [#BOUNDED], [#SUMMED], [#HAS_NULLS], [#ALL_NULL], [#COUNTED]
/// @param nullsOffset of the bitmap of NULLs in the column's data part; 0 without one
/// @param min smallest non-null value: i64, f64 bits, 0 or 1, dictionary code, or offset in the statistics part
/// @param max largest, likewise
/// @param sum bits 0 to 63 of the sum of the non-null values if flagged; or where the counts of codes stand in the
///     statistics part
/// @param sumHigh bits 64 to 95 of the sum
public record BlockRecord(BlockLayout layout, int flags, int nullCount, long nullsOffset, long min, long max,
        long sum, int sumHigh) {
    public static final int BYTES = 64;
    /// `min` and `max` hold.
    public static final int BOUNDED = 1;
    /// `sum` and `sumHigh` hold a sum.
    public static final int SUMMED = 2;
    /// There is a bitmap of NULLs.
    public static final int HAS_NULLS = 4;
    /// Every row is NULL; there is no bitmap.
    public static final int ALL_NULL = 8;

    /// `sum` says where the counts of codes stand.
    public static final int COUNTED = 16;

    private static final int FLAGS_KNOWN = BOUNDED | SUMMED | HAS_NULLS | ALL_NULL | COUNTED;
    private static final int BYTE_MASK = 0xFF;
    private static final int SHORT_MASK = 0xFFFF;
    private static final int NULLS_AT = 12;
    private static final int NULLS_OFFSET_AT = 16;
    private static final int BASE_AT = 24;
    private static final int MIN_AT = 32;
    private static final int MAX_AT = 40;
    private static final int SUM_AT = 48;
    private static final int COUNT_AT = 56;
    private static final int SUM_HIGH_AT = 60;

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    public void writeTo(BlockBytes out) {
        out.putLong(layout.offset());
        out.putInt(layout.encoding().code() | layout.width() << Byte.SIZE | flags << Short.SIZE);
        out.putInt(nullCount);
        out.putLong(nullsOffset);
        out.putLong(layout.base());
        out.putLong(min);
        out.putLong(max);
        out.putLong(sum);
        out.putInt(layout.count());
        out.putInt(sumHigh);
    }

    /// @throws IllegalArgumentException if the record makes no sense for a block of `rows` rows
    public static BlockRecord read(MemorySegment directory, int index, int rows) {
        long at = (long) index * BYTES;
        int head = directory.get(LittleEndian.I32, at + Long.BYTES);
        var layout = new BlockLayout(Encoding.of(head & BYTE_MASK), head >>> Byte.SIZE & BYTE_MASK,
                directory.get(LittleEndian.I32, at + COUNT_AT), directory.get(LittleEndian.I64, at + BASE_AT),
                directory.get(LittleEndian.I64, at));
        var record = new BlockRecord(layout, head >>> Short.SIZE & SHORT_MASK,
                directory.get(LittleEndian.I32, at + NULLS_AT),
                directory.get(LittleEndian.I64, at + NULLS_OFFSET_AT), directory.get(LittleEndian.I64, at + MIN_AT),
                directory.get(LittleEndian.I64, at + MAX_AT), directory.get(LittleEndian.I64, at + SUM_AT),
                directory.get(LittleEndian.I32, at + SUM_HIGH_AT));
        record.check(rows);
        return record;
    }

    private void check(int rows) {
        boolean allNull = has(ALL_NULL);
        boolean someNull = has(HAS_NULLS);
        boolean fits = allNull ? !someNull && nullCount == rows : someNull ? nullCount > 0 && nullCount < rows
                : nullCount == 0;
        if (!fits || (flags & ~FLAGS_KNOWN) != 0 || layout.count() < 0) {
            throw new IllegalArgumentException("block of %d rows with [%d] NULLs, flags [%x], count [%d]"
                    .formatted(rows, nullCount, flags, layout.count()));
        }
    }
}
