package org.narwhaldb.segment;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Reads a range of any column into values in the shapes of `NestedValues`.
final class ColumnReads {
    private static final int GAP = 3;

    private ColumnReads() {}

    static Object[] read(SegmentColumn column, int row, int count) {
        Object[] values = switch (column.field().type().physical()) {
            case BOOLEAN -> {
                boolean[] read = new boolean[count + GAP];
                column.readBooleans(row, count, read, GAP);
                yield box(count, i -> read[GAP + i]);
            }
            case LONG -> {
                long[] read = new long[count + GAP];
                column.readLongs(row, count, read, GAP);
                yield box(count, i -> read[GAP + i]);
            }
            case DOUBLE -> {
                double[] read = new double[count + GAP];
                column.readDoubles(row, count, read, GAP);
                yield box(count, i -> read[GAP + i]);
            }
            case INT128 -> {
                long[] high = new long[count + GAP];
                long[] low = new long[count + GAP];
                column.readInt128(row, count, high, low, GAP);
                yield box(count, i -> BigInteger.valueOf(high[GAP + i]).shiftLeft(64)
                        .add(new BigInteger(Long.toUnsignedString(low[GAP + i]))));
            }
            case BYTES -> column.dictionary() == null ? plain(column, row, count) : decoded(column, row, count);
            case NESTED -> {
                Object[] read = new Object[count + GAP];
                column.readNested(row, count, read, GAP);
                yield box(count, i -> read[GAP + i]);
            }
        };
        boolean[] nulls = new boolean[count + GAP];
        Arrays.fill(nulls, true);
        column.readNulls(row, count, nulls, GAP);
        for (int i = 0; i < count; i++) {
            values[i] = nulls[GAP + i] ? null : values[i];
        }
        return values;
    }

    private static Object[] plain(SegmentColumn column, int row, int count) {
        Object[] values = new Object[count];
        int[] next = {0};
        column.readBytes(row, count,
                (bytes, offset, length) -> values[next[0]++] = Arrays.copyOfRange(bytes, offset, offset + length));
        return values;
    }

    private static Object[] decoded(SegmentColumn column, int row, int count) {
        int[] codes = new int[count + GAP];
        boolean[] nulls = new boolean[count];
        column.readCodes(row, count, codes, GAP);
        column.readNulls(row, count, nulls, 0);
        return box(count, i -> nulls[i] ? null : column.dictionary().value(codes[GAP + i]));
    }

    private static Object[] box(int count, IntFunction<Object> value) {
        return IntStream.range(0, count).mapToObj(value).toArray();
    }
}
