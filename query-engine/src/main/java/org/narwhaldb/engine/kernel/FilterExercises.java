package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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
        all.add(new KernelWarmUp.Exercise(Filters.RANGE_U8, count -> {
            VectorFilters.rangeU8(data, 0, count >> 6, (byte) 20, (byte) 100, 0, bitmap);
            VectorFilters.equalU8(data, 0, count >> 6, (byte) 20, -1, bitmap);
        }));
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

    /// Widths with and without numbers that reach into a second register, in lanes of each size.
    private static KernelWarmUp.Exercise packed(MemorySegment data, long[] bitmap, byte[] table, int[] values,
            int[] numbers) {
        int[] widths = {3, 8, 5, 11, 16, 14, 19, 32, 24};
        return new KernelWarmUp.Exercise(PackedFilters.PACKED, count -> {
            for (int group = 0; group < count >> 10; group++) {
                int width = widths[group % widths.length];
                int word = group << 4;
                long at = (long) group << 12;
                PackedFilters.range(data, at, width, 2, 5, group % 2 == 0, bitmap, word);
                if (width > Byte.SIZE) {
                    PackedFilters.any(data, at, width, values, bitmap, word);
                } else if (VectorFilters.canLookUp()) {
                    PackedFilters.set(data, at, width, table, bitmap, word);
                }
                PackedFilters.unpack(data, at, width, numbers, group << 10);
            }
        });
    }
}
