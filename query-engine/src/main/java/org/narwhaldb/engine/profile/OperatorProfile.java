package org.narwhaldb.engine.profile;

/// What the operators of one plan node did, all lanes and parts together.
///
/// @param operators that ran for the node; 0 if another one did its work
/// @param rows that came out
/// @param nanos in them and in what they read from, summed up over threads
/// @param peakBytes of memory that they held at most
/// @param path which kernels, encodings or special cases they took, or empty
public record OperatorProfile(int operators, long rows, long nanos, long peakBytes, String path) {
    public static final OperatorProfile NONE = new OperatorProfile(0, 0, 0, 0, "");

    OperatorProfile plus(OperatorProfile other) {
        return new OperatorProfile(operators + other.operators, rows + other.rows, nanos + other.nanos,
                Math.max(peakBytes, other.peakBytes), both(path, other.path));
    }

    private static String both(String one, String other) {
        return one.isEmpty() ? other : one.contains(other) ? one : one + "; " + other;
    }
}
