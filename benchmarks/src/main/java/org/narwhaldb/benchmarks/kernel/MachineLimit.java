package org.narwhaldb.benchmarks.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// As fast as one core can read memory: a vector sum with four accumulators.
final class MachineLimit {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final int STREAMS = 4;

    private MachineLimit() {}

    /// @param count of longs, a multiple of four vectors
    static long sum(MemorySegment data, long at, int count) {
        LongVector a = LongVector.zero(LONGS);
        LongVector b = a;
        LongVector c = a;
        LongVector d = a;
        long step = LONGS.vectorByteSize();
        for (int index = 0; index < count; index += STREAMS * LONGS.length()) {
            long from = at + ((long) index << 3);
            a = a.add(LongVector.fromMemorySegment(LONGS, data, from, ByteOrder.LITTLE_ENDIAN));
            b = b.add(LongVector.fromMemorySegment(LONGS, data, from + step, ByteOrder.LITTLE_ENDIAN));
            c = c.add(LongVector.fromMemorySegment(LONGS, data, from + 2 * step, ByteOrder.LITTLE_ENDIAN));
            d = d.add(LongVector.fromMemorySegment(LONGS, data, from + 3 * step, ByteOrder.LITTLE_ENDIAN));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }
}
