package org.narwhaldb.engine.scan;

import java.util.concurrent.atomic.AtomicLong;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.Decode;
import org.narwhaldb.engine.kernel.PackedFilters;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.encoding.BitPackedLongs;
import org.narwhaldb.segment.encoding.BlockLayout;
import org.narwhaldb.segment.encoding.ConstantLongs;
import org.narwhaldb.segment.encoding.FrameOfReferenceLongs;
import org.narwhaldb.segment.encoding.Lanes;
import org.narwhaldb.segment.encoding.LongBlock;
import org.narwhaldb.segment.encoding.PackedGroups;
import org.narwhaldb.segment.encoding.RunLongs;
import org.narwhaldb.segment.encoding.ValueBlock;

/// Integers that are among the keys of a join's build side. Asked of the rows that the query's own predicate leaves, the set that leaves
/// the fewest first. The join looks again, so that a set which takes hardly a row out is not asked any more.
final class KeySetTest extends ColumnTest {
    private static final int COST = 500;
    private static final int GROUP_WORDS = PackedFilters.GROUP_WORDS;
    /// Of so few rows of a group each is unpacked by itself.
    private static final int FEW = 48;
    /// Of so many rows of a group all are asked, whether they are still in or not.
    private static final int MANY = 384;
    private static final int INT_WIDTH_MAX = 30;
    private static final long INT_SHIFT_MAX = 1L << INT_WIDTH_MAX;
    private static final long TRIAL_ROWS = 1 << 15;
    private static final int USEFUL_SHARE = 50;

    private final KeySet keys;
    private final Uses uses;
    private final int[] numbers = new int[Lanes.GROUP];
    private long[] longs;

    /// What the test of a segment has been good for, on all threads.
    private static final class Uses {
        final AtomicLong asked = new AtomicLong();
        final AtomicLong takenOut = new AtomicLong();

        boolean isUseless() {
            return asked.get() > TRIAL_ROWS && takenOut.get() < asked.get() / USEFUL_SHARE;
        }
    }

    private KeySetTest(Segment segment, SegmentColumn column, KeySet keys, Uses uses) {
        super(segment, column, false);
        this.keys = keys;
        this.uses = uses;
    }

    /// Null if the column's values are not as they stand in the segment: the join alone asks them then.
    static KeySetTest of(Segment segment, ScanColumn column, KeySet keys) {
        return column.stored() == null ? null : new KeySetTest(segment, column.stored(), keys, new Uses());
    }

    @Override
    Verdict verdict(BlockStatistics statistics) {
        if (!(statistics.min() instanceof Long min) || !(statistics.max() instanceof Long max)) {
            return Verdict.SOME;
        }
        return keys.mayMatch(min, max) ? Verdict.SOME : Verdict.NONE;
    }

    @Override
    void keepValues(ValueBlock values, BlockRows rows) {
        if (uses.isUseless()) {
            return;
        }
        int before = rows.count();
        switch (values) {
            case ConstantLongs constant -> Residuals.keepAllIf(keys.contains(constant.value()), rows);
            case RunLongs runs -> keepRuns(runs, rows);
            case BitPackedLongs packed when packed.scale() == 1 -> keepPacked(packed, rows);
            case FrameOfReferenceLongs residuals when residuals.layout().width() < Integer.BYTES -> keepResiduals(residuals, rows);
            case LongBlock block -> keepRead(block, rows, 0, rows.words());
            default -> throw new IllegalStateException("[%s] holds no integers".formatted(values));
        }
        uses.asked.addAndGet(before);
        uses.takenOut.addAndGet(before - Bitmaps.count(rows.bitmap(), rows.words()));
    }

    private void keepRuns(RunLongs runs, BlockRows rows) {
        if (rows.count() < runs.ends().count()) {
            keepRunsOfRows(runs, rows);
            return;
        }
        int kept = 0;
        int start = 0;
        for (int run = 0; run < runs.ends().count(); run++) {
            int end = runs.ends().end(run);
            if (keys.contains(runs.value(run))) {
                Bitmaps.clearRange(rows.bitmap(), kept, start);
                kept = end;
            }
            start = end;
        }
        Bitmaps.clearRange(rows.bitmap(), kept, start);
    }

    private void keepRunsOfRows(RunLongs runs, BlockRows rows) {
        long[] bitmap = rows.bitmap();
        int run = 0;
        int end = 0;
        long fails = 0;
        for (int word = 0; word < rows.words(); word++) {
            long out = 0;
            for (long bits = bitmap[word]; bits != 0; bits &= bits - 1) {
                int lane = Long.numberOfTrailingZeros(bits);
                int row = (word << 6) + lane;
                if (row >= end) {
                    run = runs.ends().find(row, run);
                    end = runs.ends().end(run);
                    fails = keys.contains(runs.value(run)) ? 0 : 1;
                }
                out |= fails << lane;
            }
            bitmap[word] &= ~out;
        }
    }

