package org.narwhaldb.store.iceberg;

import java.math.BigInteger;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetValueWriter;
import org.apache.iceberg.parquet.ParquetValueWriters;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Writes rows in the shapes of `NestedValues` as Parquet, straight from shape to page: Iceberg's own writers would ask
/// for java.time values, Strings and Integers first. The file's schema is the one Iceberg derives from the table's.
final class RowWriter {
    private static final int KNOWN_VALUES = 1 << 10;
    private static final int KNOWN_BYTES_MAX = 64;

    private final MessageType message;

    private RowWriter(MessageType message) {
        this.message = message;
    }

    static ParquetValueWriter<?> open(MessageType message) {
        List<ParquetValueWriter<?>> columns = new ArrayList<>();
        RowWriter writer = new RowWriter(message);
        // by place: in the file a name may be spelled otherwise, since Avro's rules on names apply there
        for (Type column : message.getFields()) {
            columns.add(writer.field(column, new String[] {column.getName()}));
        }
        return new Struct(columns);
    }

    private ParquetValueWriter<?> field(Type type, String[] path) {
        ParquetValueWriter<?> writer = type.isPrimitive() ? primitive(path) : group(type.asGroupType(), path);
        return ParquetValueWriters.option(type, message.getMaxDefinitionLevel(path), writer);
    }

    private ParquetValueWriter<?> group(GroupType group, String[] path) {
        if (group.getLogicalTypeAnnotation() == null) {
            List<ParquetValueWriter<?>> fields = new ArrayList<>();
            group.getFields().forEach(child -> fields.add(field(child, append(path, child.getName()))));
            return new Struct(fields);
        }
        // a list or a map: a group of one repeated group, whose children are the element, or key and value
        GroupType repeated = group.getType(0).asGroupType();
        String[] repeatedPath = append(path, repeated.getName());
        int definitionLevel = message.getMaxDefinitionLevel(repeatedPath);
        int repetitionLevel = message.getMaxRepetitionLevel(repeatedPath);
        if (repeated.getFieldCount() == 1) {
            Type element = ParquetSchemaUtil.determineListElementType(group);
            ParquetValueWriter<?> writer = field(element, append(repeatedPath, element.getName()));
            return new Elements(definitionLevel, repetitionLevel, untyped(writer));
        }
        ParquetValueWriter<?> key = field(repeated.getType(0), append(repeatedPath, repeated.getType(0).getName()));
        ParquetValueWriter<?> value = field(repeated.getType(1), append(repeatedPath, repeated.getType(1).getName()));
        return new Pairs(definitionLevel, repetitionLevel, untyped(key), untyped(value));
    }

