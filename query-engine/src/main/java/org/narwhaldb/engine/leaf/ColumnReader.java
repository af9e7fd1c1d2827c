package org.narwhaldb.engine.leaf;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.narwhaldb.engine.kernel.BitPlaces;
import org.narwhaldb.engine.kernel.Decode;
import org.narwhaldb.engine.kernel.Gathers;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.BlockSum;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.encoding.BitPackedCodes;
import org.narwhaldb.segment.encoding.BitPackedDecimals;
import org.narwhaldb.segment.encoding.BitPackedLongs;
import org.narwhaldb.segment.encoding.BitmapBooleans;
import org.narwhaldb.segment.encoding.BlockLayout;
import org.narwhaldb.segment.encoding.ConstantCodes;
import org.narwhaldb.segment.encoding.ConstantDoubles;
import org.narwhaldb.segment.encoding.ConstantLongs;
import org.narwhaldb.segment.encoding.DecimalDoubles;
import org.narwhaldb.segment.encoding.DeltaLongs;
import org.narwhaldb.segment.encoding.FrameOfReferenceLongs;
import org.narwhaldb.segment.encoding.Lanes;
import org.narwhaldb.segment.encoding.LittleEndian;
import org.narwhaldb.segment.encoding.LongBlock;
import org.narwhaldb.segment.encoding.PackedCodes;
import org.narwhaldb.segment.encoding.PackedGroups;
import org.narwhaldb.segment.encoding.PlainLongs;
import org.narwhaldb.segment.encoding.RunLongs;
import org.narwhaldb.segment.encoding.ValueBlock;

