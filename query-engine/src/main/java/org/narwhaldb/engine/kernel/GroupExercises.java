package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntConsumer;
import org.narwhaldb.segment.Segment;

/// Calls of what reads values and groups them.
final class GroupExercises {
    /// As in queries.
    private static final int WINDOW = 4_096;
    private static final int RUN = 100;
    /// Ends in part of a vector.
    private static final int ODD_RUN = 77;

    private GroupExercises() {}

    static List<KernelWarmUp.Exercise> of(KernelWarmUp.Blocks blocks) {
        MemorySegment data = blocks.data();
        int[] ints = new int[Segment.BLOCK_ROWS];
        long[] longs = new long[Segment.BLOCK_ROWS];
        int[] groups = new int[Segment.BLOCK_ROWS];
        int[] ends = new int[WINDOW];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = i / RUN;
        }
        return List.of(
                new KernelWarmUp.Exercise(Decode.DECODE, List.of(
                        count -> VectorDecode.intsU8(data, 0, count, ints),
                        count -> VectorDecode.intsU16(data, 0, count, ints),
                        count -> VectorDecode.longsU8(data, 0, 5, count, longs),
                        count -> VectorDecode.longsU16(data, 0, 5, count, longs),
                        count -> VectorDecode.longsU32(data, 0, 5, count, longs),
                        count -> VectorDecode.widen(ints, 0, count, 7, 10, longs, 0))),
                new KernelWarmUp.Exercise(GroupRuns.RUNS, windows((first, count) ->
                        VectorGroups.ends(groups, count - VectorGroups.lanes(), WINDOW, ends))),
                new KernelWarmUp.Exercise(GroupLoops.COUNT, windows((first, count) ->
                        ints[0] += VectorGroups.count(groups, count, 3))),
                new KernelWarmUp.Exercise(GroupLoops.REDUCE, List.of(
                        runs((from, to) -> longs[0] += VectorGroups.sum(longs, from, to)),
                        runs((from, to) -> longs[1] = VectorGroups.min(longs, from, to)),
                        runs((from, to) -> longs[2] = VectorGroups.max(longs, from, to)))),
                new KernelWarmUp.Exercise(DistinctHash.HASH, windows((first, count) ->
                        VectorHash.coupons(longs, count, ints))),
                new KernelWarmUp.Exercise(Buckets.DIVIDE, count ->
                        VectorGroups.divide(longs, count, 0, 1_000, ints)));
    }

    @FunctionalInterface
    private interface WindowCall {
        void accept(int first, int count);
    }

    private static IntConsumer runs(WindowCall call) {
        return count -> {
            for (int from = 0; from < count; from += ODD_RUN) {
                call.accept(from, Math.min(count, from + ODD_RUN));
            }
        };
    }

    private static IntConsumer windows(WindowCall call) {
        return count -> {
            for (int first = 0; first < count; first += WINDOW) {
                call.accept(first, Math.min(WINDOW, count - first));
            }
        };
    }
}
