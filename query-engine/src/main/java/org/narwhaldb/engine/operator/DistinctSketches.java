package org.narwhaldb.engine.operator;

import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;
import org.narwhaldb.segment.ValueHash;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The sketches of APPROX_COUNT_DISTINCT: HyperLogLog (Flajolet, Fusy, Gandouet, Meunier, 2007) of Apache DataSketches with 2^14
/// registers; groups of few values keep them one by one, and exactly.
public final class DistinctSketches {
    static final int LG_REGISTERS = 14;
    /// What the objects of a sketch take beside its registers.
    private static final int OBJECT_BYTES = 160;
    /// What a sketch can come to take on the heap.
    public static final int BYTES_MAX = OBJECT_BYTES + (1 << LG_REGISTERS) + 64;

    private DistinctSketches() {}

    public static HllUnion empty() {
        return new HllUnion(LG_REGISTERS);
    }

    /// What a text enters as.
    public static long hash(byte[] bytes, int start, int length) {
        return ValueHash.hash(bytes, start, length);
    }

    public static HllSketch result(HllUnion sketch) {
        return sketch.getResult(TgtHllType.HLL_8);
    }

    /// As partial results carry it.
    public static byte[] state(HllUnion sketch) {
        return result(sketch).toCompactByteArray();
    }

    static HllSketch ofState(byte[] state) {
        try {
            return HllSketch.heapify(state);
        } catch (RuntimeException e) {
            throw new NarwhalException(ErrorCode.INVALID_REQUEST,
                    "A partial result of APPROX_COUNT_DISTINCT of [%d] bytes is no HLL sketch".formatted(state.length), e);
        }
    }

    static int heapBytes(HllUnion sketch) {
        return OBJECT_BYTES + sketch.getUpdatableSerializationBytes();
    }
}
