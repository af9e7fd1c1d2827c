package org.narwhaldb.segment;

/// The distinct non-null values of a BYTES column, ascending as unsigned bytes (for UTF-8: code-point order). Values asked
/// for in the order of their codes cost least: neighbours may be stored together.
public interface SegmentDictionary {
    int size();

    /// A fresh array.
    byte[] value(int code);

    /// Length of the value in bytes.
    int length(int code);

    /// Copies the value to `target` from `offset` on.
    void copy(int code, byte[] target, int offset);

    /// The fixed 64-bit hash of the value, computed from it; the same value has the same hash in every segment.
    long hash(int code);

    /// The code of the value, or `-(insertion point) - 1`.
    int find(byte[] value);
}
