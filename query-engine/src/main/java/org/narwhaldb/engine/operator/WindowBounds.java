package org.narwhaldb.engine.operator;

/// For the rows `[first, first + count)` of kept partitions, where their partition and their peers begin and end.
///
/// @param peerNumbers how many groups of peers the partition has before the row's
record WindowBounds(
        int first, int count, int[] partitionFrom, int[] partitionTo, int[] peerFrom, int[] peerTo, int[] peerNumbers) {
    WindowBounds(int first, int count) {
        this(first, count, new int[count], new int[count], new int[count], new int[count], new int[count]);
    }
}
