package org.narwhaldb.calcite;

import java.util.List;

/// What is thought of a relation's size and values. A guess to choose by, never to answer from.
///
/// @param columns one for each field
record Estimate(double rows, List<ColumnEstimate> columns) {

    /// @param distinct number of distinct values, 1 at least
    /// @param nullFraction share of rows that are NULL
    /// @param min,max as numbers on whatever scale the type has, or NaN if unknown
    record ColumnEstimate(double distinct, double nullFraction, double min, double max) {
        static ColumnEstimate unknown(double rows) {
            return new ColumnEstimate(Math.max(1, rows / 10), 0, Double.NaN, Double.NaN);
        }

        ColumnEstimate atMost(double rows) {
            return distinct <= rows ? this : new ColumnEstimate(Math.max(1, rows), nullFraction, min, max);
        }
    }

    Estimate {
        columns = List.copyOf(columns);
    }

    /// The same columns over fewer rows.
    Estimate withRows(double fewer) {
        double kept = Math.max(fewer, 1);
        return new Estimate(kept, columns.stream().map(column -> column.atMost(kept)).toList());
    }
}
