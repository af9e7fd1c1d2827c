package org.narwhaldb.store.iceberg;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.iceberg.parquet.ParquetValueReader;
import org.apache.iceberg.parquet.ParquetValueReaders;
import org.apache.parquet.column.ColumnDescriptor;
import org.narwhaldb.segment.SegmentBuilder;

/// Top-level primitive columns of a Parquet file, one class a way to decode. A reader keeps the current row's value in
/// a field of its own and returns null: boxing is what generic readers spend their time on.
final class FlatColumns {
    private FlatColumns() {}

    private abstract static class Flat extends ParquetValueReaders.PrimitiveReader<Object> implements ParquetColumn {
        private final int definedLevel;
        private boolean isNull;

        private Flat(ColumnDescriptor descriptor) {
            super(descriptor);
            this.definedLevel = descriptor.getMaxDefinitionLevel();
        }

        @Override
        public final Object read(Object reuse) {
            isNull = column.currentDefinitionLevel() < definedLevel;
            if (isNull) {
                column.nextNull();
            } else {
                take();
            }
            return null;
        }

        abstract void take();

        @Override
        public final ParquetValueReader<?> reader() {
            return this;
        }

        @Override
        public final boolean isNull() {
            return isNull;
        }

        @Override
        public long longValue() {
            throw new IllegalStateException("Not a column of whole numbers");
        }
    }

    static final class Booleans extends Flat {
        private boolean value;

        Booleans(ColumnDescriptor descriptor) {
            super(descriptor);
        }

        @Override
        void take() {
            value = column.nextBoolean();
        }

        @Override
        public void appendTo(SegmentBuilder.ColumnAppender appender) {
            appender.appendBoolean(value);
        }
    }

    /// Whole numbers, dates, times, timestamps, unscaled decimals; `factor` turns the file's unit into the table's.
    private abstract static class Whole extends Flat {
        private final long factor;
        private long value;

        private Whole(ColumnDescriptor descriptor, long factor) {
            super(descriptor);
            this.factor = factor;
        }

        final void keep(long number) {
            value = factor == 1 ? number : Math.multiplyExact(number, factor);
        }

        @Override
        public final long longValue() {
            return value;
        }

        @Override
        public final void appendTo(SegmentBuilder.ColumnAppender appender) {
            appender.appendLong(value);
        }
    }

    static final class Ints extends Whole {
        Ints(ColumnDescriptor descriptor, long factor) {
            super(descriptor, factor);
        }

        @Override
        void take() {
            keep(column.nextInteger());
        }
    }

    static final class UnsignedInts extends Whole {
        UnsignedInts(ColumnDescriptor descriptor) {
            super(descriptor, 1);
        }

        @Override
        void take() {
            keep(Integer.toUnsignedLong(column.nextInteger()));
        }
    }

    static final class Longs extends Whole {
        Longs(ColumnDescriptor descriptor, long factor) {
            super(descriptor, factor);
        }

        @Override
        void take() {
            keep(column.nextLong());
        }
    }

    static final class Floats extends Flat {
        private double value;

        Floats(ColumnDescriptor descriptor) {
            super(descriptor);
        }

        @Override
        void take() {
            value = column.nextFloat();
        }

        @Override
        public void appendTo(SegmentBuilder.ColumnAppender appender) {
            appender.appendDouble(value);
        }
    }

    static final class Doubles extends Flat {
        private double value;

        Doubles(ColumnDescriptor descriptor) {
            super(descriptor);
        }

        @Override
        void take() {
            value = column.nextDouble();
        }

        @Override
        public void appendTo(SegmentBuilder.ColumnAppender appender) {
            appender.appendDouble(value);
        }
    }

    static final class Bytes extends Flat {
        private ByteBuffer value;

        Bytes(ColumnDescriptor descriptor) {
            super(descriptor);
        }

        @Override
        void take() {
            value = column.nextBinary().toByteBuffer();
        }

        @Override
        public void appendTo(SegmentBuilder.ColumnAppender appender) {
            if (value.hasArray()) {
                appender.appendBytes(value.array(), value.arrayOffset() + value.position(), value.remaining());
            } else {
                byte[] copy = RecordValues.toBytes(value);
                appender.appendBytes(copy, 0, copy.length);
            }
        }
    }

    /// Unscaled decimals as big-endian two's complement. How many bytes tells nothing of the table's precision.
    static final class BinaryDecimals extends Flat {
        private BigInteger value;
        private final boolean wide;

        BinaryDecimals(ColumnDescriptor descriptor, boolean wide) {
            super(descriptor);
            this.wide = wide;
        }

        @Override
        void take() {
            value = new BigInteger(column.nextBinary().getBytes());
        }

        @Override
        public long longValue() {
            return value.longValueExact();
        }

        @Override
        public void appendTo(SegmentBuilder.ColumnAppender appender) {
            if (wide) {
                appender.appendInt128(value);
            } else {
                appender.appendLong(value.longValueExact());
            }
        }
    }

    /// Decimals of few digits in the file that the table has widened beyond what a long holds.
    static final class WidenedDecimals extends Flat {
        private final boolean ints;
        private long value;

        WidenedDecimals(ColumnDescriptor descriptor, boolean ints) {
            super(descriptor);
            this.ints = ints;
        }

        @Override
        void take() {
            value = ints ? column.nextInteger() : column.nextLong();
        }

        @Override
        public void appendTo(SegmentBuilder.ColumnAppender appender) {
            appender.appendInt128(BigInteger.valueOf(value));
        }
    }
}
