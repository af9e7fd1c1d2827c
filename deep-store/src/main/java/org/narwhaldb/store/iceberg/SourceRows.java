package org.narwhaldb.store.iceberg;

import org.narwhaldb.segment.SegmentBuilder;

/// A cursor over the rows of one data file. Not thread-safe.
public interface SourceRows extends AutoCloseable {
    /// Moves to the next row; false after the last.
    boolean next();

    /// Position of the row in its file, from 0.
    long position();

    boolean isNull(int column);

    /// The value of a column of physical type LONG; unspecified if null.
    long longValue(int column);

    /// Appends the value, or a null.
    void appendTo(int column, SegmentBuilder.ColumnAppender appender);

    @Override
    void close();
}
