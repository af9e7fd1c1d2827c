package org.narwhaldb.store.iceberg;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.apache.iceberg.FieldMetrics;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/// Numbers and booleans: a value is 64 bits, of a float or a double its own.
final class NumberChunk extends ColumnChunk {
    private static final int FIRST_SLOTS = 1 << 10;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final PrimitiveTypeName type;
    private final int width;
    private final long max;
    private final long[] rows;
    private final long[] values;
    private long[] dictionary = new long[FIRST_SLOTS / 2];
    private int dictionarySize;
    /// Code + 1 by hash; 0 is free.
    private int[] slots = new int[FIRST_SLOTS];
    private long nanCount;
    private double smallest = Double.POSITIVE_INFINITY;
    private double largest = Double.NEGATIVE_INFINITY;

    NumberChunk(ColumnDescriptor descriptor, Limits limits) {
        super(descriptor, limits);
        PrimitiveType column = descriptor.getPrimitiveType();
        this.type = column.getPrimitiveTypeName();
        this.width = type == PrimitiveTypeName.INT32 || type == PrimitiveTypeName.FLOAT ? Integer.BYTES : Long.BYTES;
        this.max = column.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal
                ? BigInteger.TEN.pow(decimal.getPrecision()).longValueExact() - 1
                : type == PrimitiveTypeName.INT32 ? Integer.MAX_VALUE : Long.MAX_VALUE;
        this.rows = new long[limits.pageRows()];
        this.values = new long[limits.pageRows()];
    }

    private boolean isReal() {
        return type == PrimitiveTypeName.DOUBLE || type == PrimitiveTypeName.FLOAT;
    }

    @Override
    void setBoolean(int row, boolean value) {
        if (type != PrimitiveTypeName.BOOLEAN) {
            super.setBoolean(row, value);
        }
        setPresent(row);
        rows[row] = value ? 1 : 0;
    }

    @Override
    void setLong(int row, long value) {
        if (value > max || value < -max - 1 || type != PrimitiveTypeName.INT64 && type != PrimitiveTypeName.INT32) {
            throw RowWriter.doesNotFit(descriptor(), value);
        }
        setPresent(row);
        rows[row] = value;
    }

    @Override
    void setDouble(int row, double value) {
        if (!isReal()) {
            super.setDouble(row, value);
        }
        setPresent(row);
        rows[row] = type == PrimitiveTypeName.FLOAT ? Float.floatToRawIntBits((float) value)
                : Double.doubleToRawLongBits(value);
    }

    @Override
    void setShape(int row, Object value) {
        switch (value) {
            case Long number -> setLong(row, number);
            case Double number -> setDouble(row, number);
            case Boolean bool -> setBoolean(row, bool);
            default -> throw RowWriter.doesNotFit(descriptor(), value);
        }
    }

    @Override
    void gather(int rowCount) {
        int count = 0;
        for (int row = 0; row < rowCount; row++) {
            values[count] = rows[row];
            count += isNull(row) ? 0 : 1;
        }
    }

    @Override
    boolean encode(int count, int[] codes, long bytesMax) {
        if (type == PrimitiveTypeName.BOOLEAN) {
            return false;
        }
        long last = 0;
        int lastCode = -1;
        for (int i = 0; i < count; i++) {
            long value = values[i];
            if (value != last || lastCode < 0) {
                lastCode = code(value);
                last = value;
                if ((long) dictionarySize * width > bytesMax) {
                    return false;
                }
            }
            codes[i] = lastCode;
        }
        return true;
    }

    private int code(long value) {
        int mask = slots.length - 1;
        int slot = (int) (value * MULTIPLIER >>> Integer.SIZE) & mask;
        while (slots[slot] != 0) {
            if (dictionary[slots[slot] - 1] == value) {
                return slots[slot] - 1;
            }
            slot = slot + 1 & mask;
        }
        if (dictionarySize == dictionary.length) {
            grow();
            return code(value);
        }
        dictionary[dictionarySize++] = value;
        slots[slot] = dictionarySize;
        return dictionarySize - 1;
    }

