package org.narwhaldb.engine.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Loops of [GroupRuns], [GroupLoops] and [Buckets] on the Vector API.
final class VectorGroups {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    /// As many ints as there are longs in a vector.
    private static final VectorSpecies<Integer> HALF_INTS = VectorSpecies.of(int.class,
            VectorShape.forBitSize(LONGS.vectorBitSize() / 2));

    private VectorGroups() {}

    /// Appends the ends of runs in whole vectors; returns how many there are, or -1 if that is more than `most`.
    ///
    /// @param last rows from here on are left out
    static int ends(int[] groups, int last, int most, int[] ends) {
        int found = 0;
        for (int i = 0; i < last; i += INTS.length()) {
            long changes = IntVector.fromArray(INTS, groups, i)
                    .compare(VectorOperators.NE, IntVector.fromArray(INTS, groups, i + 1)).toLong();
            if (changes != 0) {
                if (found + Long.bitCount(changes) > most) {
                    return -1;
                }
                for (; changes != 0; changes &= changes - 1) {
                    ends[found++] = i + Long.numberOfTrailingZeros(changes) + 1;
                }
            }
        }
        return found;
    }

    /// How many rows are in one group.
    ///
    /// @param count a multiple of [#lanes]
    static int count(int[] groups, int count, int group) {
        int found = 0;
        for (int i = 0; i < count; i += INTS.length()) {
            found += IntVector.fromArray(INTS, groups, i).compare(VectorOperators.EQ, group).trueCount();
        }
        return found;
    }

    static int lanes() {
        return INTS.length();
    }

    static long sum(long[] values, int from, int to) {
        LongVector first = LongVector.zero(LONGS);
        LongVector second = LongVector.zero(LONGS);
        int i = from;
        for (; i <= to - 2 * LONGS.length(); i += 2 * LONGS.length()) {
            first = first.add(LongVector.fromArray(LONGS, values, i));
            second = second.add(LongVector.fromArray(LONGS, values, i + LONGS.length()));
        }
        if (i <= to - LONGS.length()) {
            first = first.add(LongVector.fromArray(LONGS, values, i));
            i += LONGS.length();
        }
        if (i < to) {
            second = second.add(LongVector.fromArray(LONGS, values, i, first(to - i)));
        }
        return first.add(second).reduceLanes(VectorOperators.ADD);
    }

    /// The mask of the first lanes: of a run's last rows, without a loop whose length nobody can predict.
    private static VectorMask<Long> first(int lanes) {
        return VectorMask.fromLong(LONGS, (1L << lanes) - 1);
    }

    static long min(long[] values, int from, int to) {
        LongVector first = LongVector.broadcast(LONGS, Long.MAX_VALUE);
        int i = from;
        for (; i <= to - LONGS.length(); i += LONGS.length()) {
            first = first.min(LongVector.fromArray(LONGS, values, i));
        }
        if (i < to) {
            VectorMask<Long> rest = first(to - i);
            first = first.lanewise(VectorOperators.MIN, LongVector.fromArray(LONGS, values, i, rest), rest);
        }
        return first.reduceLanes(VectorOperators.MIN);
    }

    static long max(long[] values, int from, int to) {
        LongVector first = LongVector.broadcast(LONGS, Long.MIN_VALUE);
        int i = from;
        for (; i <= to - LONGS.length(); i += LONGS.length()) {
            first = first.max(LongVector.fromArray(LONGS, values, i));
        }
        if (i < to) {
            VectorMask<Long> rest = first(to - i);
            first = first.lanewise(VectorOperators.MAX, LongVector.fromArray(LONGS, values, i, rest), rest);
        }
        return first.reduceLanes(VectorOperators.MAX);
    }

    /// Returns how many it has done.
    static int divide(long[] values, int count, long first, long step, int[] target) {
        int whole = count & -LONGS.length();
        double inverse = 1.0 / step;
        for (int i = 0; i < whole; i += LONGS.length()) {
            LongVector distance = LongVector.fromArray(LONGS, values, i).sub(first);
            LongVector quotient = (LongVector) ((DoubleVector) distance.convertShape(VectorOperators.L2D, DOUBLES, 0)).mul(inverse)
                    .convertShape(VectorOperators.D2L, LONGS, 0);
            LongVector rest = distance.sub(quotient.mul(step));
            VectorMask<Long> above = rest.compare(VectorOperators.GE, step);
            VectorMask<Long> below = rest.compare(VectorOperators.LT, 0L);
            ((IntVector) quotient.add(1L, above).sub(1L, below).convertShape(VectorOperators.L2I, HALF_INTS, 0))
                    .intoArray(target, i);
        }
        return whole;
    }
}
