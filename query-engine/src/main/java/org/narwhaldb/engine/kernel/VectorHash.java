package org.narwhaldb.engine.kernel;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// [DistinctHash] on the Vector API.
final class VectorHash {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> HALF_INTS = VectorSpecies.of(int.class, VectorShape.forBitSize(LONGS.vectorBitSize() / 2));

    private VectorHash() {}

    /// Returns how many it has done.
    static int coupons(long[] values, int count, int[] coupons) {
        int whole = count & -LONGS.length();
        for (int i = 0; i < whole; i += LONGS.length()) {
            LongVector low = LongVector.fromArray(LONGS, values, i).mul(DistinctHash.C1)
                    .lanewise(VectorOperators.ROL, DistinctHash.ROTATION).mul(DistinctHash.C2)
                    .lanewise(VectorOperators.XOR, DistinctHash.SEED ^ DistinctHash.LENGTH)
                    .add(DistinctHash.SEED ^ DistinctHash.LENGTH);
            LongVector high = mix(low.add(DistinctHash.SEED ^ DistinctHash.LENGTH));
            low = mix(low).add(high);
            high = high.add(low);
            LongVector rank = high.lanewise(VectorOperators.LEADING_ZEROS_COUNT).min(DistinctHash.ZEROS_MAX).add(1);
            ((IntVector) rank.lanewise(VectorOperators.LSHL, DistinctHash.ADDRESS_BITS).or(low.and(DistinctHash.ADDRESS_MASK))
                    .convertShape(VectorOperators.L2I, HALF_INTS, 0)).intoArray(coupons, i);
        }
        return whole;
    }

    private static LongVector mix(LongVector half) {
        LongVector mixed = half.lanewise(VectorOperators.XOR, half.lanewise(VectorOperators.LSHR, DistinctHash.SHIFT))
                .mul(DistinctHash.MIX_1);
        mixed = mixed.lanewise(VectorOperators.XOR, mixed.lanewise(VectorOperators.LSHR, DistinctHash.SHIFT)).mul(DistinctHash.MIX_2);
        return mixed.lanewise(VectorOperators.XOR, mixed.lanewise(VectorOperators.LSHR, DistinctHash.SHIFT));
    }
}
