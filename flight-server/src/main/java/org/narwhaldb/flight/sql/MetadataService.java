package org.narwhaldb.flight.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.sql.FlightSqlColumnMetadata;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.narwhaldb.engine.exchange.ArrowBatches;
import org.narwhaldb.flight.query.QueryService;
import org.narwhaldb.segment.ColumnType;

/// The catalog as Flight SQL clients browse it. Answers are small and sent in one batch.
final class MetadataService {
    static final String TABLE = "TABLE";
    static final String SYSTEM_TABLE = "SYSTEM TABLE";

    private final QueryService queries;
    private final BufferAllocator allocator;
    private final String catalogName;

    MetadataService(QueryService queries, BufferAllocator allocator, String catalogName) {
        this.queries = queries;
        this.allocator = allocator;
        this.catalogName = catalogName;
    }

    void catalogs(ServerStreamListener listener) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Schemas.GET_CATALOGS_SCHEMA, allocator)) {
            root.allocateNew();
            text(root, "catalog_name", 0, catalogName);
            send(root, 1, listener);
        }
    }

    void schemas(FlightSql.CommandGetDbSchemas command, ServerStreamListener listener) {
        Predicate<String> pattern = LikePattern.of(command.hasDbSchemaFilterPattern() ? command.getDbSchemaFilterPattern() : null);
        boolean here = !command.hasCatalog() || isHere(command.getCatalog());
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Schemas.GET_SCHEMAS_SCHEMA, allocator)) {
            root.allocateNew();
            int row = 0;
            for (String schema : queries.schemas()) {
                if (here && pattern.test(schema)) {
                    text(root, "catalog_name", row, catalogName);
                    text(root, "db_schema_name", row++, schema);
                }
            }
            send(root, row, listener);
        }
    }

    void tableTypes(ServerStreamListener listener) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Schemas.GET_TABLE_TYPES_SCHEMA, allocator)) {
            root.allocateNew();
            text(root, "table_type", 0, TABLE);
            text(root, "table_type", 1, SYSTEM_TABLE);
            send(root, 2, listener);
        }
    }

    static Schema tablesSchema(FlightSql.CommandGetTables command) {
        return command.getIncludeSchema() ? Schemas.GET_TABLES_SCHEMA : Schemas.GET_TABLES_SCHEMA_NO_SCHEMA;
    }

    void tables(FlightSql.CommandGetTables command, ServerStreamListener listener) {
        Predicate<String> schemaPattern =
                LikePattern.of(command.hasDbSchemaFilterPattern() ? command.getDbSchemaFilterPattern() : null);
        Predicate<String> tablePattern =
                LikePattern.of(command.hasTableNameFilterPattern() ? command.getTableNameFilterPattern() : null);
        List<String> types = command.getTableTypesList();
        boolean here = !command.hasCatalog() || isHere(command.getCatalog());
        try (VectorSchemaRoot root = VectorSchemaRoot.create(tablesSchema(command), allocator)) {
            root.allocateNew();
            int row = 0;
            for (String schema : here ? queries.schemas() : List.<String>of()) {
                for (QueryService.Table table : schemaPattern.test(schema) ? queries.tables(schema) : List.<QueryService.Table>of()) {
                    String type = table.system() ? SYSTEM_TABLE : TABLE;
                    if (tablePattern.test(table.name().name()) && (types.isEmpty() || types.contains(type))) {
                        text(root, "catalog_name", row, catalogName);
                        text(root, "db_schema_name", row, schema);
                        text(root, "table_name", row, table.name().name());
                        text(root, "table_type", row, type);
                        if (command.getIncludeSchema()) {
                            ((VarBinaryVector) root.getVector("table_schema")).setSafe(row, serialise(schema(table)));
                        }
                        row++;
                    }
                }
            }
            send(root, row, listener);
        }
    }

    /// Narwhal has no keys: an empty answer of the right shape, which clients need.
    void empty(Schema schema, ServerStreamListener listener) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
            root.allocateNew();
            send(root, 0, listener);
        }
    }

    /// The Arrow schema of an answer or a table, with the column metadata that JDBC's `getColumns` and `ResultSetMetaData` read.
    Schema schema(QueryService.Table table) {
        List<Field> fields = ArrowBatches.schema(table.columns()).getFields();
        List<Field> described = new ArrayList<>();
        for (int index = 0; index < fields.size(); index++) {
            described.add(withMetadata(fields.get(index), table.columns().get(index), table));
        }
        return new Schema(described);
    }

    private Field withMetadata(Field field, org.narwhaldb.segment.Field column, QueryService.Table table) {
        FlightSqlColumnMetadata.Builder metadata = new FlightSqlColumnMetadata.Builder()
                .catalogName(catalogName).schemaName(table.name().namespace()).tableName(table.name().name())
                .typeName(TypeInfo.name(column.type())).isAutoIncrement(false)
                .isCaseSensitive(column.type().kind() == ColumnType.Kind.STRING).isReadOnly(true).isSearchable(true);
        if (column.type().kind() == ColumnType.Kind.DECIMAL) {
            metadata.precision(column.type().precision()).scale(column.type().scale());
        }
        return new Field(field.getName(), new FieldType(field.isNullable(), field.getType(), null,
                metadata.build().getMetadataMap()), field.getChildren());
    }

    /// The empty catalog name means "without a catalog" to JDBC; there are none such.
    private boolean isHere(String catalog) {
        return catalog.equals(catalogName);
    }

    private static void text(VectorSchemaRoot root, String column, int row, String value) {
        ((VarCharVector) root.getVector(column)).setSafe(row, value.getBytes(UTF_8));
    }

    static byte[] serialise(Schema schema) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            MessageSerializer.serialize(new WriteChannel(Channels.newChannel(bytes)), schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static void send(VectorSchemaRoot root, int rowCount, ServerStreamListener listener) {
        root.setRowCount(rowCount);
        listener.start(root);
        listener.putNext();
        listener.completed();
    }
}
