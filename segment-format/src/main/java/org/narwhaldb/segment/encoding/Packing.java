package org.narwhaldb.segment.encoding;

/// When the smaller of two forms is chosen, as it is slower to read.
final class Packing {
    /// Bits are packed where that saves at least a twentieth: values of whole bytes are read in place.
    private static final double PACKED_SHARE_MAX = 0.95;
    /// Runs of so many rows on average are faster to read than any other form.
    private static final int LONG_RUN_ROWS = 32;
    /// Shorter ones must save more, down to so many rows.
    private static final int SHORT_RUN_ROWS = 4;
    private static final double SHORT_RUNS_SHARE_MAX = 0.75;

    /// A difference is no value: it is never compared where it stands.
    private static final double DELTA_SHARE_MAX = 0.8;

    private Packing() {}

    static boolean pays(long packedBytes, long alignedBytes) {
        return packedBytes <= alignedBytes * PACKED_SHARE_MAX;
    }

    static boolean deltaPays(long deltaBytes, long otherBytes) {
        return deltaBytes <= otherBytes * DELTA_SHARE_MAX;
    }

    /// @param otherBytes of the smallest other form
    static boolean runsPay(long runBytes, int runs, int rows, long otherBytes) {
        if ((long) runs * LONG_RUN_ROWS < rows) {
            return runBytes <= otherBytes;
        }
        return (long) runs * SHORT_RUN_ROWS < rows && runBytes <= otherBytes * SHORT_RUNS_SHARE_MAX;
    }
}