    private ParquetValueWriter<?> primitive(String[] path) {
        ColumnDescriptor descriptor = message.getColumnDescription(path);
        PrimitiveType type = descriptor.getPrimitiveType();
        boolean decimal = type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation;
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> ParquetValueWriters.booleans(descriptor);
            case INT32, INT64 -> new Whole(descriptor);
            case FLOAT -> new Floats(descriptor);
            case DOUBLE -> ParquetValueWriters.doubles(descriptor);
            case BINARY -> new Bytes(descriptor);
            case FIXED_LEN_BYTE_ARRAY -> decimal ? new WideDecimal(descriptor) : new Bytes(descriptor);
            case INT96 -> throw new IllegalArgumentException("Iceberg writes no INT96");
        };
    }

    @SuppressWarnings("unchecked")
    private static ParquetValueWriter<Object> untyped(ParquetValueWriter<?> writer) {
        return (ParquetValueWriter<Object>) writer;
    }

    private static String[] append(String[] path, String name) {
        String[] longer = Arrays.copyOf(path, path.length + 1);
        longer[path.length] = name;
        return longer;
    }

    static NarwhalException doesNotFit(ColumnDescriptor descriptor, Object value) {
        return NarwhalException.of(ErrorCode.BAD_INPUT_ROW, "Value [%s] does not fit column [%s] of type [%s]",
                value, String.join(".", descriptor.getPath()), descriptor.getPrimitiveType());
    }

    private static final class Struct extends ParquetValueWriters.StructWriter<Object[]> {
        private Struct(List<ParquetValueWriter<?>> fields) {
            super(IntStream.range(0, fields.size()).toArray(), fields);
        }

        @Override
        protected Object get(Object[] row, int index) {
            return row[index];
        }
    }

    private static final class Elements extends ParquetValueWriters.RepeatedWriter<Object[], Object> {
        private Elements(int definitionLevel, int repetitionLevel, ParquetValueWriter<Object> writer) {
            super(definitionLevel, repetitionLevel, writer);
        }

        @Override
        protected Iterator<Object> elements(Object[] list) {
            return Arrays.asList(list).iterator();
        }
    }

    private static final class Pairs extends ParquetValueWriters.RepeatedKeyValueWriter<Object[][], Object, Object> {
        private Pairs(
                int definitionLevel, int repetitionLevel, ParquetValueWriter<Object> key,
                        ParquetValueWriter<Object> value) {
            super(definitionLevel, repetitionLevel, key, value);
        }

        @Override
        protected Iterator<Map.Entry<Object, Object>> pairs(Object[][] map) {
            List<Map.Entry<Object, Object>> entries = new ArrayList<>(map.length);
            for (Object[] pair : map) {
                entries.add(new SimpleImmutableEntry<>(pair[0], pair[1]));
            }
            return entries.iterator();
        }
    }

    /// Integers, dates, times, timestamps and decimals that fit a long.
    private static final class Whole extends ParquetValueWriters.PrimitiveWriter<Object> {
        private final ColumnDescriptor descriptor;
        private final boolean ints;
        private final long max;

        private Whole(ColumnDescriptor descriptor) {
            super(descriptor);
            PrimitiveType type = descriptor.getPrimitiveType();
            this.descriptor = descriptor;
            this.ints = type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.INT32;
            this.max = type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal
                    ? powerOfTen(decimal.getPrecision()) - 1 : ints ? Integer.MAX_VALUE : Long.MAX_VALUE;
        }

        private static long powerOfTen(int digits) {
            return BigInteger.TEN.pow(digits).longValueExact();
        }

        @Override
        public void write(int repetitionLevel, Object value) {
            long number = (Long) value;
            if (number > max || number < -max - 1 || ints && number != (int) number) {
                throw doesNotFit(descriptor, value);
            }
            if (ints) {
                column.writeInteger(repetitionLevel, (int) number);
            } else {
                column.writeLong(repetitionLevel, number);
            }
        }
    }

    private static final class Floats extends ParquetValueWriters.PrimitiveWriter<Object> {
        private Floats(ColumnDescriptor descriptor) {
            super(descriptor);
        }

        @Override
        public void write(int repetitionLevel, Object value) {
            column.writeFloat(repetitionLevel, (float) (double) (Double) value);
        }
    }

    private static final class Bytes extends ParquetValueWriters.PrimitiveWriter<Object> {
        private final ColumnDescriptor descriptor;
        /// 0 for any.
        private final int length;
        private final Binary[] known = new Binary[KNOWN_VALUES];

        private Bytes(ColumnDescriptor descriptor) {
            super(descriptor);
            this.descriptor = descriptor;
            this.length = descriptor.getPrimitiveType().getTypeLength();
        }

        @Override
        public void write(int repetitionLevel, Object value) {
            byte[] bytes = (byte[]) value;
            if (length > 0 && bytes.length != length) {
                throw doesNotFit(descriptor, bytes.length + " bytes");
            }
            column.writeBinary(repetitionLevel, binary(bytes));
        }

        /// One object for values that repeat: parquet-java's dictionary compares byte by byte, but for the same array.
        private Binary binary(byte[] bytes) {
            int slot = hash(bytes) & KNOWN_VALUES - 1;
            Binary last = known[slot];
            if (last != null && Arrays.equals(last.getBytesUnsafe(), bytes)) {
                return last;
            }
            Binary value = Binary.fromConstantByteArray(bytes);
            if (bytes.length <= KNOWN_BYTES_MAX) {
                known[slot] = value;
            }
            return value;
        }

        private static int hash(byte[] bytes) {
            int hash = bytes.length;
            // the last bytes tell most values apart
            for (int i = Math.max(0, bytes.length - 16); i < bytes.length; i++) {
                hash = 31 * hash + bytes[i];
            }
            return hash ^ hash >>> 12;
        }
    }

    /// Decimals of more than 18 digits, sign-extended to the fixed length.
    private static final class WideDecimal extends ParquetValueWriters.PrimitiveWriter<Object> {
        private final ColumnDescriptor descriptor;
        private final int length;
        private final BigInteger limit;

        private WideDecimal(ColumnDescriptor descriptor) {
            super(descriptor);
            PrimitiveType type = descriptor.getPrimitiveType();
            var decimal = (DecimalLogicalTypeAnnotation) type.getLogicalTypeAnnotation();
            this.descriptor = descriptor;
            this.length = type.getTypeLength();
            this.limit = BigInteger.TEN.pow(decimal.getPrecision());
        }

        @Override
        public void write(int repetitionLevel, Object value) {
            BigInteger unscaled = (BigInteger) value;
            if (unscaled.abs().compareTo(limit) >= 0) {
                throw doesNotFit(descriptor, value);
            }
            byte[] digits = unscaled.toByteArray();
            byte[] fixed = new byte[length];
            Arrays.fill(fixed, 0, length - digits.length, (byte) (unscaled.signum() < 0 ? -1 : 0));
            System.arraycopy(digits, 0, fixed, length - digits.length, digits.length);
            column.writeBinary(repetitionLevel, Binary.fromConstantByteArray(fixed));
        }
    }
}
