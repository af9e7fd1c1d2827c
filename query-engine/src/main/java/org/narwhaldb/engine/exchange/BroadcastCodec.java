package org.narwhaldb.engine.exchange;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.engine.operator.Broadcast;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The rows of a broadcast between processes, big-endian: the row count (int32), then each column: 1 and a byte a row that is 1 for NULL,
/// or 0 if none is; then by the physical type
///
/// | type | values |
/// |---|---|
/// | BOOLEAN | a byte each |
/// | LONG, DOUBLE | int64 each, a double by its bits |
/// | INT128 | all high halves, all low halves |
/// | BYTES | 1 if coded; entry count, offsets (one more than entries), the bytes up to the last offset; if coded, an int32 code a row |
///
/// Nested values are not broadcast. The decoder trusts nothing: codes and offsets are checked.
final class BroadcastCodec {
    private BroadcastCodec() {}

    static byte[] encode(Broadcast broadcast) {
        int rows = broadcast.rowCount();
        long size = 4;
        for (Column column : broadcast.columns()) {
            size += size(column, rows);
        }
        if (size > WireCodec.BROADCAST_BYTES_MAX) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "A join's smaller side takes [%d] bytes, a request carries [%d]", size, WireCodec.BROADCAST_BYTES_MAX);
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) size);
        buffer.putInt(rows);
        broadcast.columns().forEach(column -> put(column, rows, buffer));
        return buffer.array();
    }

    private static long size(Column column, int rows) {
        long nulls = 1L + (column.nulls() == null ? 0 : rows);
        return nulls + switch (column) {
            case BooleanColumn _ -> rows;
            case LongColumn _, DoubleColumn _ -> 8L * rows;
            case Int128Column _ -> 16L * rows;
            case BytesColumn bytes -> 5L + 4L * (entries(bytes, rows) + 1L) + bytes.offsets()[entries(bytes, rows)]
                    + (bytes.codes() == null ? 0 : 4L * rows);
            case NestedColumn _ -> throw nested();
        };
    }

    private static int entries(BytesColumn column, int rows) {
        return column.codes() == null ? rows : column.offsets().length - 1;
    }

    private static void put(Column column, int rows, ByteBuffer buffer) {
        buffer.put((byte) (column.nulls() == null ? 0 : 1));
        if (column.nulls() != null) {
            put(column.nulls(), rows, buffer);
        }
        switch (column) {
            case BooleanColumn(boolean[] values, _) -> put(values, rows, buffer);
            case LongColumn(long[] values, _) -> put(values, rows, buffer);
            case DoubleColumn(double[] values, _) -> {
                buffer.asDoubleBuffer().put(values, 0, rows);
                buffer.position(buffer.position() + 8 * rows);
            }
            case Int128Column(long[] high, long[] low, _) -> {
                put(high, rows, buffer);
                put(low, rows, buffer);
            }
            case BytesColumn bytes -> {
                int entries = entries(bytes, rows);
                buffer.put((byte) (bytes.codes() == null ? 0 : 1));
                buffer.putInt(entries);
                put(bytes.offsets(), entries + 1, buffer);
                buffer.put(bytes.bytes(), 0, bytes.offsets()[entries]);
                if (bytes.codes() != null) {
                    put(bytes.codes(), rows, buffer);
                }
            }
            case NestedColumn _ -> throw nested();
        }
    }

    private static void put(boolean[] values, int count, ByteBuffer buffer) {
        for (int index = 0; index < count; index++) {
            buffer.put((byte) (values[index] ? 1 : 0));
        }
    }

    private static void put(long[] values, int count, ByteBuffer buffer) {
        buffer.asLongBuffer().put(values, 0, count);
        buffer.position(buffer.position() + 8 * count);
    }

    private static void put(int[] values, int count, ByteBuffer buffer) {
        buffer.asIntBuffer().put(values, 0, count);
        buffer.position(buffer.position() + 4 * count);
    }

    /// @param fields the columns that the plan expects
    static Broadcast decode(int fragmentId, List<Field> fields, ByteBuffer buffer) {
        int rows = buffer.getInt();
        check(rows >= 0);
        List<Column> columns = new ArrayList<>(fields.size());
        for (Field field : fields) {
            columns.add(column(field.type(), rows, buffer));
        }
        check(!buffer.hasRemaining());
        return new Broadcast(fragmentId, fields, columns, rows, null);
    }

    private static Column column(ColumnType type, int rows, ByteBuffer buffer) {
        boolean[] nulls = buffer.get() == 0 ? null : booleans(rows, buffer);
        return switch (type.physical()) {
            case BOOLEAN -> new BooleanColumn(booleans(rows, buffer), nulls);
            case LONG -> new LongColumn(longs(rows, buffer), nulls);
            case DOUBLE -> {
                check(buffer.remaining() >= 8L * rows);
                double[] values = new double[rows];
                buffer.asDoubleBuffer().get(values);
                buffer.position(buffer.position() + 8 * rows);
                yield new DoubleColumn(values, nulls);
            }
            case INT128 -> new Int128Column(longs(rows, buffer), longs(rows, buffer), nulls);
            case BYTES -> texts(rows, nulls, buffer);
            case NESTED -> throw nested();
        };
    }

    private static Column texts(int rows, boolean[] nulls, ByteBuffer buffer) {
        boolean isCoded = buffer.get() == 1;
        int entries = buffer.getInt();
        check(entries >= 0 && entries < Integer.MAX_VALUE && (isCoded || entries == rows));
        int[] offsets = ints(entries + 1, buffer);
        check(offsets[0] == 0);
        for (int entry = 0; entry < entries; entry++) {
            check(offsets[entry + 1] >= offsets[entry]);
        }
        check(offsets[entries] <= buffer.remaining());
        byte[] bytes = new byte[offsets[entries]];
        buffer.get(bytes);
        if (!isCoded) {
            return new BytesColumn(bytes, offsets, null, nulls);
        }
        int[] codes = ints(rows, buffer);
        for (int code : codes) {
            check(code >= 0 && code < entries);
        }
        return new BytesColumn(bytes, offsets, codes, nulls);
    }

    private static boolean[] booleans(int count, ByteBuffer buffer) {
        check(buffer.remaining() >= count);
        boolean[] values = new boolean[count];
        for (int index = 0; index < count; index++) {
            values[index] = buffer.get() != 0;
        }
        return values;
    }

    private static long[] longs(int count, ByteBuffer buffer) {
        check(buffer.remaining() >= 8L * count);
        long[] values = new long[count];
        buffer.asLongBuffer().get(values);
        buffer.position(buffer.position() + 8 * count);
        return values;
    }

    private static int[] ints(int count, ByteBuffer buffer) {
        check(buffer.remaining() >= 4L * count);
        int[] values = new int[count];
        buffer.asIntBuffer().get(values);
        buffer.position(buffer.position() + 4 * count);
        return values;
    }

    private static void check(boolean condition) {
        if (!condition) {
            throw new NarwhalException(ErrorCode.INVALID_REQUEST, "Malformed broadcast");
        }
    }

    private static NarwhalException nested() {
        return new NarwhalException(ErrorCode.NOT_SUPPORTED, "Nested values are not broadcast");
    }
}
