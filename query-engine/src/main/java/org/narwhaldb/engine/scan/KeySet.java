package org.narwhaldb.engine.scan;

/// The values that one key column of a join's build side has, for the probe side's scan to leave out what matches none: the range, and
/// a bit for each value in it. May hold more than the build side has when the key is one of several, never less.
public final class KeySet {
    private final long min;
    private final long range;
    private final long[] bits;
    private final int last;
    private final long count;

    /// @param min the smallest value; the bit of value `v` is `v - min`
    /// @param range how many bits count
    /// @param bits one word more than they need, which is 0, as are those that do not count
    public KeySet(long min, long range, long[] bits) {
        this.min = min;
        this.range = range;
        this.bits = bits;
        last = bits.length - 1;
        long present = 0;
        for (long word : bits) {
            present += Long.bitCount(word);
        }
        count = present;
    }

    /// Words of the bits of so large a range.
    public static int words(long range) {
        return (int) (range + 63 >>> 6) + 1;
    }

    boolean contains(long value) {
        long place = value - min;
        return (bits[(int) Math.min(place >>> 6, last)] >>> place & 1) != 0;
    }

    /// The place of a value; behind the range or negative if it is outside, whatever overflows.
    long place(long value) {
        return value - min;
    }

    /// 1 if the value of the place is in the set, else 0.
    long bit(int place) {
        return bits[Math.min(place >>> 6, last)] >>> place & 1;
    }

    /// As bits, which of 64 numbers are in the set if `shift` is added to make them places. Neither they nor the places overflow.
    long members(int[] numbers, int from, int shift) {
        long[] set = bits;
        int end = last;
        long members = 0;
        for (int row = 0; row < Long.SIZE; row++) {
            int place = numbers[from + row] + shift;
            members |= (set[Math.min(place >>> 6, end)] >>> place & 1) << row;
        }
        return members;
    }

    /// Whether some value from `lowest` to `highest` is in the set.
    boolean mayMatch(long lowest, long highest) {
        if (range == 0 || highest < min || lowest > min + range - 1) {
            return false;
        }
        long from = Math.max(lowest, min) - min;
        long to = Math.min(highest, min + range - 1) - min;
        for (long word = from >>> 6; word <= to >>> 6; word++) {
            long present = bits[(int) word];
            present = word == from >>> 6 ? present & -1L << from : present;
            present = word == to >>> 6 ? present & -1L >>> 63 - (to & 63) : present;
            if (present != 0) {
                return true;
            }
        }
        return false;
    }

    long count() {
        return count;
    }

    /// The share of the range that is in the set.
    double density() {
        return range == 0 ? 0 : (double) count / range;
    }
}
