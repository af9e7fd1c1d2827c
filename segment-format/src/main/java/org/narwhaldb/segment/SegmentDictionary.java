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

    /// Shows values `[from, to)` in order; costs less than asking for each.
    void walk(int from, int to, Visitor visitor);

    /// Is shown values in the order of their codes.
    interface Visitor {
        /// @param bytes hold the value from `start` on, and may hold another one afterwards
        /// @param shared so many bytes, perhaps more, are those the value before begins with; 0 for the first one
        void visit(int code, byte[] bytes, int start, int length, int shared);
    }
}
