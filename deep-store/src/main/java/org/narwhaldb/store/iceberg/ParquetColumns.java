package org.narwhaldb.store.iceberg;

import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericDataUtil;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.parquet.ParquetValueReader;
import org.apache.iceberg.parquet.ParquetValueReaders;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
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
import org.narwhaldb.segment.SegmentBuilder;

/// Chooses how a column wanted is read from a Parquet file: a constant, a flat column by one of a few loops, or, for
/// nested types and rare old encodings, Iceberg's generic reader.
final class ParquetColumns {
    private ParquetColumns() {}

    static ParquetColumn open(Types.NestedField column, Field wanted, Map<Integer, ?> constants, MessageType message) {
        if (constants.containsKey(column.fieldId())) {
            return new Constant(wanted.type(), constants.get(column.fieldId()));
        }
        Type found = find(message, column.fieldId());
        if (found == null) {
            return absent(column, wanted);
        }
        if (found.isPrimitive() && !found.isRepetition(Type.Repetition.REPEATED)) {
            ColumnDescriptor descriptor = message.getColumnDescription(new String[] {found.getName()});
            ParquetColumn flat = flat(descriptor, wanted.type());
            if (flat != null) {
                return flat;
            }
        }
        return new Generic(wanted.type(), GenericParquetReaders.buildReader(new Schema(column), message, constants));
    }

    private static Type find(MessageType message, int fieldId) {
        for (Type field : message.getFields()) {
            if (field.getId() != null && field.getId().intValue() == fieldId) {
                return field;
            }
        }
        return null;
    }

    private static ParquetColumn absent(Types.NestedField column, Field wanted) {
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
    private static ParquetColumn flat(ColumnDescriptor descriptor, ColumnType wanted) {
        PrimitiveType type = descriptor.getPrimitiveType();
        boolean annotated = type.getLogicalTypeAnnotation() != null;
        return switch (wanted.kind()) {
            case BOOLEAN -> type.getPrimitiveTypeName() == PrimitiveTypeName.BOOLEAN
                    ? new FlatColumns.Booleans(descriptor) : null;
            case INT, LONG -> integers(descriptor);
            case DATE -> type.getLogicalTypeAnnotation() instanceof DateLogicalTypeAnnotation || !annotated
                    ? numbers(descriptor, 1) : null;
            case TIME -> times(descriptor);
            case TIMESTAMP, TIMESTAMP_TZ -> timestamps(descriptor, false);
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> timestamps(descriptor, true);
            case FLOAT, DOUBLE -> switch (type.getPrimitiveTypeName()) {
                case FLOAT -> new FlatColumns.Floats(descriptor);
                case DOUBLE -> new FlatColumns.Doubles(descriptor);
                default -> null;
            };
            case DECIMAL -> decimals(descriptor, wanted);
            case STRING, BINARY -> type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY
                    ? new FlatColumns.Bytes(descriptor) : null;
            case FIXED, UUID -> type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
                    ? new FlatColumns.Bytes(descriptor) : null;
            case STRUCT, LIST, MAP -> null;
        };
    }

    private static ParquetColumn numbers(ColumnDescriptor descriptor, long factor) {
        return switch (descriptor.getPrimitiveType().getPrimitiveTypeName()) {
            case INT32 -> new FlatColumns.Ints(descriptor, factor);
            case INT64 -> new FlatColumns.Longs(descriptor, factor);
            default -> null;
        };
    }

    private static ParquetColumn integers(ColumnDescriptor descriptor) {
        LogicalTypeAnnotation annotation = descriptor.getPrimitiveType().getLogicalTypeAnnotation();
        if (annotation == null) {
            return numbers(descriptor, 1);
        }
        if (!(annotation instanceof IntLogicalTypeAnnotation integer)) {
            return null;
        }
        if (integer.isSigned() || integer.getBitWidth() < 32) {
            return numbers(descriptor, 1);
        }
        // Iceberg's own reader would take the sign bit for a sign; of 64 bits it refuses
        return integer.getBitWidth() == 32 ? new FlatColumns.UnsignedInts(descriptor) : null;
    }

    private static ParquetColumn times(ColumnDescriptor descriptor) {
        if (!(descriptor.getPrimitiveType().getLogicalTypeAnnotation() instanceof TimeLogicalTypeAnnotation time)) {
            return null;
        }
        return switch (time.getUnit()) {
            case MILLIS -> numbers(descriptor, 1_000);
            case MICROS -> numbers(descriptor, 1);
            case NANOS -> null;
        };
    }

    private static ParquetColumn timestamps(ColumnDescriptor descriptor, boolean nanos) {
        LogicalTypeAnnotation annotation = descriptor.getPrimitiveType().getLogicalTypeAnnotation();
        if (!(annotation instanceof TimestampLogicalTypeAnnotation time)) {
            return null;
        }
        if (time.getUnit() == TimeUnit.NANOS) {
            return nanos ? numbers(descriptor, 1) : null;
        }
        long micros = time.getUnit() == TimeUnit.MILLIS ? 1_000 : 1;
        return numbers(descriptor, nanos ? micros * 1_000 : micros);
    }

    private static ParquetColumn decimals(ColumnDescriptor descriptor, ColumnType wanted) {
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
            case INT32 -> wide ? new FlatColumns.WidenedDecimals(descriptor, true)
                    : new FlatColumns.Ints(descriptor, 1);
            case INT64 -> wide ? new FlatColumns.WidenedDecimals(descriptor, false)
                    : new FlatColumns.Longs(descriptor, 1);
            case BINARY, FIXED_LEN_BYTE_ARRAY -> new FlatColumns.BinaryDecimals(descriptor, wide);
            default -> null;
        };
    }

    /// One value for all rows, in Iceberg's generic data model.
    private record Constant(ColumnType type, Object value) implements ParquetColumn {
        @Override
        public ParquetValueReader<?> reader() {
            return ParquetValueReaders.nulls();
        }

        @Override
        public boolean isNull() {
            return value == null;
        }

        @Override
        public long longValue() {
            return value == null ? 0 : RecordValues.toLong(type, value);
        }

        @Override
        public void appendTo(SegmentBuilder.ColumnAppender appender) {
            RecordValues.append(type, value, appender);
        }
    }

    /// A column read as a record of one field, in Iceberg's generic data model.
    private static final class Generic implements ParquetColumn {
        private final ColumnType type;
        private final ParquetValueReader<Record> reader;
        private Object value;

        private Generic(ColumnType type, ParquetValueReader<Record> reader) {
            this.type = type;
            this.reader = reader;
        }

        @Override
        public ParquetValueReader<?> reader() {
            return reader;
        }

        @Override
        public void accept(Object row) {
            value = ((Record) row).get(0);
        }

        @Override
        public boolean isNull() {
            return value == null;
        }

        @Override
        public long longValue() {
            return value == null ? 0 : RecordValues.toLong(type, value);
        }

        @Override
        public void appendTo(SegmentBuilder.ColumnAppender appender) {
            RecordValues.append(type, value, appender);
        }
    }
}
