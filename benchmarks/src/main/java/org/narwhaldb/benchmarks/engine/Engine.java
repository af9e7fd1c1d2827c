package org.narwhaldb.benchmarks.engine;

/// One of the two systems that are compared. Not thread-safe; `another` gives a connection of its own to the same data.
public interface Engine extends AutoCloseable {
    String name();

    /// Runs the query and takes the answer apart, value by value.
    Answer answer(String sql);

    /// Runs the query until its last row is in this process, as the engine's client library hands rows over, and looks at none: what is
    /// timed.
    ///
    /// @return rows
    long drain(String sql);

    Engine another();

    @Override
    void close();
}
