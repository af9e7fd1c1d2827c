package org.narwhaldb.engine.scan;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.Filters;
import org.narwhaldb.engine.kernel.PackedFilters;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.encoding.BitPackedCodes;
import org.narwhaldb.segment.encoding.CodeBlock;
import org.narwhaldb.segment.encoding.ConstantCodes;
import org.narwhaldb.segment.encoding.Lanes;
import org.narwhaldb.segment.encoding.PackedCodes;
import org.narwhaldb.segment.encoding.RunCodes;
import org.narwhaldb.segment.encoding.RunEnds;
import org.narwhaldb.segment.encoding.ValueBlock;

/// Dictionary codes that are in a set: what a predicate over one text column comes to, once it has been asked of the
/// dictionary.
final class CodeTest extends ColumnTest {
    private static final int COST_PER_BYTE = 4;
    private static final int COST_BYTE = 2;

    private final CodeSet set;
    /// the least and the largest value in the set, to hold against a block's bounds; null if it is empty
    private final byte[] least;
    private final byte[] most;
    private final byte[] table;
    private final int[] few;
    /// as many as packed numbers are compared with
    private final int[] some;

    CodeTest(Segment segment, SegmentColumn column, CodeSet set, boolean passesNull) {
        super(segment, column, passesNull);
        this.set = set;
        boolean isEmpty = set.count() == 0;
        least = isEmpty ? null : column.dictionary().value(set.first());
        most = isEmpty ? null : column.dictionary().value(set.last());
        table = set.size() <= 1 << Byte.SIZE && !isEmpty ? set.table() : null;
        few = set.count() <= Filters.ANY && !isEmpty ? set.codes(Filters.ANY) : null;
        some = set.count() <= PackedFilters.ANY_MAX && !isEmpty ? set.codes(set.count() + Filters.ANY - 1 & -Filters.ANY) : null;
    }

    /// Both in one; null if they are not of one column.
    CodeTest and(CodeTest other) {
        return column() != other.column() ? null : new CodeTest(
                segment(), column(), set.and(other.set), passesNull() && other.passesNull());
    }

    @Override
    Verdict verdict(BlockStatistics statistics) {
        if (set.count() == 0) {
            return Verdict.NONE;
        }
        if (set.count() == set.size()) {
            return Verdict.ALL;
        }
        if (!(statistics.min() instanceof byte[] min) || !(statistics.max() instanceof byte[] max)) {
            return Verdict.SOME;
        }
        if (Arrays.compareUnsigned(max, least) < 0 || Arrays.compareUnsigned(min, most) > 0) {
            return Verdict.NONE;
        }
        return set.isRange() && Arrays.compareUnsigned(least, min) <= 0 && Arrays.compareUnsigned(max, most) <= 0
                ? Verdict.ALL : Verdict.SOME;
    }

    @Override
    void keepValues(ValueBlock values, BlockRows rows) {
        if (set.count() == 0 || set.count() == set.size()) {
            Residuals.keepAllIf(set.count() > 0, rows);
            return;
        }
        switch (values) {
            case ConstantCodes constant -> Residuals.keepAllIf(set.contains(constant.code()), rows);
            case PackedCodes codes -> {
                if (rows.isSparse()) {
                    keepSparse(codes, rows);
                } else {
                    keepPacked(codes, rows.rowCount(), rows.bitmap());
                }
            }
            case RunCodes runs -> keepRuns(runs, rows);
            case BitPackedCodes packed when PackedFilters.isVector() -> keepGroups(packed, rows);
            case CodeBlock other -> keepRead(other, rows);
            default -> throw new IllegalStateException("[%s] holds no codes".formatted(values));
        }
    }

    private void keepPacked(PackedCodes codes, int count, long[] bitmap) {
        int first = set.first();
        int span = set.last() - first;
        switch (codes.width()) {
            case Byte.BYTES -> {
                if (set.isRange()) {
                    Filters.rangeU8(codes.data(), codes.offset(), count, first, span, false, bitmap);
                } else {
                    Filters.setU8(codes.data(), codes.offset(), count, table, bitmap);
                }
            }
            case Short.BYTES -> {
                if (set.isRange()) {
                    Filters.rangeU16(codes.data(), codes.offset(), count, first, span, false, bitmap);
                } else if (few != null) {
                    Filters.anyU16(codes.data(), codes.offset(), count, few, bitmap);
                } else {
                    Filters.setU16(codes.data(), codes.offset(), count, set.bits(Filters.SET_U16_WORDS), bitmap);
                }
            }
            default -> {
                if (set.isRange()) {
                    Filters.rangeU32(codes.data(), codes.offset(), count, first, span, false, bitmap);
                } else if (few != null) {
                    Filters.anyU32(codes.data(), codes.offset(), count, few, bitmap);
                } else {
                    Filters.setU32(codes.data(), codes.offset(), count, set.bits(0), bitmap);
                }
            }
        }
    }