/// Reads windows of one column of one segment: straight from the mapped bytes where the encoding allows, else by
/// position.
final class ColumnReader {
    private static final double[] POWERS_OF_TEN = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10};

    /// In place of a code.
    static final int NULL = -2;

    private final Segment segment;
    private final SegmentColumn column;
    private final int[] rowCodes;
    private int block = -1;
    private ValueBlock values;
    private BitmapBooleans nullBits;
    /// null until asked for
    private CodeRuns runs;
    private int runsOf = -1;
    private boolean isAllNull;
    private boolean isMostlyNull;
    private PackedReader packedReader;
    private final long[] single = new long[1];
    private long[] groupValues;
    private int[] codeSpan = new int[0];
    private boolean[] booleanSpan = new boolean[0];
    private double[] doubleSpan = new double[0];

    ColumnReader(Segment segment, SegmentColumn column) {
        this(segment, column, null);
    }

    /// @param rowCodes codes by row of the segment that stand in for stored ones, or null
    ColumnReader(Segment segment, SegmentColumn column, int[] rowCodes) {
        this.rowCodes = rowCodes;
        this.segment = segment;
        this.column = column;
    }

    private void open(Window window) {
        open(window.block());
    }

    private void open(int wanted) {
        if (wanted != block) {
            block = wanted;
            values = column.values(block);
            nullBits = column.nullBitmap(block);
            int rows = segment.blockRowCount(block);
            int nullCount = column.hasNulls() ? column.statistics(block).nullCount() : 0;
            isAllNull = nullBits == null && column.hasNulls() && nullCount == rows;
            isMostlyNull = nullBits != null && 2 * nullCount > rows;
        }
    }

    /// Writes which of the window's rows are NULL, by their place in the window; returns how many.
    int nulls(Window window, int[] target) {
        open(window);
        if (isAllNull) {
            for (int i = 0; i < window.count(); i++) {
                target[i] = i;
            }
            return window.count();
        }
        if (nullBits == null) {
            return 0;
        }
        if (!window.isPicked()) {
            return BitPlaces.of(nullBits.data(), nullBits.offset(), window.first(), window.count(), target);
        }
        return window.selection() == null
                ? BitPlaces.of(nullBits.data(), nullBits.offset(), window.picked, window.count(), target)
                : BitPlaces.of(nullBits.data(), nullBits.offset(), window.selection(), window.firstWord(), window.endWord(), target);
    }

    /// The code of all rows of the window if it is known at little cost, [#NULL] if all are NULL, else -1.
    int constantCode(Window window) {
        if (sameUntil(window.block(), window.first()) <= window.last()) {
            return -1;
        }
        return runCode();
    }

    /// The end of the run of codes or of NULLs that the row is in; the row if there are none.
    int sameUntil(int ofBlock, int row) {
        open(ofBlock);
        return isAllNull ? Integer.MAX_VALUE : rowCodes != null ? row : codeRuns().until(row);
    }

    private CodeRuns codeRuns() {
        if (runs == null) {
            runs = new CodeRuns();
        }
        if (runsOf != block) {
            runs.read(values, nullBits, segment.blockRowCount(block));
            runsOf = block;
        }
        return runs;
    }

    /// The code of a row whose run has just been found, [#NULL] if it is NULL.
    int runCode() {
        return isAllNull ? NULL : runs.code();
    }

    /// The runs of codes, or of NULLs, of the window, which is a range; see [CodeRuns#copy].
    int runs(Window window, int[] ends, int[] codes) {
        open(window);
        if (isAllNull) {
            ends[0] = window.count();
            codes[0] = NULL;
            return 1;
        }
        return rowCodes != null ? -1 : codeRuns().copy(window.first(), window.count(), ends, codes);
    }

    private boolean isNull(int row) {
        return (nullBits.data().get(LittleEndian.I8, nullBits.offset() + (row >> 3)) >>> (row & 7) & 1) != 0;
    }

    private long others(int word, boolean isNull) {
        long bits = nullBits.data().get(LittleEndian.I64, nullBits.offset() + (long) word * Long.BYTES);
        return isNull ? ~bits : bits;
    }

    /// The code of all rows of the block, or -1.
    int constantCode(int ofBlock) {
        open(ofBlock);
        return values instanceof ConstantCodes constant && nullBits == null && !isAllNull ? constant.code() : -1;
    }

    /// Codes; of a NULL anything.
    void codes(Window window, int[] target) {
        open(window);
        int count = window.count();
        if (rowCodes != null) {
            rowCodes(window, target);
        } else if (values instanceof PackedCodes packed) {
            if (window.isPicked()) {
                Gathers.codes(packed.data(), packed.offset(), packed.width(), window.picked, count, target);
            } else {
                Decode.ints(packed.data(), packed.offset() + (long) window.first() * packed.width(), packed.width(),
                        count, target);
            }
        } else if (values instanceof BitPackedCodes packed) {
            packed().codes(window, packed, target);
        } else if (values instanceof ConstantCodes constant) {
            Arrays.fill(target, 0, count, constant.code());
        } else if (!window.isPicked()) {
            column.readCodes(window.firstInSegment(), count, target, 0);
        } else {
            codeSpan = codeSpan.length == 0 ? new int[Window.ROWS_MAX] : codeSpan;
            for (int i = 0; i < count;) {
                int start = window.picked[i];
                int end = spanEnd(window, i);
                column.readCodes(window.blockStart() + start, window.picked[end - 1] - start + 1, codeSpan, 0);
                for (; i < end; i++) {
                    target[i] = codeSpan[window.picked[i] - start];
                }
            }
        }
    }

    private void rowCodes(Window window, int[] target) {
        if (!window.isPicked()) {
            System.arraycopy(rowCodes, window.firstInSegment(), target, 0, window.count());
            return;
        }
        int start = window.blockStart();
        for (int i = 0; i < window.count(); i++) {
            target[i] = rowCodes[start + window.picked[i]];
        }
    }

    /// The end of those picked rows from place `from` on that one span holds.
    private static int spanEnd(Window window, int from) {
        int limit = window.picked[from] + Window.ROWS_MAX;
        int end = from + 1;
        while (end < window.count() && window.picked[end] < limit) {
            end++;
        }
        return end;
    }

    void longs(Window window, long[] target) {
        open(window);
        switch (values) {
            case FrameOfReferenceLongs(var data, BlockLayout layout) ->
                    residuals(window, data, layout.offset(), layout.width(), layout.base(), target);
            case BitPackedLongs(PackedGroups groups, int scale) -> packed().longs(window, groups, scale, target);
            case PlainLongs(var data, long offset) -> residuals(window, data, offset, Long.BYTES, 0, target);
            case ConstantLongs(long value) -> Arrays.fill(target, 0, window.count(), value);
            case LongBlock block when !window.isPicked() -> Decode.rows(block, window.first(), window.count(), target);
            case RunLongs runs -> Gathers.runs(runs, window.picked, window.count(), target);
            case DeltaLongs differences -> Gathers.delta(differences, window.picked, window.count(), target);
            default -> throw new IllegalStateException("[%s] holds no integers".formatted(values));
        }
    }

    /// Whether most of the block's rows are NULL.
    boolean isMostlyNull(Window window) {
        open(window);
        return isMostlyNull;
    }

    /// Writes which of the window's rows are not NULL, by their place in the window; returns how many.
    int present(Window window, int[] target) {
        open(window);
        int found = 0;
        for (int i = 0; i < window.count(); i++) {
            int row = window.isPicked() ? window.picked[i] : window.first() + i;
            if (!window.isPicked() && row % Long.SIZE == 0 && window.count() - i >= Long.SIZE) {
                for (long bits = others(row / Long.SIZE, true); bits != 0; bits &= bits - 1) {
                    target[found++] = i + Long.numberOfTrailingZeros(bits);
                }
                i += Long.SIZE - 1;
            } else if (!isNull(row)) {
                target[found++] = i;
            }
        }
        return found;
    }

    private static void residuals(Window window, MemorySegment data, long offset, int width, long base,
            long[] target) {
        if (window.isPicked()) {
            Gathers.residuals(data, offset, width, base, window.picked, window.count(), target);
        } else {
            Decode.longs(data, offset + (long) window.first() * width, width, base, window.count(), target);
        }
    }

    /// Bounds of the window's integers that are known without reading them, as good as the encoding has them.
    ///
    /// @param ends the smallest and the largest, inclusive
    /// @return false if none are known
    boolean bounds(Window window, long[] ends) {
        open(window);
        if (values instanceof BitPackedLongs(PackedGroups groups, int scale)) {
            return bounds(window, groups, scale, ends);
        }
        BlockStatistics statistics = statistics(block);
        if (statistics == null || !(statistics.min() instanceof Long min)) {
            return false;
        }
        ends[0] = min;
        ends[1] = (Long) statistics.max();
        return true;
    }

    /// Whether each row of the block has an integer that [#longAt] finds.
    boolean hasLongsAt(int ofBlock) {
        open(ofBlock);
        return nullBits == null && !isAllNull && values instanceof LongBlock;
    }

    int rows(int ofBlock) {
        return segment.blockRowCount(ofBlock);
    }

    /// The first row from `row` on with an integer of at least `bound`, or `rows`: all before it are less, all behind it are not.
    /// Of packed groups, which know their least value, one is looked into, and unpacked: that is less than to read eight of its values.
    int firstAtLeast(int row, int rows, long bound) {
        int low = row;
        int high = rows;
        int unpacked = -1;
        if (values instanceof BitPackedLongs(PackedGroups groups, int _)) {
            int group = row >>> Lanes.GROUP_SHIFT;
            int step = 1;
            while (group + step < groups.count() && groups.base(group + step) < bound) {
                group += step;
                step *= 2;
            }
            for (; step > 0; step /= 2) {
                group += group + step < groups.count() && groups.base(group + step) < bound ? step : 0;
            }
            int start = group << Lanes.GROUP_SHIFT;
            low = Math.max(low, start);
            high = Math.min(high, start + Lanes.GROUP);
            groupValues = groupValues == null ? new long[Lanes.GROUP] : groupValues;
            Decode.rows((LongBlock) values, start, high - start, groupValues);
            unpacked = start;
        }
        while (low < high) {
            int middle = low + high >>> 1;
            if ((unpacked < 0 ? longAt(middle) : groupValues[middle - unpacked]) < bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// The integer of one row of the block that is open.
    long longAt(int row) {
        return switch (values) {
            case BitPackedLongs(PackedGroups groups, int scale) -> {
                int group = row >>> Lanes.GROUP_SHIFT;
                int width = groups.width(group);
                long number = width == 0 ? 0
                        : Lanes.get(groups.data(), groups.offset(group), width, row & Lanes.GROUP - 1);
                yield groups.base(group) + number * scale;
            }
            default -> {
                column.readLongs(block * Segment.BLOCK_ROWS + row, 1, single, 0);
                yield single[0];
            }
        };
    }

    private static boolean bounds(Window window, PackedGroups groups, long scale, long[] ends) {
        int last = window.last();
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (int group = window.first() >>> Lanes.GROUP_SHIFT; group <= last >>> Lanes.GROUP_SHIFT; group++) {
            long base = groups.base(group);
            long top = base + ((1L << groups.width(group)) - 1) * scale;
            if (top < base) {
                return false;
            }
            min = Math.min(min, base);
            max = Math.max(max, top);
        }
        ends[0] = min;
        ends[1] = max;
        return true;
    }

    BlockStatistics statistics(int ofBlock) {
        return column.statistics(ofBlock);
    }

    /// Null where none is kept.
    BlockSum sum(int ofBlock) {
        return column.sum(ofBlock);
    }

    /// Booleans as 0 and 1.
    void booleans(Window window, int[] target) {
        open(window);
        booleanSpan = booleanSpan.length == 0 ? new boolean[Window.ROWS_MAX] : booleanSpan;
        if (!window.isPicked()) {
            column.readBooleans(window.firstInSegment(), window.count(), booleanSpan, 0);
            for (int i = 0; i < window.count(); i++) {
                target[i] = booleanSpan[i] ? 1 : 0;
            }
        } else if (values instanceof BitmapBooleans bits) {
            for (int i = 0; i < window.count(); i++) {
                int row = window.picked[i];
                target[i] = bits.data().get(LittleEndian.I8,
                        bits.offset() + (row >> 3)) >>> (row & 7) & 1;
            }
        } else {
            for (int i = 0; i < window.count(); i++) {
                column.readBooleans(window.blockStart() + window.picked[i], 1, booleanSpan, 0);
                target[i] = booleanSpan[0] ? 1 : 0;
            }
        }
    }

    void doubles(Window window, double[] target) {
        open(window);
        if (!window.isPicked()) {
            column.readDoubles(window.firstInSegment(), window.count(), target, 0);
            return;
        }
        doubleSpan = doubleSpan.length == 0 ? new double[Window.ROWS_MAX] : doubleSpan;
        for (int i = 0; i < window.count();) {
            int start = window.picked[i];
            int end = spanEnd(window, i);
            column.readDoubles(window.blockStart() + start, window.picked[end - 1] - start + 1, doubleSpan, 0);
            for (; i < end; i++) {
                target[i] = doubleSpan[window.picked[i] - start];
            }
        }
    }

    /// Doubles of a column whose every block is decimal, times ten to the `exponent`.
    void scaledDoubles(Window window, int exponent, long[] target) {
        open(window);
        switch (values) {
            case DecimalDoubles decimal -> {
                BlockLayout layout = decimal.layout();
                residuals(window, decimal.data(), layout.offset(), layout.width(), layout.base(), target);
                scale(POWERS_OF_TEN[exponent] / decimal.divisor(), window.count(), target);
            }
            case BitPackedDecimals(PackedGroups groups, double divisor) -> {
                packed().longs(window, groups, 1, target);
                scale(POWERS_OF_TEN[exponent] / divisor, window.count(), target);
            }
            case ConstantDoubles(double value) -> Arrays.fill(target, 0, window.count(),
                    (long) Math.rint(value * POWERS_OF_TEN[exponent]));
            default -> throw new IllegalStateException("A block that is not decimal");
        }
    }

    private static void scale(double factor, int count, long[] target) {
        long integer = (long) Math.rint(factor);
        for (int i = 0; integer != 1 && i < count; i++) {
            target[i] *= integer;
        }
    }

    private PackedReader packed() {
        packedReader = packedReader == null ? new PackedReader() : packedReader;
        return packedReader;
    }

    /// The power of ten that makes the block's doubles integers; -1 if none does.
    static int exponent(ValueBlock values) {
        return switch (values) {
            case DecimalDoubles decimal -> decimal.layout().count();
            case BitPackedDecimals packed -> exponent(1 / packed.divisor());
            case ConstantDoubles(double value) -> exponent(value);
            default -> -1;
        };
    }

    private static int exponent(double value) {
        for (int exponent = 0; exponent < POWERS_OF_TEN.length; exponent++) {
            double integer = Math.rint(value * POWERS_OF_TEN[exponent]);
            if (Math.abs(integer) <= 1L << 53 && Double.doubleToRawLongBits((long) integer / POWERS_OF_TEN[exponent])
                    == Double.doubleToRawLongBits(value)) {
                return exponent;
            }
        }
        return -1;
    }

    static double powerOfTen(int exponent) {
        return POWERS_OF_TEN[exponent];
    }
}
