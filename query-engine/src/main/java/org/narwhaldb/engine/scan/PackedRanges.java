package org.narwhaldb.engine.scan;

import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.PackedFilters;
import org.narwhaldb.segment.encoding.Lanes;
import org.narwhaldb.segment.encoding.PackedGroups;

/// A range of integers asked of packed groups: base and width of a group are bounds of its values, so that most groups of a
/// column in some order are never unpacked.
final class PackedRanges {
    private static final int WORDS = Lanes.GROUP / Long.SIZE;

    private PackedRanges() {}

    /// Keeps values in `[low, high]`, or those outside. The bitmap has whole groups.
    static void keep(PackedGroups groups, long scale, long low, long high, boolean negate, BlockRows rows) {
        long[] bitmap = rows.bitmap();
        for (int group = 0; group < groups.count(); group++) {
            int word = group * WORDS;
            if (isEmpty(bitmap, word, rows.words())) {
                continue;
            }
            long base = groups.base(group);
            int width = groups.width(group);
            long max = (1L << width) - 1;
            // Unsigned: the distance between two longs may not fit one.
            long first = low <= base ? 0 : divideUp(low - base, scale);
            long last = high < base ? -1 : Long.divideUnsigned(high - base, scale);
            boolean isNone = high < base || low > high || Long.compareUnsigned(first, max) > 0
                    || Long.compareUnsigned(first, last) > 0;
            boolean isAll = !isNone && first == 0 && Long.compareUnsigned(last, max) >= 0;
            if (isNone || isAll) {
                if (isAll == negate) {
                    int end = Math.min(rows.words(), word + WORDS);
                    Bitmaps.clearRange(bitmap, word * Long.SIZE, end * Long.SIZE);
                }
            } else {
                long span = (Long.compareUnsigned(last, max) > 0 ? max : last) - first;
                PackedFilters.range(groups.data(), groups.offset(group), width, (int) first, (int) span, negate, bitmap,
                        word);
            }
        }
    }

    private static boolean isEmpty(long[] bitmap, int word, int words) {
        long any = 0;
        for (int index = word; index < Math.min(words, word + WORDS); index++) {
            any |= bitmap[index];
        }
        return any == 0;
    }

    private static long divideUp(long dividend, long divisor) {
        long quotient = Long.divideUnsigned(dividend, divisor);
        return quotient * divisor == dividend ? quotient : quotient + 1;
    }
}
