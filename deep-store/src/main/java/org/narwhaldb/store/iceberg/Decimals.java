package org.narwhaldb.store.iceberg;

import java.math.BigInteger;
import org.apache.parquet.column.page.PageReadStore;
import org.narwhaldb.segment.ByteValues;
import org.narwhaldb.segment.ValueBatch;

/// Flat columns of decimals in other forms than the table's.
final class Decimals {
    private Decimals() {}

    /// Decimals of few digits in the file that the table has widened beyond what a long holds.
    record Widened(FlatColumn source) implements BatchColumn {
        @Override
        public void startRowGroup(PageReadStore pages) {
            source.startRowGroup(pages);
        }

        @Override
        public ValueBatch read(int rows) {
            var batch = (ValueBatch.Longs) source.read(rows);
            Object[] values = new Object[rows];
            for (int row = 0; row < rows; row++) {
                values[row] = batch.isNull() != null && batch.isNull()[row] ? null
                        : BigInteger.valueOf(batch.values()[row]);
            }
            return new ValueBatch.Shapes(values);
        }
    }

    /// Unscaled decimals as big-endian two's complement. How many bytes tells nothing of the table's precision.
    record OfBytes(FlatBytes source, boolean wide) implements BatchColumn {
        @Override
        public void startRowGroup(PageReadStore pages) {
            source.startRowGroup(pages);
        }

        @Override
        public ValueBatch read(int rows) {
            ValueBatch batch = source.read(rows);
            ByteValues bytes = batch instanceof ValueBatch.Codes codes ? codes.dictionary()
                    : ((ValueBatch.Bytes) batch).values();
            int[] codes = batch instanceof ValueBatch.Codes coded ? coded.codes() : null;
            boolean[] isNull = batch.isNull();
            return wide ? wide(bytes, codes, isNull, rows) : narrow(bytes, codes, isNull, rows);
        }

        private static ValueBatch wide(ByteValues bytes, int[] codes, boolean[] isNull, int rows) {
            Object[] values = new Object[rows];
            for (int row = 0; row < rows; row++) {
                values[row] = isNull != null && isNull[row] ? null : value(bytes, codes == null ? row : codes[row]);
            }
            return new ValueBatch.Shapes(values);
        }

        private static ValueBatch narrow(ByteValues bytes, int[] codes, boolean[] isNull, int rows) {
            long[] values = new long[rows];
            for (int row = 0; row < rows; row++) {
                if (isNull == null || !isNull[row]) {
                    values[row] = number(bytes, codes == null ? row : codes[row]);
                }
            }
            return new ValueBatch.Longs(values, isNull);
        }

        private static long number(ByteValues values, int index) {
            int length = values.length(index);
            if (length == 0 || length > Long.BYTES) {
                return value(values, index).longValueExact();
            }
            int start = values.starts()[index];
            long number = values.bytes()[start];
            for (int i = 1; i < length; i++) {
                number = number << Byte.SIZE | Byte.toUnsignedLong(values.bytes()[start + i]);
            }
            return number;
        }

        private static BigInteger value(ByteValues values, int index) {
            return new BigInteger(values.bytes(), values.starts()[index], values.length(index));
        }
    }
}
