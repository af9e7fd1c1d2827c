package org.narwhaldb.engine.plan;

/// The binary form of plan trees between processes: versioned, deterministic, length-prefixed, limited in depth and
/// size; an unknown tag or a malformed length is a typed refusal (INVALID_REQUEST). The canonical bytes are also the cache key
/// of partial results.
public final class PlanCodec {
    private PlanCodec() {}

    public static byte[] encode(PlanNode root) {
        throw new UnsupportedOperationException();
    }

    public static PlanNode decode(byte[] bytes) {
        throw new UnsupportedOperationException();
    }
}
