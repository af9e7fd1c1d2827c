package org.narwhaldb.conformance.chaos;

/// The rows of the small table that facts are joined with, in one of its generations: all of them change with each commit.
record GroupWeights(int generation) {
    long weight(long group) {
        return generation * 100L + group + 1;
    }

    @Override
    public String toString() {
        return "weights of generation " + generation;
    }
}
