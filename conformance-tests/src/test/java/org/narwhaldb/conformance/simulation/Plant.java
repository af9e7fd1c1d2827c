package org.narwhaldb.conformance.simulation;

/// A fault put into the product on purpose, at one of its seams: the simulator must find it.
enum Plant {
    NONE,
    /// the pointer is set whatever it was
    DROP_COMPARE_AND_SET,
    /// a segment file is named by its source files alone, and taken as it is if one of that name stands
    REUSE_BY_NAME,
    /// a stream that ended too early is taken for whole
    IGNORE_TRAILER,
    /// garbage is collected without waiting for the retention
    SKIP_RETENTION,
    /// segment servers release superseded versions at once, and answer with what they have
    FORGET_LOAD_ID;

    boolean ignoresExpected() {
        return this == DROP_COMPARE_AND_SET;
    }

    boolean ignoresTrailer() {
        return this == IGNORE_TRAILER;
    }
}
