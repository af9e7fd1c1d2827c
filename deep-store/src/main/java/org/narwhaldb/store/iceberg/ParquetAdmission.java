package org.narwhaldb.store.iceberg;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.Schema;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Whether a Parquet file fits a table, judged by its footer, and whether it may become a data file as it is.
final class ParquetAdmission {
    private final ParquetFooter footer;
    private final String tableName;
    private final Schema table;
    private final NameMapping mapping;
    private final Schema file;
    private final Set<Integer> found = new HashSet<>();
    private boolean asItIs;

    private ParquetAdmission(ParquetFooter footer, String tableName, Schema table, NameMapping mapping) {
        this.footer = footer;
        this.tableName = tableName;
        this.table = table;
        this.mapping = mapping;
        this.file = footer.icebergSchema();
    }

    /// @param asItIs whether every engine that follows Iceberg reads the file right in place; else its rows must be
    ///     written anew
    /// @param columns of the table by the file's column name
    record Fit(boolean asItIs, Schema fileSchema, Map<String, Types.NestedField> columns) {}

    /// @param mapping of the table, or null
    /// @throws NarwhalException SCHEMA_MISMATCH
    static Fit check(ParquetFooter footer, String tableName, Schema table, NameMapping mapping) {
        return new ParquetAdmission(footer, tableName, table, mapping).check();
    }

    private Fit check() {
        asItIs = footer.hasIds() || mapping != null;
        Map<String, Types.NestedField> columns = new HashMap<>();
        for (Types.NestedField column : file.columns()) {
            Types.NestedField target = target(column);
            if (!found.add(target.fieldId())) {
                throw mismatch("column [%s] and another one stand for the table's [%s]", column.name(), target.name());
            }
            requireType(column.name(), column.type(), target.type());
            columns.put(column.name(), target);
        }
        for (Types.NestedField column : table.columns()) {
            if (column.isRequired() && !found.contains(column.fieldId())) {
                throw mismatch("column [%s] of the table is required and missing", column.name());
            }
        }
        for (ColumnDescriptor column : footer.schema().getColumns()) {
            inspect(column);
        }
        return new Fit(asItIs, file, columns);
    }

    private Types.NestedField target(Types.NestedField column) {
        Types.NestedField byName = table.asStruct().field(column.name());
        if (footer.hasIds()) {
            // ids of another table mean nothing here: only where names agree too are they this table's
            asItIs &= byName != null && byName.fieldId() == column.fieldId();
        } else if (mapping != null) {
            MappedField mapped = mapping.find(column.name());
            Types.NestedField byMapping =
                    mapped == null || mapped.id() == null ? null : table.asStruct().field(mapped.id());
            if (byMapping != null) {
                return byMapping;
            }
            asItIs = false;
        }
        if (byName == null) {
            throw mismatch("column [%s] is not in the table; its columns are %s",
                    column.name(), table.columns().stream().map(Types.NestedField::name).toList());
        }
        return byName;
    }

    private void requireType(String path, Type inFile, Type inTable) {
        if (inFile.typeId() != inTable.typeId() && (inFile.isNestedType() || inTable.isNestedType())) {
            throw mismatch("column [%s] is %s, in the table %s", path, inFile, inTable);
        }
        if (inTable.isPrimitiveType()) {
            if (!TypeUtil.isPromotionAllowed(inFile, inTable.asPrimitiveType())) {
                throw mismatch("column [%s] is %s, in the table %s", path, inFile, inTable);
            }
            return;
        }
        List<Types.NestedField> fileFields = inFile.asNestedType().fields();
        List<Types.NestedField> tableFields = inTable.asNestedType().fields();
        if (inTable.isStructType()) {
            requireStruct(path, fileFields, inTable.asStructType());
            return;
        }
        for (int index = 0; index < tableFields.size(); index++) {
            Types.NestedField target = tableFields.get(index);
            requireType(path + "." + target.name(), fileFields.get(index).type(), target.type());
        }
    }

    private void requireStruct(String path, List<Types.NestedField> fields, Types.StructType inTable) {
        for (Types.NestedField field : fields) {
            Types.NestedField target = inTable.field(field.name());
            if (target == null) {
                throw mismatch("field [%s.%s] is not in the table", path, field.name());
            }
            requireType(path + "." + field.name(), field.type(), target.type());
        }
        List<String> names = fields.stream().map(Types.NestedField::name).toList();
        if (!names.equals(inTable.fields().stream().map(Types.NestedField::name).toList())) {
            throw mismatch("fields of column [%s] are %s, in the table %s", path, names, inTable.fields());
        }
    }

    /// Encodings that Iceberg's readers take, but whose statistics they would misread: rows would be skipped.
    private void inspect(ColumnDescriptor column) {
        LogicalTypeAnnotation annotation = column.getPrimitiveType().getLogicalTypeAnnotation();
        boolean millis = annotation instanceof TimestampLogicalTypeAnnotation timestamp
                && timestamp.getUnit() == TimeUnit.MILLIS
                || annotation instanceof TimeLogicalTypeAnnotation time && time.getUnit() != TimeUnit.MICROS;
        boolean unsigned = annotation instanceof IntLogicalTypeAnnotation integer
                && !integer.isSigned() && integer.getBitWidth() >= 32;
        boolean legacy = column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT96;
        asItIs &= !millis && !unsigned && !legacy;
        if (unsigned && column.getPath().length > 1) {
            throw mismatch("column [%s] holds unsigned integers inside a nested type, which cannot be read",
                    String.join(".", column.getPath()));
        }
    }

    /// A column that may hold NULLs in the file must not in the table: the footer counts them.
    static void requireNoNulls(Schema table, Metrics metrics, String location) {
        for (Types.NestedField column : table.columns()) {
            Long nulls = metrics.nullValueCounts() == null ? null : metrics.nullValueCounts().get(column.fieldId());
            if (column.isRequired() && column.type().isPrimitiveType() && metrics.recordCount() > 0
                    && (nulls == null || nulls > 0)) {
                throw NarwhalException.of(ErrorCode.SCHEMA_MISMATCH,
                        "Parquet file [%s]: column [%s] may be NULL, in the table it is required", location,
                        column.name());
            }
        }
    }

    private NarwhalException mismatch(String format, Object... arguments) {
        return NarwhalException.of(ErrorCode.SCHEMA_MISMATCH, "Parquet file [%s] does not fit table [%s]: %s",
                footer.location(), tableName, format.formatted(arguments));
    }
}
