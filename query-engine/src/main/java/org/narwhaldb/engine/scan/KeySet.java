package org.narwhaldb.engine.scan;

import org.narwhaldb.engine.execution.FragmentExecutor.Bounds;

/// The values that one key column of a join's build side has, for the probe side's scan to leave out what matches none: the range, and
/// a bit for each value in it. May hold more than the build side has when the key is one of several, never less.
///
/// @param min the smallest value; the bit of value `v` is `v - min`
/// @param range how many bits count
public final class KeySet {
    private final long min;
    private final long range;
    private final long[] bits;

    public KeySet(long min, long range, long[] bits) {
        this.min = min;
        this.range = range;
        this.bits = bits;
    }

    boolean contains(long value) {
        long place = value - min;
        return Long.compareUnsigned(place, range) < 0 && (bits[(int) (place >>> 6)] >>> place & 1) != 0;
    }

    /// Whether some value within the bounds is in the set; `bounds` null: unknown.
    boolean mayMatch(Bounds bounds) {
        if (bounds == null) {
            return true;
        }
        if (bounds.allNull() || range == 0) {
            return false;
        }
        if (!(bounds.min() instanceof Long lowest) || !(bounds.max() instanceof Long highest)) {
            return true;
        }
        if (highest < min || lowest > min + range - 1) {
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

    /// The share of the range that is in the set.
    double density() {
        long count = 0;
        for (long word : bits) {
            count += Long.bitCount(word);
        }
        return range == 0 ? 0 : (double) count / range;
    }
}
