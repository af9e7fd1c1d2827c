package org.narwhaldb.engine.exchange;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.ColumnType;

/// Copies rows of an Arrow vector to a heap column, by whole buffers.
final class ArrowColumns {
    private ArrowColumns() {}

    static Column read(FieldVector vector, ColumnType type, int from, int count) {
        boolean[] nulls = nulls(vector, from, count);
        return switch (type.kind()) {
            case BOOLEAN -> new Column.BooleanColumn(bits(vector.getDataBuffer(), from, count), nulls);
            case INT, DATE -> new Column.LongColumn(ints(vector, from, count), nulls);
            case LONG, TIME, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS, TIMESTAMP_TZ_NS -> {
                long[] values = new long[count];
                MemorySegment.copy(segment(vector.getDataBuffer(), 8L * from, 8L * count), ArrowBuffers.LONG, 0, values,
                        0, count);
                yield new Column.LongColumn(values, nulls);
            }
            case FLOAT -> new Column.DoubleColumn(floats(vector, from, count), nulls);
            case DOUBLE -> {
                double[] values = new double[count];
                MemorySegment.copy(segment(vector.getDataBuffer(), 8L * from, 8L * count), ArrowBuffers.DOUBLE, 0,
                        values, 0, count);
                yield new Column.DoubleColumn(values, nulls);
            }
            case DECIMAL -> decimals(vector, type, from, count, nulls);
            case STRING, BINARY -> bytes(vector, from, count, nulls);
            case FIXED, UUID -> fixed(vector, ArrowBuffers.fixedWidth(type), from, count, nulls);
            case STRUCT -> new Column.NestedColumn(structs(vector, type, from, count, nulls), nulls);
            case LIST -> new Column.NestedColumn(lists(vector, type, from, count, nulls), nulls);
            case MAP -> new Column.NestedColumn(maps(vector, type, from, count, nulls), nulls);
        };
    }

    private static MemorySegment segment(ArrowBuf buffer, long offset, long length) {
        return length == 0 ? MemorySegment.NULL : MemorySegment.ofBuffer(
                buffer.nioBuffer(offset, Math.toIntExact(length)));
    }

    private static boolean[] nulls(FieldVector vector, int from, int count) {
        if (vector.getNullCount() == 0) {
            return null;
        }
        boolean[] nulls = bits(vector.getValidityBuffer(), from, count);
        boolean any = false;
        for (int row = 0; row < count; row++) {
            nulls[row] = !nulls[row];
            any |= nulls[row];
        }
        return any ? nulls : null;
    }

    private static boolean[] bits(ArrowBuf buffer, int from, int count) {
        boolean[] bits = new boolean[count];
        for (int row = 0; row < count; row++) {
            int index = from + row;
            bits[row] = (buffer.getByte(index >> 3) >> (index & 7) & 1) != 0;
        }
        return bits;
    }

    private static long[] ints(FieldVector vector, int from, int count) {
        long[] values = new long[count];
        if (vector instanceof TinyIntVector || vector instanceof SmallIntVector) {
            // Ours never are so narrow, but a client's parameters may be.
            for (int row = 0; row < count; row++) {
                values[row] = vector.isNull(from + row) ? 0 : ((BaseIntVector) vector).getValueAsLong(from + row);
            }
            return values;
        }
        MemorySegment source = segment(vector.getDataBuffer(), 4L * from, 4L * count);
        for (int row = 0; row < count; row++) {
            values[row] = source.get(ArrowBuffers.INT, 4L * row);
        }
        return values;
    }

    private static double[] floats(FieldVector vector, int from, int count) {
        MemorySegment source = segment(vector.getDataBuffer(), 4L * from, 4L * count);
        double[] values = new double[count];
        for (int row = 0; row < count; row++) {
            values[row] = source.get(ArrowBuffers.FLOAT, 4L * row);
        }
        return values;
    }

    private static Column decimals(FieldVector vector, ColumnType type, int from, int count, boolean[] nulls) {
        long width = ArrowBuffers.DECIMAL_BYTES;
        MemorySegment source = segment(vector.getDataBuffer(), width * from, width * count);
        long[] low = new long[count];
        boolean wide = type.physical() == ColumnType.Physical.INT128;
        long[] high = wide ? new long[count] : null;
        for (int row = 0; row < count; row++) {
            low[row] = source.get(ArrowBuffers.LONG, width * row);
            if (wide) {
                high[row] = source.get(ArrowBuffers.LONG, width * row + 8);
            }
        }
        return wide ? new Column.Int128Column(high, low, nulls) : new Column.LongColumn(low, nulls);
    }