    private void keepPacked(BitPackedLongs packed, BlockRows rows) {
        PackedGroups groups = packed.groups();
        long[] bitmap = rows.bitmap();
        for (int group = 0; group < groups.count(); group++) {
            int word = group * GROUP_WORDS;
            int end = Math.min(rows.words(), word + GROUP_WORDS);
            int count = count(bitmap, word, end);
            if (count == 0) {
                continue;
            }
            long base = groups.base(group);
            int width = groups.width(group);
            long shift = keys.place(base);
            if (width > INT_WIDTH_MAX || !isSmall(shift)) {
                keepRead(packed, rows, word, end);
            } else if (!keys.mayMatch(base, Math.max(base, base + (1L << width) - 1)) || width == 0) {
                // one value, or none that is in the set
                if (width > 0 || !keys.contains(base)) {
                    Bitmaps.clearRange(bitmap, word * Long.SIZE, end * Long.SIZE);
                }
            } else if (count < FEW) {
                keepSingle(groups, group, (int) shift, bitmap, word, end);
            } else {
                PackedFilters.unpackAll(groups.data(), groups.offset(group), width, numbers);
                keepNumbers((int) shift, count, bitmap, word, end);
            }
        }
    }

    private static boolean isSmall(long shift) {
        return -INT_SHIFT_MAX <= shift && shift <= INT_SHIFT_MAX;
    }

    private void keepSingle(PackedGroups groups, int group, int shift, long[] bitmap, int from, int to) {
        long at = groups.offset(group);
        int width = groups.width(group);
        for (int word = from; word < to; word++) {
            long out = 0;
            for (long bits = bitmap[word]; bits != 0; bits &= bits - 1) {
                int lane = Long.numberOfTrailingZeros(bits);
                int number = (int) Lanes.get(groups.data(), at, width, (word - from << 6) + lane);
                out |= (keys.bit(number + shift) ^ 1) << lane;
            }
            bitmap[word] &= ~out;
        }
    }

    /// Of one group's numbers.
    private void keepNumbers(int shift, int count, long[] bitmap, int from, int to) {
        for (int word = from; word < to; word++) {
            int first = word - from << 6;
            if (count >= MANY) {
                bitmap[word] &= keys.members(numbers, first, shift);
                continue;
            }
            long out = 0;
            for (long bits = bitmap[word]; bits != 0; bits &= bits - 1) {
                int lane = Long.numberOfTrailingZeros(bits);
                out |= (keys.bit(numbers[first + lane] + shift) ^ 1) << lane;
            }
            bitmap[word] &= ~out;
        }
    }

    private void keepResiduals(FrameOfReferenceLongs residuals, BlockRows rows) {
        BlockLayout layout = residuals.layout();
        long shift = keys.place(layout.base());
        if (!isSmall(shift)) {
            keepRead(residuals, rows, 0, rows.words());
            return;
        }
        for (int word = 0; word < rows.words(); word += GROUP_WORDS) {
            int end = Math.min(rows.words(), word + GROUP_WORDS);
            int count = count(rows.bitmap(), word, end);
            if (count > 0) {
                int first = word * Long.SIZE;
                Decode.ints(residuals.data(), layout.offset() + (long) first * layout.width(), layout.width(),
                        Math.min(Lanes.GROUP, rows.rowCount() - first), numbers);
                keepNumbers((int) shift, count, rows.bitmap(), word, end);
            }
        }
    }

    private void keepRead(LongBlock block, BlockRows rows, int fromWord, int toWord) {
        longs = longs == null ? new long[Lanes.GROUP] : longs;
        long[] bitmap = rows.bitmap();
        for (int first = fromWord; first < toWord; first += GROUP_WORDS) {
            int end = Math.min(toWord, first + GROUP_WORDS);
            int start = first * Long.SIZE;
            if (count(bitmap, first, end) == 0) {
                continue;
            }
            int length = Math.min(end * Long.SIZE, rows.rowCount()) - start;
            Decode.rows(block, start, length, longs);
            for (int word = first; word < end; word++) {
                long out = 0;
                for (long bits = bitmap[word]; bits != 0; bits &= bits - 1) {
                    int lane = Long.numberOfTrailingZeros(bits);
                    out |= keys.contains(longs[(word - first << 6) + lane]) ? 0 : 1L << lane;
                }
                bitmap[word] &= ~out;
            }
        }
    }

    private static int count(long[] bitmap, int from, int to) {
        int count = 0;
        for (int word = from; word < to; word++) {
            count += Long.bitCount(bitmap[word]);
        }
        return count;
    }

    @Override
    String kernel() {
        return " of %d keys".formatted(keys.count());
    }

    @Override
    public int cost() {
        return COST + (int) (keys.density() * 100);
    }

    @Override
    public BlockTest another(Reservation reservation) {
        return new KeySetTest(segment(), column(), keys, uses);
    }
}
