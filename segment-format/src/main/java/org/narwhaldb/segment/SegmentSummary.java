package org.narwhaldb.segment;

import java.util.Map;

/// What the writer knows about a finished segment, for the manifest.
///
/// @param columns by field id
public record SegmentSummary(int rowCount, long sizeBytes, long checksum, Map<Integer, ColumnSummary> columns) {

    /// @param min in the shape of `NestedValues`; null when all rows are null or the type has no order. Byte values
    ///     are whole, not truncated
    /// @param distinctCount exact where the column has a dictionary, else an estimate of at least 1; 0 if all null
    public record ColumnSummary(long nullCount, Object min, Object max, long distinctCount) {}
}
