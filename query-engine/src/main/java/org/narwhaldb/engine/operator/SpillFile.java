package org.narwhaldb.engine.operator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.SpillSpace;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Batches that an operator has no memory for, in a file: written one after the other, then read in that order, as often
/// as wanted. Closing deletes it.
///
/// A batch is its number of rows, then for each column a flag and the nulls if there are any, then the values: of byte
/// strings the lengths, then the bytes. Of a column that is NULL throughout there is the flag alone.
final class SpillFile implements AutoCloseable {
    /// held while rows are appended, and again by each reader
    static final int BUFFER_BYTES = 1 << 15;

    private static final int SMALL_ROWS = 128;
    private static final int JOINED_ROWS = 512;
    private static final byte NO_FLAGS = 0;
    private static final byte FLAGS = 1;
    private static final byte ALL_NULL = 2;

    private final SpillSpace space;
    private final List<Field> fields;
    private final Reservation reservation;
    private final FileChannel channel;
    private ByteBuffer buffer;
    private long rowCount;

    SpillFile(SpillSpace space, List<Field> fields, Reservation reservation) {
        this.space = space;
        this.fields = fields;
        this.reservation = reservation;
        reservation.grow(BUFFER_BYTES);
        buffer = ByteBuffer.allocate(BUFFER_BYTES);
        channel = space.open();
    }

    /// Whether rows of these types can be written.
    static boolean takes(List<Field> fields) {
        return fields.stream().noneMatch(field -> field.type().physical() == ColumnType.Physical.NESTED);
    }

    long rowCount() {
        return rowCount;
    }

    void append(Batch batch) {
        rowCount += batch.rowCount();
        putInt(batch.rowCount());
        for (Column column : batch.columns()) {
            append(column, batch.rowCount());
        }
    }

    private void append(Column column, int count) {
        if (isAllNull(column.nulls(), count)) {
            room(1).put(ALL_NULL);
            return;
        }
        putFlags(column.nulls(), count);
        switch (column) {
            case BooleanColumn(boolean[] values, _) -> putFlags(values, count);
            case LongColumn(long[] values, _) -> putLongs(values, count);
            case DoubleColumn(double[] values, _) -> {
                for (int row = 0; row < count; row++) {
                    room(Double.BYTES).putDouble(values[row]);
                }
            }
            case Int128Column(long[] high, long[] low, _) -> {
                putLongs(high, count);
                putLongs(low, count);
            }
            case BytesColumn bytes -> {
                for (int row = 0; row < count; row++) {
                    putInt(bytes.isNull(row) ? 0 : bytes.end(row) - bytes.start(row));
                }
                for (int row = 0; row < count; row++) {
                    if (!bytes.isNull(row)) {
                        putBytes(bytes.bytes(), bytes.start(row), bytes.end(row));
                    }
                }
            }
            case NestedColumn _ -> throw new IllegalStateException("Nested values are not spilled");
        }
    }

    private static boolean isAllNull(boolean[] nulls, int count) {
        for (int row = 0; nulls != null && row < count; row++) {
            if (!nulls[row]) {
                return false;
            }
        }
        return nulls != null;
    }

    private void putFlags(boolean[] flags, int count) {
        room(1).put(flags == null ? NO_FLAGS : FLAGS);
        for (int row = 0; flags != null && row < count; row++) {
            room(1).put((byte) (flags[row] ? 1 : 0));
        }
    }

    private void putInt(int value) {
        room(Integer.BYTES).putInt(value);
    }

    private void putLongs(long[] values, int count) {
        for (int row = 0; row < count; row++) {
            room(Long.BYTES).putLong(values[row]);
        }
    }

    private void putBytes(byte[] bytes, int start, int end) {
        for (int from = start; from < end; ) {
            ByteBuffer target = room(1);
            int count = Math.min(end - from, target.remaining());
            target.put(bytes, from, count);
            from += count;
        }
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    private void flush() {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw space.failure(e);
        }
        buffer.clear();
    }

    /// Ends the file: nothing may be appended any more.
    void seal() {
        if (buffer != null) {
            flush();
            buffer = null;
            reservation.shrink(BUFFER_BYTES);
        }
    }

    /// The rows from the beginning; seals the file. Closing it leaves the file.
    Operator reader() {
        return reader(reservation);
    }

