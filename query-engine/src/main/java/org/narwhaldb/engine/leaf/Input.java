package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.GroupLoops;
import org.narwhaldb.engine.kernel.RowIds;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.BlockSum;

/// The values of one argument for the rows that one filter lets through, window by window: numbers by row, and which
/// rows to skip because the argument is NULL or the filter is not true. One thread at a time.
final class Input {
    /// One row in so many is read by itself rather than with its neighbours.
    private static final int FEW = 8;

    private final InputPlan plan;
    private final LaneColumns columns;
    /// null unless the source is EXPRESSION: one of the two
    private final LaneExpression argument;
    private final ExactLoops exact;
    private final LaneExpression filter;
    /// null unless the filter is asked by blocks
    private final FilterBits bits;
    private final int[] skipAt = new int[Window.ROWS_MAX + Long.SIZE + RowIds.SLACK];
    private int[] otherAt;
    private final boolean[] skipped;
    /// with `bits`: which rows of the window are not skipped
    private final long[] mask;
    private long[] skipMask;
    private int count;
    private int skips;
    private boolean isSkipKnown = true;
    private Window few;
    private long[] fewLongs;
    private int kept;
    private long serial;
    private long[] longs;
    private long[] highs;
    private double[] doubles;
    private long[] ownLongs;
    private double[] ownDoubles;

    /// @param filters those that are asked by blocks
    Input(InputPlan plan, LaneColumns columns, FilterBits[] filters) {
        this.plan = plan;
        this.columns = columns;
        bits = plan.blockFilter() < 0 ? null : filters[plan.blockFilter()];
        exact = plan.exact() == null ? null : new ExactLoops(plan.exact(), columns);
        argument = plan.source() == InputPlan.Source.EXPRESSION && exact == null ? new LaneExpression(plan.argument(), columns) : null;
        filter = plan.filter() == null || bits != null ? null : new LaneExpression(plan.filter(), columns);
        skipped = filter == null ? null : new boolean[Window.ROWS_MAX];
        mask = bits == null ? null : new long[Window.ROWS_MAX / Long.SIZE];
    }

    private Input(InputPlan plan) {
        this.plan = plan;
        columns = null;
        bits = null;
        argument = null;
        exact = null;
        filter = null;
        skipped = null;
        mask = null;
    }

    /// Reads no column: [#replay] brings what each window's rows have.
    static Input replayed(InputPlan plan) {
        return new Input(plan);
    }

    /// Rows of so many words each: at `place` the value, in the first word a bit that is set if the row is skipped.
    void replay(Window window, long[] rows, int words, int place, long flag) {
        serial = window.serial();
        kept = -1;
        skips = 0;
        isSkipKnown = true;
        count = window.count();
        if (flag != 0) {
            for (int i = 0; i < count; i++) {
                skipAt[skips] = i;
                skips += (rows[i * words] & flag) != 0 ? 1 : 0;
            }
        }
        if (place == 0) {
            return;
        }
        if (isOfDoubles()) {
            ownDoubles = ownDoubles == null ? new double[Window.ROWS_MAX] : ownDoubles;
            doubles = ownDoubles;
            for (int i = 0; i < count; i++) {
                doubles[i] = Double.longBitsToDouble(rows[i * words + place]);
            }
        } else {
            longs = own();
            for (int i = 0; i < count; i++) {
                longs[i] = rows[i * words + place];
            }
        }
    }

    boolean isOfDoubles() {
        return plan.values() == InputPlan.Values.DOUBLES;
    }

    /// Integers, or the lower halves of 128-bit ones.
    long[] longs() {
        return longs;
    }

    /// The upper halves; null if there are none.
    long[] highs() {
        return highs;
    }

    double[] doubles() {
        return doubles;
    }

    /// Places in the window, ascending.
    int[] skipAt() {
        if (!isSkipKnown) {
            findSkips();
        }
        return skipAt;
    }

    int skips() {
        return skips;
    }

    /// How many rows of a block count, if statistics know: all of the block's rows are in one group.
    ///
    /// @return -1 if they do not
    int countOf(int block, int rows) {
        if (plan.filter() != null || plan.source() != InputPlan.Source.COLUMN) {
            return -1;
        }
        ColumnReader reader = columns.reader(plan.column());
        if (reader == null) {
            return 0;
        }
        BlockStatistics statistics = reader.statistics(block);
        return statistics == null ? -1 : rows - statistics.nullCount();
    }

    /// The bounds of the block's integers, if statistics know them exactly.
    ///
    /// @param ends the smallest and the largest; the first above the second if every row is skipped
    boolean bounds(int block, int rows, long[] ends) {
        int counted = countOf(block, rows);
        if (counted < 0 || plan.values() != InputPlan.Values.LONGS) {
            return false;
        }
        ends[0] = Long.MAX_VALUE;
        ends[1] = Long.MIN_VALUE;
        if (counted == 0) {
            return true;
        }
        BlockStatistics statistics = columns.reader(plan.column()).statistics(block);
        if (statistics.min() instanceof Long min) {
            ends[0] = min;
            ends[1] = (Long) statistics.max();
            return true;
        }
        if (statistics.min() instanceof Double min && plan.exponent() >= 0) {
            double scale = ColumnReader.powerOfTen(plan.exponent());
            ends[0] = (long) Math.rint(min * scale);
            ends[1] = (long) Math.rint((Double) statistics.max() * scale);
            return true;
        }
        return false;
    }