    private void keepSparse(PackedCodes codes, BlockRows rows) {
        long[] bitmap = rows.bitmap();
        for (int word = 0; word < rows.words(); word++) {
            for (long bits = bitmap[word]; bits != 0; bits &= bits - 1) {
                int row = (word << 6) + Long.numberOfTrailingZeros(bits);
                if (!set.contains((int) Residuals.residual(codes.data(), codes.offset(), codes.width(), row))) {
                    bitmap[word] &= ~(1L << row);
                }
            }
        }
    }

    /// Asks the code of each run first; then takes out the rows between those that pass.
    private void keepRuns(RunCodes runs, BlockRows rows) {
        RunEnds ends = runs.ends();
        long[] passing = rows.borrow();
        Bitmaps.fill(passing, ends.count());
        keepPacked(new PackedCodes(ends.data(), ends.valuesOffset(), runs.width()), ends.count(), passing);
        int out = 0;
        for (int word = 0; word < Bitmaps.words(ends.count()); word++) {
            for (long bits = passing[word]; bits != 0; bits &= bits - 1) {
                int run = (word << 6) + Long.numberOfTrailingZeros(bits);
                Bitmaps.clearRange(rows.bitmap(), out, run == 0 ? 0 : ends.end(run - 1));
                out = ends.end(run);
            }
        }
        Bitmaps.clearRange(rows.bitmap(), out, rows.rowCount());
        rows.giveBack(passing);
    }

    private void keepRead(CodeBlock block, BlockRows rows) {
        int[] codes = new int[Batch.ROWS_MAX];
        for (int from = 0; from < rows.rowCount(); from += codes.length) {
            int count = Math.min(codes.length, rows.rowCount() - from);
            block.read(from, count, codes, 0);
            Filters.setCodes(codes, count, set.bits(0), from >> 6, rows.bitmap());
        }
    }

    private void keepGroups(BitPackedCodes codes, BlockRows rows) {
        int[] numbers = null;
        long[] found = null;
        long[] bitmap = rows.bitmap();
        int span = set.last() - set.first();
        for (int word = 0; word < rows.words(); word += PackedFilters.GROUP_WORDS) {
            if (isEmpty(bitmap, word, Math.min(rows.words(), word + PackedFilters.GROUP_WORDS))) {
                continue;
            }
            long at = codes.offset(word / PackedFilters.GROUP_WORDS);
            if (set.isRange()) {
                PackedFilters.range(codes.data(), at, codes.width(), set.first(), span, false, bitmap, word);
            } else if (codes.width() <= Byte.SIZE && PackedFilters.canLookUp()) {
                PackedFilters.set(codes.data(), at, codes.width(), table, bitmap, word);
            } else if (codes.width() > Byte.SIZE && some != null) {
                found = found == null ? new long[PackedFilters.GROUP_WORDS] : found;
                PackedFilters.any(codes.data(), at, codes.width(), some, found, bitmap, word);
            } else {
                numbers = numbers == null ? new int[Lanes.GROUP] : numbers;
                PackedFilters.unpack(codes.data(), at, codes.width(), numbers, 0);
                Filters.setCodes(numbers, Lanes.GROUP, set.bits(0), word, bitmap);
            }
        }
    }

    private static boolean isEmpty(long[] bitmap, int from, int to) {
        long any = 0;
        for (int word = from; word < to; word++) {
            any |= bitmap[word];
        }
        return any == 0;
    }

    @Override
    String kernel() {
        return set.isRange() ? " range" : table != null ? " look-up table" : some != null ? " any of few" : " bit set";
    }

    @Override
    public int cost() {
        return set.size() <= 1 << Byte.SIZE ? COST_BYTE
                : set.size() <= 1 << Short.SIZE ? COST_PER_BYTE * Short.BYTES : COST_PER_BYTE * Integer.BYTES;
    }
}
