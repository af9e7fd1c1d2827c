package org.narwhaldb.engine.exchange;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Builds the buffers of one Arrow record batch: for each field, depth first, its node (length, nulls) and its buffers
/// in the order of the columnar format. A column may come in several parts, which are laid end to end.
final class ArrowBuffers implements AutoCloseable {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final int DECIMAL_BYTES = 16;
    private static final int UUID_BYTES = 16;

    private final BufferAllocator allocator;
    private final List<ArrowFieldNode> nodes = new ArrayList<>();
    private final List<ArrowBuf> buffers = new ArrayList<>();

    /// @param rows how many of the column's rows count
    record Part(Column column, int rows) {}

    ArrowBuffers(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /// The batch holds references of its own.
    ArrowRecordBatch recordBatch(int rowCount) {
        return new ArrowRecordBatch(rowCount, nodes, buffers);
    }

    @Override
    public void close() {
        buffers.forEach(ArrowBuf::close);
        buffers.clear();
    }

    static int fixedWidth(ColumnType type) {
        return type.kind() == ColumnType.Kind.UUID ? UUID_BYTES : type.precision();
    }

    void add(Field field, List<Part> parts, int rowCount) {
        addNode(parts, rowCount);
        ColumnType type = field.type();
        switch (type.kind()) {
            case BOOLEAN -> addBits(parts, rowCount);
            case INT, DATE -> addInts(field, parts, rowCount);
            case LONG, TIME, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS, TIMESTAMP_TZ_NS -> addLongs(parts, rowCount);
            case FLOAT -> addFloats(parts, rowCount);
            case DOUBLE -> addDoubles(parts, rowCount);
            case DECIMAL -> addDecimals(parts, rowCount);
            case STRING, BINARY -> addBytes(field, parts, rowCount);
            case FIXED, UUID -> addFixed(field, parts, rowCount);
            case STRUCT -> addStruct(type, values(parts, rowCount));
            case LIST -> addList(type.fields().getFirst(), values(parts, rowCount));
            case MAP -> addMap(type, values(parts, rowCount));
        }
    }

    private void addNode(List<Part> parts, int rowCount) {
        long[] bits = new long[(rowCount + Long.SIZE - 1) / Long.SIZE];
        int target = 0;
        for (Part part : parts) {
            if (part.column().nulls() != null) {
                setBits(part.column().nulls(), part.rows(), bits, target);
            }
            target += part.rows();
        }
        int nullCount = 0;
        for (int word = 0; word < bits.length; word++) {
            nullCount += Long.bitCount(bits[word]);
            bits[word] = ~bits[word];
        }
        nodes.add(new ArrowFieldNode(rowCount, nullCount));
        if (nullCount == 0) {
            // The format and Arrow's loader allow no bitmap at all when nothing is null.
            buffers.add(allocator.getEmpty());
            return;
        }
        addBits(bits, rowCount);
    }

    /// Row `i` is bit `offset + i`. Without branches, because values come in no order.
    private static void setBits(boolean[] values, int rows, long[] bits, int offset) {
        for (int row = 0; row < rows;) {
            int first = offset + row & Long.SIZE - 1;
            int count = Math.min(rows - row, Long.SIZE - first);
            long word = 0;
            for (int i = 0; i < count; i++) {
                word |= (values[row + i] ? 1L : 0L) << i;
            }
            bits[offset + row >> 6] |= word << first;
            row += count;
        }
    }

    private void addBits(List<Part> parts, int rowCount) {
        long[] bits = new long[(rowCount + Long.SIZE - 1) / Long.SIZE];
        int target = 0;
        for (Part part : parts) {
            setBits(((Column.BooleanColumn) part.column()).values(), part.rows(), bits, target);
            target += part.rows();
        }
        addBits(bits, rowCount);
    }

    private void addBits(long[] bits, int rowCount) {
        int sizeBytes = (rowCount + Byte.SIZE - 1) / Byte.SIZE;
        if (rowCount % Long.SIZE != 0) {
            bits[bits.length - 1] &= (1L << rowCount) - 1;
        }
        MemorySegment target = newBuffer(sizeBytes);
        int words = sizeBytes / Long.BYTES;
        MemorySegment.copy(bits, 0, target, LONG, 0, words);
        for (int at = words * Long.BYTES; at < sizeBytes; at++) {
            target.set(ValueLayout.JAVA_BYTE, at, (byte) (bits[words] >>> (at % Long.BYTES) * Byte.SIZE));
        }
    }

    private void addInts(Field field, List<Part> parts, int rowCount) {
        MemorySegment target = newBuffer(4L * rowCount);
        long offset = 0;
        for (Part part : parts) {
            long[] values = ((Column.LongColumn) part.column()).values();
            long outside = 0;
            for (int row = 0; row < part.rows(); row++) {
                long value = values[row];
                outside |= value ^ (int) value;
                target.set(INT, offset + 4L * row, (int) value);
            }
            if (outside != 0) {
                requireInts(field, part, values);
            }
            offset += 4L * part.rows();
        }
    }

    private static void requireInts(Field field, Part part, long[] values) {
        for (int row = 0; row < part.rows(); row++) {
            if (values[row] != (int) values[row] && !part.column().isNull(row)) {
                throw NarwhalException.of(ErrorCode.NUMERIC_OUT_OF_RANGE,
                        "Column [%s] is %s and cannot hold [%d]", field.name(), field.type(), values[row]);
            }
        }
    }

    private void addLongs(List<Part> parts, int rowCount) {
        MemorySegment target = newBuffer(8L * rowCount);
        long offset = 0;
        for (Part part : parts) {
            MemorySegment.copy(((Column.LongColumn) part.column()).values(), 0, target, LONG, offset, part.rows());
            offset += 8L * part.rows();
        }
    }

    private void addFloats(List<Part> parts, int rowCount) {
        MemorySegment target = newBuffer(4L * rowCount);
        long offset = 0;
        for (Part part : parts) {
            double[] values = ((Column.DoubleColumn) part.column()).values();
            for (int row = 0; row < part.rows(); row++) {
                target.set(FLOAT, offset + 4L * row, (float) values[row]);
            }
            offset += 4L * part.rows();
        }
    }

    private void addDoubles(List<Part> parts, int rowCount) {
        MemorySegment target = newBuffer(8L * rowCount);
        long offset = 0;
        for (Part part : parts) {
            MemorySegment.copy(((Column.DoubleColumn) part.column()).values(), 0, target, DOUBLE, offset, part.rows());
            offset += 8L * part.rows();
        }
    }

    private void addDecimals(List<Part> parts, int rowCount) {
        MemorySegment target = newBuffer((long) DECIMAL_BYTES * rowCount);
        long offset = 0;
        for (Part part : parts) {
            for (int row = 0; row < part.rows(); row++, offset += DECIMAL_BYTES) {
                long low;
                long high;
                if (part.column() instanceof Column.Int128Column wide) {
                    low = wide.low()[row];
                    high = wide.high()[row];
                } else {
                    low = ((Column.LongColumn) part.column()).values()[row];
                    high = low >> 63;
                }
                target.set(LONG, offset, low);
                target.set(LONG, offset + 8, high);
            }
        }
    }

    private void addBytes(Field field, List<Part> parts, int rowCount) {
        long total = 0;
        for (Part part : parts) {
            total += TextRun.byteCount((Column.BytesColumn) part.column(), part.rows());
        }
        if (total > TextRun.BYTES_MAX) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "Column [%s] holds [%d] bytes in [%d] rows; one result batch can carry 2 GiB of it", field.name(),
                            total, rowCount);
        }
        TextRun run = new TextRun(rowCount, (int) total);
        for (Part part : parts) {
            run.append((Column.BytesColumn) part.column(), part.rows());
        }
        MemorySegment.copy(run.ends, 0, newBuffer(4L * (rowCount + 1)), INT, 0, rowCount + 1);
        MemorySegment.copy(run.bytes, 0, newBuffer(total), ValueLayout.JAVA_BYTE, 0, (int) total);
    }

    private void addFixed(Field field, List<Part> parts, int rowCount) {
        int width = fixedWidth(field.type());
        MemorySegment target = newBuffer((long) width * rowCount);
        long offset = 0;
        for (Part part : parts) {
            Column.BytesColumn column = (Column.BytesColumn) part.column();
            for (int row = 0; row < part.rows(); row++, offset += width) {
                if (column.isNull(row)) {
                    continue;
                }
                int length = column.end(row) - column.start(row);
                if (length != width) {
                    throw NarwhalException.of(ErrorCode.TYPE_MISMATCH,
                            "Column [%s] is %s and cannot hold [%d] bytes", field.name(), field.type(), length);
                }
                MemorySegment.copy(column.bytes(), column.start(row), target, ValueLayout.JAVA_BYTE, offset, width);
            }
        }
    }

    private void addStruct(ColumnType type, Object[] values) {
        List<Field> fields = type.fields();
        for (int index = 0; index < fields.size(); index++) {
            Object[] members = new Object[values.length];
            for (int row = 0; row < values.length; row++) {
                members[row] = values[row] == null ? null : ((Object[]) values[row])[index];
            }
            addChild(fields.get(index), members);
        }
    }

    private void addList(Field element, Object[] values) {
        addChild(element, flatten(values));
    }

    private void addMap(ColumnType type, Object[] values) {
        Object[] entries = flatten(values);
        nodes.add(new ArrowFieldNode(entries.length, 0));
        buffers.add(allocator.getEmpty());
        addStruct(type, entries);
    }

    /// Adds the offsets buffer of a list or map and returns the elements of all rows.
    private Object[] flatten(Object[] values) {
        MemorySegment offsets = newBuffer(4L * (values.length + 1));
        offsets.set(INT, 0, 0);
        int end = 0;
        for (int row = 0; row < values.length; row++) {
            end = Math.addExact(end, values[row] == null ? 0 : ((Object[]) values[row]).length);
            offsets.set(INT, 4L * (row + 1), end);
        }
        Object[] elements = new Object[end];
        int target = 0;
        for (Object value : values) {
            if (value != null) {
                Object[] list = (Object[]) value;
                System.arraycopy(list, 0, elements, target, list.length);
                target += list.length;
            }
        }
        return elements;
    }

    private void addChild(Field field, Object[] values) {
        add(field, List.of(new Part(BoxedColumns.column(field.type(), values), values.length)), values.length);
    }

    private static Object[] values(List<Part> parts, int rowCount) {
        Object[] values = new Object[rowCount];
        int target = 0;
        for (Part part : parts) {
            Object[] source = ((Column.NestedColumn) part.column()).values();
            for (int row = 0; row < part.rows(); row++) {
                values[target++] = part.column().isNull(row) ? null : source[row];
            }
        }
        return values;
    }

    /// Adds a buffer of exactly this many readable bytes.
    private MemorySegment newBuffer(long sizeBytes) {
        ArrowBuf buffer = allocator.buffer(sizeBytes);
        buffers.add(buffer);
        buffer.writerIndex(sizeBytes);
        return sizeBytes == 0 ? MemorySegment.NULL : MemorySegment.ofBuffer(
                buffer.nioBuffer(0, Math.toIntExact(sizeBytes)));
    }
}