    /// For a file that several threads read.
    ///
    /// @param own charged with what the reader holds
    Operator reader(Reservation own) {
        seal();
        return new Reader(own);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw space.failure(e);
        }
    }

    private final class Reader implements Operator {
        private final Reservation own;
        private ByteBuffer source;
        private long position;
        /// read, but not handed on yet
        private Batch ahead;

        Reader(Reservation own) {
            this.own = own;
        }

        /// Small batches, which rows that were parted often come in, are put together.
        @Override
        public Batch next() {
            Batch first = ahead == null ? read() : ahead;
            ahead = null;
            if (first == null || first.rowCount() >= SMALL_ROWS) {
                return first;
            }
            List<Batch> batches = new ArrayList<>(List.of(first));
            int count = first.rowCount();
            while (count < JOINED_ROWS) {
                Batch next = read();
                if (next == null || next.rowCount() >= SMALL_ROWS) {
                    ahead = next;
                    break;
                }
                batches.add(next);
                count += next.rowCount();
            }
            return batches.size() == 1 ? first : joined(batches, count);
        }

        private Batch joined(List<Batch> batches, int count) {
            try (Reservation scratch = own.another()) {
                List<Column> columns = new ArrayList<>(fields.size());
                for (int column = 0; column < fields.size(); column++) {
                    columns.add(Concatenation.of(batches, column, fields.get(column).type(), count, scratch));
                }
                return new Batch(count, columns);
            }
        }

        /// Null at the end.
        private Batch read() {
            if (source == null) {
                own.grow(BUFFER_BYTES);
                source = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
            }
            if (!source.hasRemaining() && !fill()) {
                return null;
            }
            int count = need(Integer.BYTES).getInt();
            List<Column> columns = new ArrayList<>(fields.size());
            for (Field field : fields) {
                columns.add(column(field.type(), count));
            }
            return new Batch(count, columns);
        }

        private Column column(ColumnType type, int count) {
            byte flag = need(1).get();
            if (flag == ALL_NULL) {
                return Columns.constant(null, type, count);
            }
            boolean[] nulls = flags(flag, count);
            return switch (type.physical()) {
                case BOOLEAN -> new BooleanColumn(flags(need(1).get(), count), nulls);
                case LONG -> new LongColumn(longs(count), nulls);
                case DOUBLE -> {
                    double[] values = new double[count];
                    for (int row = 0; row < count; row++) {
                        values[row] = need(Double.BYTES).getDouble();
                    }
                    yield new DoubleColumn(values, nulls);
                }
                case INT128 -> new Int128Column(longs(count), longs(count), nulls);
                case BYTES -> {
                    int[] offsets = new int[count + 1];
                    for (int row = 0; row < count; row++) {
                        offsets[row + 1] = Math.addExact(offsets[row], need(Integer.BYTES).getInt());
                    }
                    yield new BytesColumn(bytes(offsets[count]), offsets, null, nulls);
                }
                case NESTED -> throw new IllegalStateException("Nested values are not spilled");
            };
        }

        private boolean[] flags(byte flag, int count) {
            if (flag == NO_FLAGS) {
                return null;
            }
            boolean[] flags = new boolean[count];
            for (int row = 0; row < count; row++) {
                flags[row] = need(1).get() != 0;
            }
            return flags;
        }

        private long[] longs(int count) {
            long[] values = new long[count];
            for (int row = 0; row < count; row++) {
                values[row] = need(Long.BYTES).getLong();
            }
            return values;
        }

        private byte[] bytes(int count) {
            byte[] bytes = new byte[count];
            for (int from = 0; from < count; ) {
                ByteBuffer present = need(1);
                int part = Math.min(count - from, present.remaining());
                present.get(bytes, from, part);
                from += part;
            }
            return bytes;
        }

        private ByteBuffer need(int bytes) {
            if (source.remaining() < bytes && !fill() || source.remaining() < bytes) {
                throw new NarwhalException(ErrorCode.INTERNAL, "A spill file ends within a batch; please report it");
            }
            return source;
        }

        /// False at the end.
        private boolean fill() {
            source.compact();
            try {
                int before = source.position();
                while (source.hasRemaining()) {
                    int read = channel.read(source, position);
                    if (read < 0) {
                        break;
                    }
                    position += read;
                }
                boolean isMore = source.position() > before;
                source.flip();
                return isMore;
            } catch (IOException e) {
                throw space.failure(e);
            }
        }

        @Override
        public void close() {
            ahead = null;
            if (source != null) {
                source = null;
                own.shrink(BUFFER_BYTES);
            }
        }
    }
}
