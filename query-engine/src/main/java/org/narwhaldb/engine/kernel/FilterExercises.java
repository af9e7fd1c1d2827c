package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.narwhaldb.segment.Segment;

/// Calls of the filters and of what turns their result into row numbers.
final class FilterExercises {
    private FilterExercises() {}

    static List<KernelWarmUp.Exercise> of(KernelWarmUp.Blocks blocks) {
        MemorySegment data = blocks.data();
        long[] bitmap = blocks.bitmap();
        int[] values = {3, 200, 5_000, 60_000};
        int[] rows = new int[Segment.BLOCK_ROWS + RowIds.SLACK];
        byte[] table = new byte[1 << Byte.SIZE];
        SplittableRandom random = new SplittableRandom(2);
        for (int code = 0; code < table.length; code++) {
            table[code] = (byte) -random.nextInt(2);
        }
        List<KernelWarmUp.Exercise> all = new ArrayList<>();
        all.add(new KernelWarmUp.Exercise(Filters.RANGE_U8, List.of(
                count -> VectorFilters.rangeU8(data, 0, count >> 6, (byte) 20, (byte) 100, 0, bitmap),
                count -> VectorFilters.equalU8(data, 0, count >> 6, (byte) 20, -1, bitmap))));
        all.add(new KernelWarmUp.Exercise(Filters.RANGE_U16, count ->
                VectorFilters.rangeU16(data, 0, count >> 6, (short) 20, (short) 40_000, 0, bitmap)));
        all.add(new KernelWarmUp.Exercise(Filters.RANGE_U32, count ->
                VectorFilters.rangeU32(data, 0, count >> 6, 20, 1 << 30, 0, bitmap)));
        all.add(new KernelWarmUp.Exercise(Filters.RANGE_I64, count ->
                VectorFilters.rangeI64(data, 0, count >> 6, 20, 1L << 62, 0, bitmap)));
        all.add(new KernelWarmUp.Exercise(Filters.RANGE_F64, count ->
                VectorFilters.rangeF64(data, 0, count >> 6, 20, 1L << 62, -1, bitmap)));
        if (VectorSupport.isAvailable() && VectorFilters.canLookUp()) {
            all.add(new KernelWarmUp.Exercise(Filters.SET_U8, count ->
                    VectorFilters.setU8(data, 0, count >> 6, table, bitmap)));
        }
        all.add(new KernelWarmUp.Exercise(Filters.ANY_U16, count ->
                VectorFilters.anyU16(data, 0, count >> 6, values, bitmap)));
        all.add(new KernelWarmUp.Exercise(Filters.ANY_U32, count ->
                VectorFilters.anyU32(data, 0, count >> 6, values, bitmap)));
        all.add(new KernelWarmUp.Exercise(RowIds.ROW_IDS, count ->
                VectorFilters.rowIds(bitmap, 0, count >> 6, rows)));
        all.add(packed(data, bitmap, table, values, rows));
        return all;
    }

    private static KernelWarmUp.Exercise packed(MemorySegment data, long[] bitmap, byte[] table, int[] values,
            int[] numbers) {
        List<IntConsumer> calls = new ArrayList<>();
        long[] found = new long[PackedFilters.GROUP_WORDS];
        for (int[] widths : new int[][] {{3, 8, 5}, {11, 16, 14}, {19, 32, 24}}) {
            calls.add(groups(widths, (at, width, group) ->
                    PackedFilters.range(data, at, width, 2, 5, group % 2 == 0, bitmap, group << 4)));
            calls.add(groups(widths, (at, width, group) ->
                    PackedFilters.unpack(data, at, width, numbers, group << 10)));
            if (widths[0] > Byte.SIZE) {
                calls.add(groups(widths, (at, width, group) ->
                        PackedFilters.any(data, at, width, values, found, bitmap, group << 4)));
            } else if (VectorSupport.isAvailable() && VectorFilters.canLookUp()) {
                calls.add(groups(widths, (at, width, group) ->
                        PackedFilters.set(data, at, width, table, bitmap, group << 4)));
            }
        }
        return new KernelWarmUp.Exercise(PackedFilters.PACKED, calls);
    }

    @FunctionalInterface
    private interface GroupCall {
        void accept(long at, int width, int group);
    }

    /// Widths of one size of lanes, with and without numbers that reach into a second register.
    private static IntConsumer groups(int[] widths, GroupCall call) {
        int[] turn = {0};
        return count -> {
            for (int group = 0; group < count >> 10; group++) {
                call.accept((long) group << 12, widths[turn[0]++ % widths.length], group);
            }
        };
    }
}
