package org.narwhaldb.conformance.simulation;

/// A fault put into the product on purpose, at one of its seams: the simulator must find it.
enum Plant {
    NONE,
    /// the pointer is set whatever it was
    DROP_COMPARE_AND_SET,
    /// a live-rows file is named by its segment alone, and taken as it is if one of that name stands
    REUSE_BY_NAME,
    /// a stream that ended too early is taken for whole
    IGNORE_TRAILER,
    /// garbage is collected without waiting for the retention
    SKIP_RETENTION,
    /// a load that is repeated is not recognised
    FORGET_LOAD_ID;

    boolean ignoresExpected() {
        return this == DROP_COMPARE_AND_SET;
    }

    boolean reusesByName() {
        return this == REUSE_BY_NAME;
    }

    boolean skipsRetention() {
        return this == SKIP_RETENTION;
    }

    boolean forgetsLoadIds() {
        return this == FORGET_LOAD_ID;
    }

    boolean ignoresTrailer() {
        return this == IGNORE_TRAILER;
    }
}
