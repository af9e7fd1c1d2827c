package org.narwhaldb.engine.operator;

import org.apache.datasketches.common.Util;
import org.apache.datasketches.hash.MurmurHash3;

/// Which values can still change one sketch of [DistinctSketches]: a copy of its registers, so that the many values that raise
/// none are not put into it. As long as the sketch may still keep values one by one, all of them count.
public final class DistinctFilter {
    /// What one takes on the heap.
    public static final int BYTES = (1 << DistinctSketches.LG_REGISTERS) + 32;
    /// A sketch with more distinct values has registers.
    private static final int KEPT_ONE_BY_ONE_MAX = 1 << DistinctSketches.LG_REGISTERS - 3;
    /// As the sketches have it.
    private static final int ZEROS_MAX = 62;

    private final byte[] registers = new byte[1 << DistinctSketches.LG_REGISTERS];
    private int raised;

    /// Whether the value must be put into the sketch.
    public boolean passes(long value) {
        long[] hash = MurmurHash3.hash(value, Util.DEFAULT_UPDATE_SEED);
        int register = (int) hash[0] & registers.length - 1;
        int rank = Math.min(Long.numberOfLeadingZeros(hash[1]), ZEROS_MAX) + 1;
        if (rank <= registers[register]) {
            return raised <= KEPT_ONE_BY_ONE_MAX;
        }
        registers[register] = (byte) rank;
        raised++;
        return true;
    }
}
