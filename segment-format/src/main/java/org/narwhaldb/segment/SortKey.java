package org.narwhaldb.segment;

/// One term of a segment's row order, ascending, NULLs last.
///
/// @param bucketMicros for a timestamp column the width of the time bucket to order by (epoch-aligned); 0 orders by
/// the value itself
public record SortKey(int fieldId, long bucketMicros) {
    public static SortKey of(int fieldId) {
        return new SortKey(fieldId, 0);
    }
}
