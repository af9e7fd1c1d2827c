package org.narwhaldb.engine.plan;

import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The binary form of plan trees between processes: versioned, deterministic, length-prefixed, limited in depth and
/// size; an unknown tag or a malformed length is a typed refusal (INVALID_REQUEST). The canonical bytes are also the
/// cache key of partial results.
///
/// ```
/// plan       = 'N' 'P' version:u8 node
/// node       = tag:u8 body                      tags in PlanTag
/// expression = 0 index type | 1 type value | 2 function type count expression*
/// type       = kind [precision scale] | kind count field*
/// field      = id name type nullable:u8
/// value      = 0 | 1 body                       0 = NULL; body by the type's ColumnType.Physical
/// ```
///
/// Integers are LEB128, signed ones zigzag; doubles are 8 bytes big-endian; text and bytes carry their length; enum
/// constants are their ordinals, so constants are appended, never reordered. Nodes, expressions, types and nested
/// values count towards one depth.
public final class PlanCodec {
    static final int VERSION = 1;
    static final int DEPTH_MAX = 200;
    static final int SIZE_BYTES_MAX = 16 << 20;

    private PlanCodec() {}

    /// @throws NarwhalException LIMIT_EXCEEDED if the plan is too deep or too large to be sent
    public static byte[] encode(PlanNode root) {
        PlanEncoder encoder = new PlanEncoder();
        encoder.header();
        encoder.node(root);
        return encoder.bytes();
    }

    /// @throws NarwhalException INVALID_REQUEST if the bytes are not a plan
    public static PlanNode decode(byte[] bytes) {
        if (bytes.length > SIZE_BYTES_MAX) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST,
                    "Plan of [%d] bytes is larger than the limit of [%d]", bytes.length, SIZE_BYTES_MAX);
        }
        PlanDecoder decoder = new PlanDecoder(bytes);
        decoder.header();
        PlanNode root = decoder.node();
        decoder.end();
        return root;
    }
}