    /// The sum of the block's values, times ten to the plan's exponent, if it is kept and has 64 bits; of no value 0.
    ///
    /// @param counted how many values there are
    /// @param target receives the sum
    boolean sum(int block, int counted, long[] target) {
        target[0] = 0;
        if (counted == 0) {
            return true;
        }
        if (plan.values() != InputPlan.Values.LONGS) {
            return false;
        }
        BlockSum sum = columns.reader(plan.column()).sum(block);
        int exponent = Math.max(0, plan.exponent());
        if (sum == null || sum.high() != sum.low() >> 63 || sum.exponent() > exponent) {
            return false;
        }
        long factor = (long) ColumnReader.powerOfTen(exponent - sum.exponent());
        target[0] = sum.low() * factor;
        return Math.multiplyHigh(sum.low(), factor) == target[0] >> 63;
    }

    /// Of a text column: the window's ids in the global dictionary, that behind the last for NULL.
    void ids(Window window, int[] target) {
        columns.idCursor(plan.column()).ids(window, target);
    }

    /// Of a text column: what the window's values enter sketches of distinct values as, 0 for NULL.
    void coupons(Window window, int[] target) {
        columns.couponCursor(plan.column()).ids(window, target);
    }

    void load(Window window) {
        if (serial == window.serial()) {
            return;
        }
        serial = window.serial();
        count = window.count();
        skips = bits == null ? 0 : count - bits.keep(window, mask);
        kept = -1;
        isSkipKnown = skips == 0;
        switch (plan.source()) {
            case NONE -> { }
            case COLUMN -> loadColumn(window);
            case EXPRESSION -> loadExpression(window);
        }
        if (filter != null) {
            applyFilter(window);
        }
    }

    /// Whether more rows are skipped than not.
    boolean keepsFew(Window window) {
        return 2 * skips > window.count();
    }

    /// The rows that are not skipped, by their place in the window, [#kept] of them.
    int[] keptAt(Window window) {
        int[] target = others();
        if (kept < 0 && bits != null) {
            kept = RowIds.of(mask, 0, Bitmaps.words(count), target);
        } else if (kept < 0) {
            kept = 0;
            int skip = 0;
            for (int i = 0; i < window.count(); i++) {
                if (skip < skips && skipAt[skip] == i) {
                    skip++;
                } else {
                    target[kept++] = i;
                }
            }
        }
        return target;
    }

    /// The integers that are not skipped, added up: all if they are many, and those skipped taken out again.
    long sum(Window window) {
        long sum = 0;
        if (skips > 0 && keepsFew(window)) {
            int[] places = keptAt(window);
            for (int i = 0; i < kept; i++) {
                sum += longs[places[i]];
            }
            return sum;
        }
        sum = GroupLoops.sum(longs, 0, count);
        int[] places = skipAt();
        for (int i = 0; i < skips; i++) {
            sum -= longs[places[i]];
        }
        return sum;
    }

    private int[] others() {
        otherAt = otherAt == null ? new int[Window.ROWS_MAX + Long.SIZE + RowIds.SLACK] : otherAt;
        return otherAt;
    }

    int kept() {
        return kept;
    }

    /// Whether [#kept(int,int)] tells.
    boolean isMasked() {
        return bits != null;
    }

    /// How many rows from one place of the window to another are not skipped.
    int kept(int from, int to) {
        int first = from >> 6;
        int last = to - 1 >> 6;
        long head = mask[first] & -1L << from;
        long tail = -1L >>> -to;
        if (first == last) {
            return Long.bitCount(head & tail);
        }
        int found = Long.bitCount(head) + Long.bitCount(mask[last] & tail);
        for (int word = first + 1; word < last; word++) {
            found += Long.bitCount(mask[word]);
        }
        return found;
    }

    /// Takes rows out of the mask: those at `places[0, found)`.
    private void skip(int[] places, int found) {
        for (int i = 0; i < found; i++) {
            mask[places[i] >> 6] &= ~(1L << places[i]);
        }
        skips = count - Bitmaps.count(mask, Bitmaps.words(count));
        isSkipKnown = false;
    }

    /// Finds the rows that count of a column that has few values.
    private void findFew(Window window, ColumnReader reader) {
        int[] target = others();
        kept = reader.present(window, target);
        if (bits != null) {
            int present = kept;
            kept = 0;
            for (int i = 0; i < present; i++) {
                int place = target[i];
                target[kept] = place;
                kept += (int) (mask[place >> 6] >>> place & 1);
            }
            Arrays.fill(mask, 0);
            for (int i = 0; i < kept; i++) {
                mask[target[i] >> 6] |= 1L << target[i];
            }
        }
        skips = count - kept;
        isSkipKnown = skips == 0;
    }

