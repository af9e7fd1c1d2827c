package org.narwhaldb.store.iceberg;

import java.util.Arrays;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericDataUtil;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.parquet.ParquetValueReader;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.ValueBatch;

/// Chooses how a column wanted is read from a Parquet file: a constant, a flat column by one of a few loops, or, for
/// nested types and rare old encodings, Iceberg's generic reader.
final class ParquetColumns {
    private ParquetColumns() {}

    /// @param pageLock to be held by whoever fetches pages of the file
    static BatchColumn open(
            Types.NestedField column, Field wanted, Map<Integer, ?> constants, MessageType message, Object pageLock) {
        if (constants.containsKey(column.fieldId())) {
            return new Constant(wanted.type(), constants.get(column.fieldId()));
        }
        Type found = find(message, column.fieldId());
        if (found == null) {
            return absent(column, wanted);
        }
        if (found.isPrimitive() && !found.isRepetition(Type.Repetition.REPEATED)) {
            ColumnDescriptor descriptor = message.getColumnDescription(new String[] {found.getName()});
            BatchColumn flat = flat(descriptor, wanted.type(), pageLock);
            if (flat != null) {
                return flat;
            }
        }
        return new Generic(wanted.type(), GenericParquetReaders.buildReader(new Schema(column), message, constants),
                pageLock);
    }

    private static Type find(MessageType message, int fieldId) {
        for (Type field : message.getFields()) {
            if (field.getId() != null && field.getId().intValue() == fieldId) {
                return field;
            }
        }
        return null;
    }

    private static BatchColumn absent(Types.NestedField column, Field wanted) {
        if (column.initialDefault() != null) {
            return new Constant(
                    wanted.type(), GenericDataUtil.internalToGeneric(column.type(), column.initialDefault()));
        }
        if (column.isRequired()) {
            throw new IllegalArgumentException("required column [%s] is missing".formatted(column.name()));
        }
        return new Constant(wanted.type(), null);
    }

    /// Null for what Iceberg's generic reader should read, or refuse.
    private static BatchColumn flat(ColumnDescriptor descriptor, ColumnType wanted, Object pageLock) {
        PrimitiveType type = descriptor.getPrimitiveType();
        PrimitiveTypeName name = type.getPrimitiveTypeName();
        long factor = switch (wanted.kind()) {
            case INT, LONG -> isInteger(type) ? 1 : 0;
            case DATE -> type.getLogicalTypeAnnotation() instanceof DateLogicalTypeAnnotation
                    || type.getLogicalTypeAnnotation() == null ? 1 : 0;
            case TIME -> timeFactor(type);
            case TIMESTAMP, TIMESTAMP_TZ -> timestampFactor(type, false);
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> timestampFactor(type, true);
            default -> 0;
        };
        if (factor > 0) {
            return isWhole(name) ? new FlatNumbers.Whole(descriptor, pageLock, factor, isUnsigned(type)) : null;
        }
        return switch (wanted.kind()) {
            case BOOLEAN -> name == PrimitiveTypeName.BOOLEAN ? new FlatNumbers.Booleans(descriptor, pageLock) : null;
            case FLOAT, DOUBLE -> name == PrimitiveTypeName.FLOAT || name == PrimitiveTypeName.DOUBLE
                    ? new FlatNumbers.Doubles(descriptor, pageLock) : null;
            case DECIMAL -> decimals(descriptor, wanted, pageLock);
            case STRING, BINARY -> name == PrimitiveTypeName.BINARY ? new FlatBytes(descriptor, pageLock) : null;
            case FIXED, UUID -> name == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
                    ? new FlatBytes(descriptor, pageLock) : null;
            default -> null;
        };
    }

    private static boolean isWhole(PrimitiveTypeName name) {
        return name == PrimitiveTypeName.INT32 || name == PrimitiveTypeName.INT64;
    }

    /// Iceberg's own reader would take the sign bit of 32 for a sign; of 64 it refuses.
    private static boolean isInteger(PrimitiveType type) {
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        return annotation == null || annotation instanceof IntLogicalTypeAnnotation integer
                && (integer.isSigned() || integer.getBitWidth() <= Integer.SIZE);
    }

    private static boolean isUnsigned(PrimitiveType type) {
        return type.getLogicalTypeAnnotation() instanceof IntLogicalTypeAnnotation integer && !integer.isSigned()
                && integer.getBitWidth() == Integer.SIZE;
    }

    /// To microseconds; 0 if the type is another one.
    private static long timeFactor(PrimitiveType type) {
        if (!(type.getLogicalTypeAnnotation() instanceof TimeLogicalTypeAnnotation time)) {
            return 0;
        }
        return switch (time.getUnit()) {
            case MILLIS -> 1_000;
            case MICROS -> 1;
            case NANOS -> 0;
        };
    }

    private static long timestampFactor(PrimitiveType type, boolean nanos) {
        if (!(type.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation time)) {
            return 0;
        }
        if (time.getUnit() == TimeUnit.NANOS) {
            return nanos ? 1 : 0;
        }
        long micros = time.getUnit() == TimeUnit.MILLIS ? 1_000 : 1;
        return nanos ? micros * 1_000 : micros;
    }

    private static BatchColumn decimals(ColumnDescriptor descriptor, ColumnType wanted, Object pageLock) {
        PrimitiveType type = descriptor.getPrimitiveType();
        if (!(type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal)) {
            return null;
        }
        if (decimal.getScale() != wanted.scale()) {
            throw new IllegalArgumentException("column [%s] has %d digits after the point, the table has %d"
                    .formatted(type.getName(), decimal.getScale(), wanted.scale()));
        }
        boolean wide = wanted.physical() == ColumnType.Physical.INT128;
        return switch (type.getPrimitiveTypeName()) {
            case INT32, INT64 -> {
                var numbers = new FlatNumbers.Whole(descriptor, pageLock, 1, false);
                yield wide ? new Decimals.Widened(numbers) : numbers;
            }
            case BINARY, FIXED_LEN_BYTE_ARRAY -> new Decimals.OfBytes(new FlatBytes(descriptor, pageLock), wide);
            default -> null;
        };
    }

    /// One value for all rows, in Iceberg's generic data model.
    private static final class Constant implements BatchColumn {
        private final Object shape;
        private Object[] values = {};

        private Constant(ColumnType type, Object value) {
            shape = RecordValues.toShape(type, value);
        }

        @Override
        public ValueBatch read(int rows) {
            if (values.length < rows) {
                values = new Object[rows];
                Arrays.fill(values, shape);
            }
            return new ValueBatch.Shapes(values);
        }
    }

    /// A column read as a record of one field, in Iceberg's generic data model.
    private static final class Generic implements BatchColumn {
        private final ColumnType type;
        private final ParquetValueReader<Record> reader;
        private final Object pageLock;
        private Record reused;

        private Generic(ColumnType type, ParquetValueReader<Record> reader, Object pageLock) {
            this.type = type;
            this.reader = reader;
            this.pageLock = pageLock;
        }

        @Override
        public void startRowGroup(PageReadStore pages) {
            reader.setPageSource(pages);
        }

        @Override
        public ValueBatch read(int rows) {
            Object[] values = new Object[rows];
            synchronized (pageLock) {
                for (int row = 0; row < rows; row++) {
                    reused = reader.read(reused);
                    values[row] = RecordValues.toShape(type, reused.get(0));
                }
            }
            return new ValueBatch.Shapes(values);
        }
    }
}
