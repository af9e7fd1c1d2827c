package org.narwhaldb.engine.operator;

import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.segment.ColumnType;

/// Turns key columns of any type into rows of a few longs that are equal exactly when the keys are, and back.
///
/// A LONG is one word, a DOUBLE one (its bits; -0.0 as 0.0, one NaN), an INT128 two. All else is known by its [KeyIds];
/// of these two share a word, each in 32 bits, as id + 1, where 0 stands for NULL. Where numbers can be null, further
/// half words hold a bit for each null number, whose words are 0.
final class KeyWords {
    private static final int HALF_BITS = 32;

    private final List<ColumnType.Physical> kinds;
    private final KeyIds ids;
    private final boolean nullsAreKeys;
    /// first word of each key; for halves, 2 * word + half
    private final int[] places;
    /// of each number: 2 * word + half of its null bit, or -1 if nulls cannot occur in numbers
    private final int[] maskPlaces;
    private final int[] maskBits;
    private final int stride;

    /// @param nullsAreKeys false drops the mask: then rows with null numbers have no words of their own
    KeyWords(List<ColumnType.Physical> kinds, KeyIds ids, boolean nullsAreKeys) {
        this.kinds = kinds;
        this.nullsAreKeys = nullsAreKeys;
        this.ids = ids;
        places = new int[kinds.size()];
        int words = 0;
        for (int key = 0; key < kinds.size(); key++) {
            if (KeyIds.isNumber(kinds.get(key))) {
                places[key] = words;
                words += kinds.get(key) == ColumnType.Physical.INT128 ? 2 : 1;
            }
        }
        int halves = 2 * words;
        for (int key = 0; key < kinds.size(); key++) {
            if (!KeyIds.isNumber(kinds.get(key))) {
                places[key] = halves++;
            }
        }
        maskPlaces = new int[kinds.size()];
        maskBits = new int[kinds.size()];
        int numbers = 0;
        for (int key = 0; key < kinds.size(); key++) {
            maskPlaces[key] = -1;
            if (nullsAreKeys && KeyIds.isNumber(kinds.get(key))) {
                maskBits[key] = numbers % HALF_BITS;
                halves += numbers++ % HALF_BITS == 0 ? 1 : 0;
                maskPlaces[key] = halves - 1;
            }
        }
        stride = (halves + 1) / 2;
    }

    /// Longs a row.
    int stride() {
        return stride;
    }

    /// Writes row `i`'s words to `words[i * stride, (i + 1) * stride)`. With `add` false, `unmatched[i]` is set for
    /// rows with a key that was never added, or is null and no key.
    void encode(Column[] keys, int count, boolean add, long[] words, boolean[] unmatched) {
        Arrays.fill(words, 0, count * stride, 0);
        if (unmatched != null) {
            Arrays.fill(unmatched, 0, count, false);
        }
        for (int key = 0; key < keys.length; key++) {
            switch (keys[key]) {
                case LongColumn(long[] values, _) -> longs(values, places[key], count, words);
                case DoubleColumn(double[] values, _) -> doubles(values, places[key], count, words);
                case Int128Column(long[] high, long[] low, _) -> {
                    longs(high, places[key], count, words);
                    longs(low, places[key] + 1, count, words);
                }
                case BooleanColumn _, BytesColumn _, NestedColumn _ ->
                        halves(ids.of(key, keys[key], count, add), key, count, words, unmatched);
            }
            if (keys[key].nulls() != null && KeyIds.isNumber(kinds.get(key))) {
                numberNulls(keys[key].nulls(), key, count, words, unmatched);
            }
        }
    }

    private void longs(long[] values, int place, int count, long[] words) {
        if (stride == 1) {
            System.arraycopy(values, 0, words, 0, count);
            return;
        }
        for (int row = 0; row < count; row++) {
            words[row * stride + place] = values[row];
        }
    }

    private void doubles(double[] values, int place, int count, long[] words) {
        for (int row = 0; row < count; row++) {
            double value = values[row];
            words[row * stride + place] = value == 0 ? 0 : Double.doubleToLongBits(value);
        }
    }

    private void numberNulls(boolean[] nulls, int key, int count, long[] words, boolean[] unmatched) {
        int maskPlace = maskPlaces[key];
        for (int row = 0; row < count; row++) {
            if (nulls[row]) {
                int place = row * stride + places[key];
                words[place] = 0;
                if (kinds.get(key) == ColumnType.Physical.INT128) {
                    words[place + 1] = 0;
                }
                if (maskPlace >= 0) {
                    words[row * stride + maskPlace / 2] |= 1L << (maskBits[key] + maskPlace % 2 * HALF_BITS);
                }
                if (unmatched != null && !nullsAreKeys) {
                    unmatched[row] = true;
                }
            }
        }
    }

    private void halves(int[] source, int key, int count, long[] words, boolean[] unmatched) {
        int word = places[key] / 2;
        int shift = places[key] % 2 * HALF_BITS;
        for (int row = 0; row < count; row++) {
            words[row * stride + word] |= (source[row] + 1L) << shift;
        }
        if (unmatched != null) {
            int least = nullsAreKeys ? BytesInterner.NULL : 0;
            for (int row = 0; row < count; row++) {
                unmatched[row] |= source[row] < least;
            }
        }
    }

    /// The column of a key from `count` rows of words that `encode` made, from row `from` on.
    Column decode(int key, long[] words, int from, int count) {
        return switch (kinds.get(key)) {
            case LONG -> new LongColumn(column(words, places[key], from, count), maskNulls(key, words, from, count));
            case DOUBLE -> {
                double[] values = new double[count];
                for (int row = 0; row < count; row++) {
                    values[row] = Double.longBitsToDouble(words[(from + row) * stride + places[key]]);
                }
                yield new DoubleColumn(values, maskNulls(key, words, from, count));
            }
            case INT128 -> new Int128Column(column(words, places[key], from, count),
                    column(words, places[key] + 1, from, count), maskNulls(key, words, from, count));
            case BOOLEAN, BYTES, NESTED -> {
                int[] keyIds = new int[count];
                for (int row = 0; row < count; row++) {
                    keyIds[row] = half(words, places[key], from + row) - 1;
                }
                yield ids.column(key, keyIds, count);
            }
        };
    }

    private long[] column(long[] words, int place, int from, int count) {
        long[] values = new long[count];
        for (int row = 0; row < count; row++) {
            values[row] = words[(from + row) * stride + place];
        }
        return values;
    }

    private int half(long[] words, int place, int row) {
        return (int) (words[row * stride + place / 2] >>> (place % 2 * HALF_BITS));
    }

    private boolean[] maskNulls(int key, long[] words, int from, int count) {
        int maskPlace = maskPlaces[key];
        if (maskPlace < 0) {
            return null;
        }
        boolean[] nulls = null;
        for (int row = 0; row < count; row++) {
            if ((half(words, maskPlace, from + row) >>> maskBits[key] & 1) != 0) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[row] = true;
            }
        }
        return nulls;
    }
}
