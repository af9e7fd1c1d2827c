package org.narwhaldb.engine.operator;

import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.segment.ColumnType;

/// Keys whose ranges together fit one long: integers as their distance from the least, all else by its [KeyIds].
///
/// A key's digit is 1 + that distance or id, and 0 for NULL; the word is the number with these digits, in the mixed
/// radix of the keys' ranges. Ranges are learned from the batches; where one grows, it grows by half at least, and
/// the words there are renamed.
final class PackedTable implements KeyTable {
    /// of words, so that sums of digits never overflow
    private static final long SPACE_MAX = 1L << 62;
    private static final long SPAN_MAX = 1L << 61;
    private static final int IDS_MIN = 14;

    private final List<ColumnType.Physical> kinds;
    private final KeyIds ids;
    private final boolean nullsAreKeys;
    private final Reservation reservation;
    private final LongIndex index;
    private Layout layout;
    private long[] words = new long[0];
    private boolean[] unmatched = new boolean[0];
    private final int[][] batchIds;

    /// @param bases by key, the value or id with digit 1
    /// @param digits by key, its radix: the largest digit + 1
    private record Layout(long[] bases, long[] digits) {
        /// Of all words; 0 if that is too much.
        long space() {
            long space = 1;
            for (long digit : digits) {
                if (digit > SPACE_MAX / space) {
                    return 0;
                }
                space *= digit;
            }
            return space;
        }

        boolean holds(int key, long min, long max) {
            return min >= bases[key] && max <= bases[key] + digits[key] - 2;
        }
    }

    /// @param nullsAreKeys see [GroupTable]
    PackedTable(List<ColumnType.Physical> kinds, KeyIds ids, boolean nullsAreKeys, Reservation reservation) {
        this.nullsAreKeys = nullsAreKeys;
        this.kinds = kinds;
        this.ids = ids;
        this.reservation = reservation;
        index = new LongIndex(reservation);
        batchIds = new int[kinds.size()][];
    }

    /// Whether keys of these kinds may fit.
    static boolean takes(List<ColumnType.Physical> kinds) {
        return kinds.stream().allMatch(kind -> kind == ColumnType.Physical.LONG || !KeyIds.isNumber(kind));
    }

    @Override
    public int size() {
        return index.size();
    }

    @Override
    public boolean assign(Column[] keys, int count, int[] groups) {
        if (count == 0) {
            return true;
        }
        if (!makeFit(keys, count)) {
            return false;
        }
        if (keys.length == 1 && keys[0] instanceof LongColumn(long[] values, boolean[] nulls) && nulls == null) {
            index.assign(values, layout.bases[0] - 1, count, groups);
            return true;
        }
        words = reservation.longs(words, count);
        Arrays.fill(words, 0, count, 0);
        for (int key = 0; key < keys.length; key++) {
            long base = layout.bases[key] - 1;
            long radix = layout.digits[key];
            if (keys[key] instanceof LongColumn(long[] values, boolean[] nulls)) {
                appendNumbers(values, nulls, base, radix, count);
            } else {
                int[] digits = batchIds[key];
                for (int row = 0; row < count; row++) {
                    words[row] = words[row] * radix + (digits[row] - base);
                }
            }
        }
        index.assign(words, 0, count, groups);
        return true;
    }

    private void appendNumbers(long[] values, boolean[] nulls, long base, long radix, int count) {
        if (nulls == null) {
            for (int row = 0; row < count; row++) {
                words[row] = words[row] * radix + (values[row] - base);
            }
        } else {
            for (int row = 0; row < count; row++) {
                words[row] = words[row] * radix + (nulls[row] ? 0 : values[row] - base);
            }
        }
    }

    /// Widens the layout until it holds the batch; false if no layout does.
    private boolean makeFit(Column[] keys, int count) {
        boolean fits = layout != null;
        long[] mins = new long[keys.length];
        long[] maxs = new long[keys.length];
        for (int key = 0; key < keys.length; key++) {
            if (keys[key] instanceof LongColumn(long[] values, boolean[] nulls)) {
                range(values, nulls, count, key, mins, maxs);
            } else {
                batchIds[key] = ids.of(key, keys[key], count, true);
                maxs[key] = ids.size(key) - 1L;
            }
            fits = fits && (mins[key] > maxs[key] || layout.holds(key, mins[key], maxs[key]));
        }
        return fits || widen(mins, maxs, count);
    }

    private static void range(long[] values, boolean[] nulls, int count, int key, long[] mins, long[] maxs) {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        if (nulls == null) {
            for (int row = 0; row < count; row++) {
                min = Math.min(min, values[row]);
                max = Math.max(max, values[row]);
            }
        } else {
            for (int row = 0; row < count; row++) {
                min = nulls[row] ? min : Math.min(min, values[row]);
                max = nulls[row] ? max : Math.max(max, values[row]);
            }
        }
        mins[key] = min;
        maxs[key] = max;
    }

    private boolean widen(long[] mins, long[] maxs, int count) {
        Layout next = wider(mins, maxs, true);
        if (next == null || next.space() == 0) {
            next = wider(mins, maxs, false);
        }
        if (next == null || next.space() == 0) {
            return false;
        }
        if (layout != null) {
            rename(next);
        }
        layout = next;
        index.space(next.space(), count);
        return true;
    }

