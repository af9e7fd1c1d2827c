package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Numbers distinct longs densely from 0, in order of first appearance.
///
/// Where all words lie in a known space that is small, or not much larger than the number of words, a word addresses
/// its group directly. Else open addressing with linear probing, at most half full; a batch is hashed first, then its
/// places are all touched, then compared, so that cache misses overlap (hash, touch, probe: kernels of a hash join).
final class LongIndex {
    static final long UNBOUNDED = Long.MAX_VALUE;

    private static final int DIRECT_ALWAYS = 1 << 16;
    private static final int DIRECT_PLACES_PER_WORD = 16;
    private static final int DIRECT_SPARE = 4;
    private static final int SLOTS_MIN = 256;
    private static final int SLOTS_MAX = 1 << 30;
    private static final int GROUPS_MAX = SLOTS_MAX >> 1;

    private final Reservation reservation;
    /// group + 1, by word or by hash
    private int[] slots = new int[0];
    private long[] words = new long[0];
    private int[] places = new int[0];
    private int size;
    private boolean isDirect;
    /// words are in `[0, space)`, or any
    private long space = UNBOUNDED;
    /// a group that no word stands for
    private int wordless = -1;

    LongIndex(Reservation reservation) {
        this.reservation = reservation;
    }

    int size() {
        return size;
    }

    /// From now on all words are in `[0, newSpace)`; those there already were renamed by the caller in [#words]. So many
    /// more words are about to come.
    void space(long newSpace, int more) {
        space = newSpace;
        rebuild(size + more);
    }

    /// The words by group, to be renamed before [#space].
    long[] words() {
        return words;
    }

    /// A new group that no word stands for.
    int addWordless() {
        words = reservation.longs(words, size + 1);
        words[size] = 0;
        wordless = size;
        return size++;
    }

    /// Sets `groups[i]` to the group of `source[i] - base`, adding it if it is new.
    void assign(long[] source, long base, int count, int[] groups) {
        if (!isDirect) {
            makeRoom(count);
        }
        words = reservation.longs(words, size + count);
        if (isDirect) {
            for (int row = 0; row < count; row++) {
                int place = (int) (source[row] - base);
                int group = slots[place] - 1;
                groups[row] = group >= 0 ? group : addAt(place, place);
            }
            return;
        }
        touch(source, base, count, groups);
        for (int row = 0; row < count; row++) {
            int group = groups[row] - 1;
            long word = source[row] - base;
            groups[row] = group >= 0 && words[group] == word ? group : settle(word, places[row]);
        }
    }

    /// Sets `groups[i]` to the group of `source[i] - base`, or -1 if there is none or `skipped[i]`.
    ///
    /// @param skipped null for none
    void find(long[] source, long base, boolean[] skipped, int count, int[] groups) {
        if (size == 0 || slots.length == 0) {
            Arrays.fill(groups, 0, count, -1);
            return;
        }
        if (isDirect) {
            for (int row = 0; row < count; row++) {
                long word = source[row] - base;
                groups[row] = word >= 0 && word < space ? slots[(int) word] - 1 : -1;
            }
        } else {
            touch(source, base, count, groups);
            int mask = slots.length - 1;
            for (int row = 0; row < count; row++) {
                int group = groups[row] - 1;
                long word = source[row] - base;
                int place = places[row];
                while (group >= 0 && words[group] != word) {
                    place = (place + 1) & mask;
                    group = slots[place] - 1;
                }
                groups[row] = group;
            }
        }
        if (skipped != null) {
            for (int row = 0; row < count; row++) {
                groups[row] = skipped[row] ? -1 : groups[row];
            }
        }
    }

    /// Each word's first place, and what stands there.
    private void touch(long[] source, long base, int count, int[] found) {
        places = reservation.ints(places, count);
        int mask = slots.length - 1;
        for (int row = 0; row < count; row++) {
            places[row] = (int) Hashes.mix(source[row] - base) & mask;
        }
        for (int row = 0; row < count; row++) {
            found[row] = slots[places[row]];
        }
    }

    /// The word's group, looked for from its first place on; a new one if it is not there.
    private int settle(long word, int first) {
        int mask = slots.length - 1;
        int place = first;
        for (int group = slots[place] - 1; group >= 0; group = slots[place] - 1) {
            if (words[group] == word) {
                return group;
            }
            place = (place + 1) & mask;
        }
        return addAt(place, word);
    }

    private int addAt(int place, long word) {
        words[size] = word;
        slots[place] = ++size;
        return size - 1;
    }

    /// For so many more words, all of which may be new.
    private void makeRoom(int more) {
        if (size > GROUPS_MAX - more) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "The query has more than [%d] distinct keys in one step; filter the rows first", size);
        }
        if (2L * (size + more) > slots.length) {
            rebuild(size + more);
        }
    }

    /// Many more places than words are for those who have memory.
    private boolean addressesDirectly(int groups) {
        return space <= DIRECT_ALWAYS || space <= Math.min(SLOTS_MAX, (long) DIRECT_PLACES_PER_WORD * groups)
                && reservation.canGrow(DIRECT_SPARE * space * Integer.BYTES);
    }

    private void rebuild(int expected) {
        isDirect = addressesDirectly(size);
        int needed = isDirect ? (int) space : Math.max(SLOTS_MIN, Integer.highestOneBit(2 * expected - 1) * 2);
        reservation.grow((long) needed * Integer.BYTES);
        reservation.shrink((long) slots.length * Integer.BYTES);
        slots = new int[needed];
        int mask = needed - 1;
        for (int group = 0; group < size; group++) {
            if (group == wordless) {
                continue;
            }
            int place = isDirect ? (int) words[group] : (int) Hashes.mix(words[group]) & mask;
            while (!isDirect && slots[place] != 0) {
                place = (place + 1) & mask;
            }
            slots[place] = group + 1;
        }
    }

    /// Gives its memory back; the index is of no use after it.
    void release() {
        reservation.shrink((long) (slots.length + places.length) * Integer.BYTES + (long) words.length * Long.BYTES);
        slots = new int[0];
        places = new int[0];
        words = new long[0];
    }
}
