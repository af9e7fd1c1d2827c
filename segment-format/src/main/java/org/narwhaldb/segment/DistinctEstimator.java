package org.narwhaldb.segment;

/// Estimates how many distinct hashes it has seen, to some 2 %: HyperLogLog with linear counting for few
/// (Flajolet, Fusy, Gandouet, Meunier: "HyperLogLog", AofA 2007, figure 3; 64-bit hashes need no large-range
/// correction).
final class DistinctEstimator {
    private static final int INDEX_BITS = 12;
    private static final int REGISTERS = 1 << INDEX_BITS;
    private static final double ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);
    private static final double LINEAR_COUNTING_MAX = 2.5 * REGISTERS;

    private final byte[] registers = new byte[REGISTERS];

    /// @param hash well spread over all 64 bits
    void add(long hash) {
        int index = (int) (hash >>> Long.SIZE - INDEX_BITS);
        int rank = Long.numberOfLeadingZeros(hash << INDEX_BITS | 1L << INDEX_BITS - 1) + 1;
        if (rank > registers[index]) {
            registers[index] = (byte) rank;
        }
    }

    long estimate() {
        double sum = 0;
        int zeros = 0;
        for (byte rank : registers) {
            sum += 1.0 / (1L << rank);
            zeros += rank == 0 ? 1 : 0;
        }
        double estimate = ALPHA * REGISTERS * REGISTERS / sum;
        if (estimate <= LINEAR_COUNTING_MAX && zeros > 0) {
            estimate = REGISTERS * Math.log((double) REGISTERS / zeros);
        }
        return Math.round(estimate);
    }
}