    /// Null if a range is too wide.
    private Layout wider(long[] mins, long[] maxs, boolean withSlack) {
        long[] bases = new long[mins.length];
        long[] digits = new long[mins.length];
        for (int key = 0; key < mins.length; key++) {
            boolean isNew = layout == null || layout.digits[key] == 1;
            boolean isEmpty = mins[key] > maxs[key];
            if (isEmpty || !isNew && layout.holds(key, mins[key], maxs[key])) {
                bases[key] = layout == null ? 0 : layout.bases[key];
                digits[key] = layout == null ? 1 : layout.digits[key];
                continue;
            }
            long min = isNew ? mins[key] : Math.min(mins[key], layout.bases[key]);
            long max = isNew ? maxs[key] : Math.max(maxs[key], layout.bases[key] + layout.digits[key] - 2);
            if (min < -SPAN_MAX || max > SPAN_MAX) {
                return null;
            }
            long slack = withSlack ? slack(key, isNew, max, max - min) : 0;
            boolean grewDown = !isNew && min < layout.bases[key];
            bases[key] = grewDown ? min - slack : min;
            digits[key] = max - min + slack + 2;
        }
        return new Layout(bases, digits);
    }

    /// Numbers often keep to the range of their first batch; ids are still being given.
    private long slack(int key, boolean isNew, long max, long span) {
        return switch (kinds.get(key)) {
            case BOOLEAN -> 0;
            case BYTES, NESTED -> Math.max(IDS_MIN, max);
            case LONG, DOUBLE, INT128 -> isNew ? 0 : span >> 1;
        };
    }

    private void rename(Layout next) {
        long[] old = index.words();
        for (int group = 0; group < index.size(); group++) {
            long word = old[group];
            long renamed = 0;
            long place = 1;
            for (int key = kinds.size() - 1; key >= 0; key--) {
                long digit = word % layout.digits[key];
                word /= layout.digits[key];
                renamed += place * (digit == 0 ? 0 : digit + layout.bases[key] - next.bases[key]);
                place *= next.digits[key];
            }
            old[group] = renamed;
        }
    }

    @Override
    public void find(Column[] keys, int count, int[] groups) {
        if (index.size() == 0) {
            Arrays.fill(groups, 0, count, -1);
            return;
        }
        if (!nullsAreKeys && keys.length == 1 && keys[0] instanceof LongColumn(long[] values, boolean[] nulls)) {
            // a value outside the range is no word of any group, and word 0 is NULL's, which was never added
            index.find(values, layout.bases[0] - 1, nulls, count, groups);
            return;
        }
        words = reservation.longs(words, count);
        unmatched = reservation.booleans(unmatched, count);
        Arrays.fill(words, 0, count, 0);
        Arrays.fill(unmatched, 0, count, false);
        for (int key = 0; key < keys.length; key++) {
            if (keys[key] instanceof LongColumn(long[] values, boolean[] nulls)) {
                appendKnownNumbers(values, nulls, key, count);
            } else {
                int[] found = ids.of(key, keys[key], count, false);
                int least = nullsAreKeys ? BytesInterner.NULL : 0;
                long radix = layout.digits[key];
                for (int row = 0; row < count; row++) {
                    unmatched[row] |= found[row] < least;
                    words[row] = words[row] * radix + found[row] + 1;
                }
            }
        }
        index.find(words, 0, unmatched, count, groups);
    }

    private void appendKnownNumbers(long[] values, boolean[] nulls, int key, int count) {
        long base = layout.bases[key];
        long radix = layout.digits[key];
        for (int row = 0; row < count; row++) {
            boolean isNull = nulls != null && nulls[row];
            long digit = isNull ? -1 : values[row] - base;
            unmatched[row] |= isNull ? !nullsAreKeys : digit < 0 | digit >= radix - 1;
            words[row] = words[row] * radix + digit + 1;
        }
    }

    @Override
    public Column keys(int key, int from, int count) {
        long place = 1;
        for (int later = key + 1; later < kinds.size(); later++) {
            place *= layout.digits[later];
        }
        long[] groupWords = index.words();
        long radix = layout.digits[key];
        long base = layout.bases[key] - 1;
        if (kinds.get(key) != ColumnType.Physical.LONG) {
            int[] keyIds = new int[count];
            for (int row = 0; row < count; row++) {
                keyIds[row] = (int) (groupWords[from + row] / place % radix) - 1;
            }
            return ids.column(key, keyIds, count);
        }
        long[] values = new long[count];
        boolean[] nulls = null;
        for (int row = 0; row < count; row++) {
            long digit = groupWords[from + row] / place % radix;
            values[row] = digit + base;
            if (digit == 0) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[row] = true;
            }
        }
        return new LongColumn(values, nulls);
    }

    @Override
    public void release() {
        index.release();
        reservation.shrink((long) words.length * Long.BYTES + unmatched.length);
        words = new long[0];
        unmatched = new boolean[0];
    }
}