    private static int[] offsets(FieldVector vector, int from, int count) {
        int[] offsets = new int[count + 1];
        MemorySegment.copy(segment(vector.getOffsetBuffer(), 4L * from, 4L * (count + 1)), ArrowBuffers.INT, 0, offsets,
                0, count + 1);
        return offsets;
    }

    /// Offsets that begin at 0, from offsets into a buffer.
    private static int[] shifted(int[] offsets) {
        int[] shifted = new int[offsets.length];
        for (int index = 0; index < offsets.length; index++) {
            shifted[index] = offsets[index] - offsets[0];
        }
        return shifted;
    }

    private static Column bytes(FieldVector vector, int from, int count, boolean[] nulls) {
        int[] offsets = offsets(vector, from, count);
        byte[] bytes = new byte[offsets[count] - offsets[0]];
        MemorySegment.copy(segment(vector.getDataBuffer(), offsets[0], bytes.length), ValueLayout.JAVA_BYTE, 0, bytes,
                0, bytes.length);
        return new Column.BytesColumn(bytes, shifted(offsets), null, nulls);
    }

    private static Column fixed(FieldVector vector, int width, int from, int count, boolean[] nulls) {
        byte[] bytes = new byte[Math.multiplyExact(width, count)];
        MemorySegment source = segment(vector.getDataBuffer(), (long) width * from, bytes.length);
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
        int[] offsets = new int[count + 1];
        for (int row = 0; row <= count; row++) {
            offsets[row] = row * width;
        }
        return new Column.BytesColumn(bytes, offsets, null, nulls);
    }

    private static Object[] boxed(FieldVector vector, ColumnType type, int from, int count) {
        return BoxedColumns.values(read(vector, type, from, count), count);
    }

    private static boolean isNull(boolean[] nulls, int row) {
        return nulls != null && nulls[row];
    }

    private static Object[] structs(FieldVector vector, ColumnType type, int from, int count, boolean[] nulls) {
        Object[] structs = new Object[count];
        for (int row = 0; row < count; row++) {
            structs[row] = isNull(nulls, row) ? null : new Object[type.fields().size()];
        }
        List<FieldVector> children = vector.getChildrenFromFields();
        for (int index = 0; index < type.fields().size(); index++) {
            Object[] members = boxed(children.get(index), type.fields().get(index).type(), from, count);
            for (int row = 0; row < count; row++) {
                if (structs[row] != null) {
                    ((Object[]) structs[row])[index] = members[row];
                }
            }
        }
        return structs;
    }

    private static Object[] lists(FieldVector vector, ColumnType type, int from, int count, boolean[] nulls) {
        int[] offsets = offsets(vector, from, count);
        ColumnType elementType = type.fields().getFirst().type();
        Object[] elements = boxed(vector.getChildrenFromFields().getFirst(), elementType, offsets[0],
                offsets[count] - offsets[0]);
        Object[] lists = new Object[count];
        for (int row = 0; row < count; row++) {
            if (!isNull(nulls, row)) {
                Object[] list = new Object[offsets[row + 1] - offsets[row]];
                System.arraycopy(elements, offsets[row] - offsets[0], list, 0, list.length);
                lists[row] = list;
            }
        }
        return lists;
    }

    private static Object[] maps(FieldVector vector, ColumnType type, int from, int count, boolean[] nulls) {
        int[] offsets = offsets(vector, from, count);
        FieldVector entryVector = vector.getChildrenFromFields().getFirst();
        Object[] entries = structs(entryVector, type, offsets[0], offsets[count] - offsets[0], null);
        Object[] maps = new Object[count];
        for (int row = 0; row < count; row++) {
            if (!isNull(nulls, row)) {
                Object[][] map = new Object[offsets[row + 1] - offsets[row]][];
                for (int index = 0; index < map.length; index++) {
                    map[index] = (Object[]) entries[offsets[row] - offsets[0] + index];
                }
                maps[row] = map;
            }
        }
        return maps;
    }
}