    private void grow() {
        dictionary = Arrays.copyOf(dictionary, dictionary.length * 2);
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int code = 0; code < dictionarySize; code++) {
            int slot = (int) (dictionary[code] * MULTIPLIER >>> Integer.SIZE) & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = code + 1;
        }
    }

    @Override
    void measure(int count, int[] codes, Statistics<?> statistics) {
        if (count == 0) {
            return;
        }
        if (isReal()) {
            measureReals(count, statistics);
            return;
        }
        long min = values[0];
        long most = values[0];
        for (int i = 1; i < count; i++) {
            min = Math.min(min, values[i]);
            most = Math.max(most, values[i]);
        }
        switch (type) {
            case BOOLEAN -> {
                statistics.updateStats(min != 0);
                statistics.updateStats(most != 0);
            }
            case INT32 -> {
                statistics.updateStats((int) min);
                statistics.updateStats((int) most);
            }
            default -> {
                statistics.updateStats(min);
                statistics.updateStats(most);
            }
        }
    }

    private void measureReals(int count, Statistics<?> statistics) {
        double min = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        long nans = 0;
        for (int i = 0; i < count; i++) {
            double value = real(values[i]);
            if (Double.isNaN(value)) {
                nans++;
            } else {
                min = Math.min(min, value);
                most = Math.max(most, value);
            }
        }
        nanCount += nans;
        smallest = Math.min(smallest, min);
        largest = Math.max(largest, most);
        if (nans < count) {
            update(statistics, min);
            update(statistics, most);
        }
        if (nans > 0) {
            // readers take no bounds from statistics with a NaN, which is right: it is larger than all
            update(statistics, Double.NaN);
        }
    }

    private double real(long bits) {
        return type == PrimitiveTypeName.FLOAT ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
    }

    private void update(Statistics<?> statistics, double value) {
        if (type == PrimitiveTypeName.FLOAT) {
            statistics.updateStats((float) value);
        } else {
            statistics.updateStats(value);
        }
    }

    @Override
    Optional<FieldMetrics<?>> metrics(int fieldId, long valueCount, long nullCount) {
        if (!isReal()) {
            return Optional.empty();
        }
        Optional<FieldMetrics<?>> metrics;
        if (smallest > largest) {
            metrics = Optional.of(new FieldMetrics<>(fieldId, valueCount, nullCount, nanCount));
        } else if (type == PrimitiveTypeName.FLOAT) {
            metrics = Optional.of(new FieldMetrics<>(fieldId, valueCount, nullCount, nanCount, (float) smallest, (float) largest));
        } else {
            metrics = Optional.of(new FieldMetrics<>(fieldId, valueCount, nullCount, nanCount, smallest, largest));
        }
        nanCount = 0;
        smallest = Double.POSITIVE_INFINITY;
        largest = Double.NEGATIVE_INFINITY;
        return metrics;
    }

    @Override
    int dictionarySize() {
        return dictionarySize;
    }

    @Override
    long dictionaryBytes() {
        return (long) dictionarySize * width;
    }

    @Override
    void clearDictionary() {
        dictionarySize = 0;
        Arrays.fill(slots, 0);
    }

    @Override
    void putDictionary(PageOutput target) {
        put(dictionary, dictionarySize, target);
    }

    @Override
    long plainBytes(int count) {
        return (long) count * width;
    }

    @Override
    void putPlain(int count, PageOutput target) {
        if (type != PrimitiveTypeName.BOOLEAN) {
            put(values, count, target);
            return;
        }
        for (int i = 0; i < count; i += Byte.SIZE) {
            int bits = 0;
            for (int bit = 0; bit < Math.min(Byte.SIZE, count - i); bit++) {
                bits |= (int) values[i + bit] << bit;
            }
            target.putByte(bits);
        }
    }

    private void put(long[] numbers, int count, PageOutput target) {
        for (int i = 0; i < count; i++) {
            if (width == Integer.BYTES) {
                target.putInt((int) numbers[i]);
            } else {
                target.putLong(numbers[i]);
            }
        }
    }
}
