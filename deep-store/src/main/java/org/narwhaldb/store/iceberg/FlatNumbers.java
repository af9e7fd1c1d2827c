package org.narwhaldb.store.iceberg;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.narwhaldb.segment.ValueBatch;

/// Flat columns of numbers and booleans.
final class FlatNumbers {
    private FlatNumbers() {}

    static final class Booleans extends FlatColumn {
        private boolean[] values = {};

        Booleans(ColumnDescriptor descriptor, Object pageLock) {
            super(descriptor, pageLock);
        }

        @Override
        void setDictionary(Dictionary dictionary) {}

        @Override
        void start(int rows) {
            values = values.length < rows ? new boolean[rows] : values;
        }

        @Override
        void take(int row, int count, int present) {
            ValuesReader reader = other();
            for (int i = row; i < row + count; i++) {
                values[i] = !isNull(i) && reader.readBoolean();
            }
        }

        @Override
        ValueBatch finish(boolean[] nulls) {
            return new ValueBatch.Booleans(values, nulls);
        }
    }

    /// Whole numbers, dates, times, timestamps, unscaled decimals; `factor` turns the file's unit into the table's.
    static final class Whole extends FlatColumn {
        private static final long UNSIGNED = 0xFFFF_FFFFL;

        private final boolean ints;
        private final long factor;
        /// Of an INT32 read as unsigned, and what it is and-ed with.
        private final long mask;
        private long[] values = {};
        private long[] dictionary = {};

        Whole(ColumnDescriptor descriptor, Object pageLock, long factor, boolean unsigned) {
            super(descriptor, pageLock);
            this.ints = descriptor.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT32;
            this.factor = factor;
            this.mask = unsigned ? UNSIGNED : -1L;
        }

        @Override
        void setDictionary(Dictionary source) {
            dictionary = new long[source == null ? 0 : source.getMaxId() + 1];
            for (int id = 0; id < dictionary.length; id++) {
                dictionary[id] = ints ? source.decodeToInt(id) & mask : source.decodeToLong(id);
            }
            scale(dictionary, 0, dictionary.length);
        }

        @Override
        void start(int rows) {
            values = values.length < rows ? new long[rows] : values;
        }

        @Override
        void take(int row, int count, int present) {
            if (hasIds()) {
                int[] ids = ids(present);
                for (int i = 0; i < present; i++) {
                    values[row + i] = dictionary[ids[i]];
                }
            } else {
                if (other() != null) {
                    takeOther(other(), row, present);
                } else if (ints) {
                    takeInts(plain(), row, present);
                } else {
                    takeLongs(plain(), row, present);
                }
                scale(values, row, present);
            }
            if (present < count) {
                spread(row, count, present);
            }
        }

        private void takeOther(ValuesReader reader, int row, int present) {
            for (int i = row; i < row + present; i++) {
                values[i] = ints ? reader.readInteger() & mask : reader.readLong();
            }
        }

        private void takeInts(byte[] page, int row, int present) {
            int at = plainAt();
            plainDone((long) present * Integer.BYTES);
            for (int i = 0; i < present; i++) {
                values[row + i] = (int) INTS.get(page, at + i * Integer.BYTES) & mask;
            }
        }

        private void takeLongs(byte[] page, int row, int present) {
            int at = plainAt();
            plainDone((long) present * Long.BYTES);
            for (int i = 0; i < present; i++) {
                values[row + i] = (long) LONGS.get(page, at + i * Long.BYTES);
            }
        }

        private void scale(long[] numbers, int from, int count) {
            if (factor == 1) {
                return;
            }
            for (int i = from; i < from + count; i++) {
                numbers[i] = Math.multiplyExact(numbers[i], factor);
            }
        }

        /// Moves the values, from the last on, to the rows that have one.
        private void spread(int row, int count, int present) {
            int next = row + present - 1;
            for (int i = row + count - 1; i >= row; i--) {
                values[i] = isNull(i) ? 0 : values[next--];
            }
        }

        @Override
        ValueBatch finish(boolean[] nulls) {
            return new ValueBatch.Longs(values, nulls);
        }
    }

    /// FLOAT and DOUBLE.
    static final class Doubles extends FlatColumn {
        private final boolean floats;
        private double[] values = {};
        private double[] dictionary = {};

        Doubles(ColumnDescriptor descriptor, Object pageLock) {
            super(descriptor, pageLock);
            this.floats = descriptor.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.FLOAT;
        }

        @Override
        void setDictionary(Dictionary source) {
            dictionary = new double[source == null ? 0 : source.getMaxId() + 1];
            for (int id = 0; id < dictionary.length; id++) {
                dictionary[id] = floats ? source.decodeToFloat(id) : source.decodeToDouble(id);
            }
        }

        @Override
        void start(int rows) {
            values = values.length < rows ? new double[rows] : values;
        }

        @Override
        void take(int row, int count, int present) {
            if (hasIds()) {
                int[] ids = ids(present);
                for (int i = 0; i < present; i++) {
                    values[row + i] = dictionary[ids[i]];
                }
            } else if (other() != null) {
                for (int i = row; i < row + present; i++) {
                    values[i] = floats ? other().readFloat() : other().readDouble();
                }
            } else {
                takePlain(plain(), row, present);
            }
            if (present < count) {
                spread(row, count, present);
            }
        }

        private void takePlain(byte[] page, int row, int present) {
            int at = plainAt();
            plainDone((long) present * (floats ? Float.BYTES : Double.BYTES));
            for (int i = 0; i < present; i++) {
                values[row + i] = floats ? Float.intBitsToFloat((int) INTS.get(page, at + i * Float.BYTES))
                        : Double.longBitsToDouble((long) LONGS.get(page, at + i * Double.BYTES));
            }
        }

        private void spread(int row, int count, int present) {
            int next = row + present - 1;
            for (int i = row + count - 1; i >= row; i--) {
                values[i] = isNull(i) ? 0 : values[next--];
            }
        }

        @Override
        ValueBatch finish(boolean[] nulls) {
            return new ValueBatch.Doubles(values, nulls);
        }
    }
}