    /// Reads the rows that count, and no others.
    private void loadFew(Window window, ColumnReader reader) {
        longs = own();
        int[] places = keptAt(window);
        if (kept == 0) {
            return;
        }
        few = few == null ? new Window() : few;
        for (int i = 0; i < kept; i++) {
            few.picked[i] = window.isPicked() ? window.picked[places[i]] : window.first() + places[i];
        }
        few.picked(window.block(), kept);
        fewLongs = fewLongs == null ? new long[Window.ROWS_MAX] : fewLongs;
        if (plan.exponent() >= 0) {
            reader.scaledDoubles(few, plan.exponent(), fewLongs);
        } else {
            reader.longs(few, fewLongs);
        }
        for (int i = 0; i < kept; i++) {
            longs[places[i]] = fewLongs[i];
        }
    }

    private void findSkips() {
        isSkipKnown = true;
        if (bits != null) {
            skipMask = skipMask == null ? new long[mask.length] : skipMask;
            int words = Bitmaps.words(count);
            for (int word = 0; word < words; word++) {
                skipMask[word] = ~mask[word];
            }
            skipMask[words - 1] &= -1L >>> -count;
            RowIds.of(skipMask, 0, words, skipAt);
            return;
        }
        int next = 0;
        int found = 0;
        for (int i = 0; found < skips; i++) {
            if (next < kept && otherAt[next] == i) {
                next++;
            } else {
                skipAt[found++] = i;
            }
        }
    }

    private void loadColumn(Window window) {
        ColumnReader reader = columns.reader(plan.column());
        if (reader == null) {
            skipAll();
        } else if (filter == null && plan.values() != InputPlan.Values.DOUBLES && reader.isMostlyNull(window)) {
            findFew(window, reader);
            if (plan.values() == InputPlan.Values.LONGS) {
                loadFew(window, reader);
            }
            return;
        } else if (bits != null) {
            skip(skipAt, reader.nulls(window, skipAt));
            if (plan.values() == InputPlan.Values.LONGS && FEW * (count - skips) < count) {
                loadFew(window, reader);
                return;
            }
        }
        switch (plan.values()) {
            case NONE -> { }
            case LONGS -> {
                longs = own();
                if (reader != null && plan.exponent() >= 0) {
                    reader.scaledDoubles(window, plan.exponent(), longs);
                } else if (reader != null) {
                    reader.longs(window, longs);
                }
            }
            case DOUBLES -> {
                ownDoubles = ownDoubles == null ? new double[Window.ROWS_MAX] : ownDoubles;
                doubles = ownDoubles;
                if (reader != null) {
                    reader.doubles(window, doubles);
                }
            }
        }
        if (reader != null && bits == null) {
            skips = reader.nulls(window, skipAt);
        }
    }

    private void skipAll() {
        if (bits != null) {
            Arrays.fill(mask, 0);
        }
        for (int i = 0; i < count; i++) {
            skipAt[i] = i;
        }
        skips = count;
        isSkipKnown = true;
    }

    private long[] own() {
        ownLongs = ownLongs == null ? new long[Window.ROWS_MAX] : ownLongs;
        return ownLongs;
    }

    private void skipNulls(int found) {
        if (bits != null) {
            skip(skipAt, found);
        } else {
            skips = found;
        }
    }

    private void loadExpression(Window window) {
        if (exact != null) {
            longs = exact.evaluate(window);
            skipNulls(exact.nulls(window, skipAt));
            return;
        }
        Column column = argument.evaluate(window);
        highs = null;
        switch (column) {
            case LongColumn(long[] values, _) -> longs = values;
            case DoubleColumn(double[] values, _) -> doubles = values;
            case Int128Column(long[] high, long[] low, _) -> {
                highs = high;
                longs = low;
            }
            case BooleanColumn(boolean[] values, _) -> {
                longs = own();
                for (int i = 0; i < window.count(); i++) {
                    longs[i] = values[i] ? 1 : 0;
                }
            }
            case Column.BytesColumn _, Column.NestedColumn _ -> longs = own();
        }
        boolean[] nulls = column.nulls();
        if (nulls != null) {
            int found = 0;
            for (int i = 0; i < window.count(); i++) {
                skipAt[found] = i;
                found += nulls[i] ? 1 : 0;
            }
            skipNulls(found);
        }
    }

    private void applyFilter(Window window) {
        BooleanColumn passes = (BooleanColumn) filter.evaluate(window);
        int count = window.count();
        Arrays.fill(skipped, 0, count, false);
        for (int i = 0; i < skips; i++) {
            skipped[skipAt[i]] = true;
        }
        boolean[] values = passes.values();
        boolean[] nulls = passes.nulls();
        skips = 0;
        for (int i = 0; i < count; i++) {
            skipAt[skips] = i;
            skips += skipped[i] || !values[i] || nulls != null && nulls[i] ? 1 : 0;
        }
    }
}
