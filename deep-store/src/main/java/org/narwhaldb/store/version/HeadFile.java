package org.narwhaldb.store.version;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.TableVersion.BuildReport;
import org.narwhaldb.store.version.TableVersion.ChunkReference;
import org.narwhaldb.store.version.TableVersion.ColumnStatistics;

/// A version's head as a JSON document; the format is in the package comment.
final class HeadFile {
    private static final String BEFORE_CHECKSUM = "{\"format\":1,\"checksum\":\"";
    private static final String AFTER_CHECKSUM = "\",\"version\":";
    private static final int CHECKSUM_BYTES = 8;
    private static final int BODY_START = BEFORE_CHECKSUM.length() + 2 * CHECKSUM_BYTES + AFTER_CHECKSUM.length();
    private static final String END = "}\n";
    private static final ObjectMapper JSON = new ObjectMapper();

    private HeadFile() {}

    static byte[] encode(TableVersion version) {
        try {
            byte[] body = JSON.writeValueAsBytes(toJson(version));
            String start = BEFORE_CHECKSUM + ContentHash.of(CHECKSUM_BYTES, body) + AFTER_CHECKSUM;
            byte[] file = Arrays.copyOf(start.getBytes(StandardCharsets.US_ASCII), BODY_START + body.length
                    + END.length());
            System.arraycopy(body, 0, file, BODY_START, body.length);
            System.arraycopy(END.getBytes(StandardCharsets.US_ASCII), 0, file, BODY_START + body.length, END.length());
            return file;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A JSON tree can always be written", e);
        }
    }

    static TableVersion decode(String name, byte[] file) {
        int bodyEnd = file.length - END.length();
        if (bodyEnd <= BODY_START) {
            throw corrupt(name, "truncated to %d bytes".formatted(file.length), null);
        }
        byte[] body = Arrays.copyOfRange(file, BODY_START, bodyEnd);
        String expected = BEFORE_CHECKSUM + ContentHash.of(CHECKSUM_BYTES, body) + AFTER_CHECKSUM;
        String found = new String(file, 0, BODY_START, StandardCharsets.ISO_8859_1);
        String end = new String(file, bodyEnd, END.length(), StandardCharsets.ISO_8859_1);
        if (!found.equals(expected) || !end.equals(END)) {
            throw corrupt(name, "its checksum or its format differs", null);
        }
        try {
            return fromJson(JSON.readTree(body));
        } catch (IOException | RuntimeException e) {
            throw corrupt(name, e.getMessage(), e);
        }
    }

    private static NarwhalException corrupt(String name, String reason, Exception cause) {
        return new NarwhalException(ErrorCode.CORRUPT_VERSION, "Head file [%s] is damaged: %s".formatted(name, reason),
                cause);
    }

    private static ObjectNode toJson(TableVersion version) {
        ObjectNode node = JSON.createObjectNode();
        node.put("id", version.id().toString());
        node.put("parent", version.parent() == null ? null : version.parent().toString());
        node.put("epoch", version.epoch());
        node.put("namespace", version.table().namespace());
        node.put("name", version.table().name());
        node.put("tableUuid", version.tableUuid());
        node.put("snapshotId", version.snapshotId());
        node.put("sequenceNumber", version.sequenceNumber());
        node.put("schemaId", version.schemaId());
        node.put("specHash", version.specHash());
        node.put("shardCount", version.shardCount());
        node.put("replicas", version.replicas());
        node.put("timeColumn", version.timeColumn());
        node.set("fields", fields(version.fields()));
        node.put("createdAtMillis", version.createdAtMillis());
        node.put("rowCount", version.rowCount());
        node.put("segmentCount", version.segmentCount());
        node.set("columnStatistics", statistics(version.columnStatistics()));
        node.set("chunks", chunks(version.chunks()));
        node.set("sourceChunks", chunks(version.sourceChunks()));
        node.set("build", build(version.build()));
        return node;
    }

    private static TableVersion fromJson(JsonNode node) {
        JsonNode parent = node.required("parent");
        JsonNode timeColumn = node.required("timeColumn");
        return new TableVersion(
                VersionId.parse(node.required("id").asText()), parent.isNull() ? null
                        : VersionId.parse(parent.asText()),
                node.required("epoch").asLong(),
                new TableName(node.required("namespace").asText(), node.required("name").asText()),
                text(node, "tableUuid"), node.required("snapshotId").asLong(), node.required("sequenceNumber").asLong(),
                node.required("schemaId").asInt(), text(node, "specHash"), node.required("shardCount").asInt(),
                node.required("replicas").asInt(), timeColumn.isNull() ? null : timeColumn.asText(),
                fields(node.required("fields")), node.required("createdAtMillis").asLong(),
                node.required("rowCount").asLong(), node.required("segmentCount").asLong(),
                statistics(node.required("columnStatistics")),
                chunks(node.required("chunks")), chunks(node.required("sourceChunks")), build(node.required("build")));
    }

    private static String text(JsonNode node, String name) {
        JsonNode value = node.required(name);
        return value.isNull() ? null : value.asText();
    }

    private static ArrayNode fields(List<Field> fields) {
        ArrayNode nodes = JSON.createArrayNode();
        for (Field field : fields) {
            ObjectNode node = nodes.addObject();
            node.put("id", field.id());
            node.put("name", field.name());
            node.put("nullable", field.nullable());
            node.put("type", field.type().kind().name());
            if (field.type().precision() > 0) {
                node.put("precision", field.type().precision());
                node.put("scale", field.type().scale());
            }
            if (!field.type().fields().isEmpty()) {
                node.set("fields", fields(field.type().fields()));
            }
        }
        return nodes;
    }

    private static List<Field> fields(JsonNode nodes) {
        List<Field> fields = new ArrayList<>();
        for (JsonNode node : nodes) {
            List<Field> nested = node.has("fields") ? fields(node.get("fields")) : List.of();
            ColumnType type = new ColumnType(ColumnType.Kind.valueOf(node.required("type").asText()),
                    node.path("precision").asInt(), node.path("scale").asInt(), nested);
            fields.add(new Field(node.required("id").asInt(), node.required("name").asText(), type,
                    node.required("nullable").asBoolean()));
        }
        return fields;
    }

    private static ObjectNode statistics(Map<Integer, ColumnStatistics> statistics) {
        ObjectNode nodes = JSON.createObjectNode();
        for (Map.Entry<Integer, ColumnStatistics> entry : new TreeMap<>(statistics).entrySet()) {
            ObjectNode node = nodes.putObject(String.valueOf(entry.getKey()));
            node.set("min", JsonValues.write(entry.getValue().min()));
            node.set("max", JsonValues.write(entry.getValue().max()));
            node.put("nullCount", entry.getValue().nullCount());
            node.put("distinctCount", entry.getValue().distinctCount());
        }
        return nodes;
    }

    private static Map<Integer, ColumnStatistics> statistics(JsonNode nodes) {
        Map<Integer, ColumnStatistics> statistics = new HashMap<>();
        nodes.properties().forEach(entry -> {
            JsonNode node = entry.getValue();
            statistics.put(Integer.valueOf(entry.getKey()), new ColumnStatistics(
                    JsonValues.read(node.required("min")), JsonValues.read(node.required("max")),
                    node.required("nullCount").asLong(), node.required("distinctCount").asLong()));
        });
        return statistics;
    }

    private static ArrayNode chunks(List<ChunkReference> chunks) {
        ArrayNode nodes = JSON.createArrayNode();
        for (ChunkReference chunk : chunks) {
            ObjectNode node = nodes.addObject();
            node.put("file", chunk.file());
            node.put("entries", chunk.entryCount());
            node.put("from", chunk.shardFrom());
            node.put("to", chunk.shardTo());
        }
        return nodes;
    }

    private static List<ChunkReference> chunks(JsonNode nodes) {
        List<ChunkReference> chunks = new ArrayList<>();
        for (JsonNode node : nodes) {
            chunks.add(new ChunkReference(node.required("file").asText(), node.required("entries").asInt(),
                    node.required("from").asInt(), node.required("to").asInt()));
        }
        return chunks;
    }

    private static JsonNode build(BuildReport build) {
        if (build == null) {
            return JSON.nullNode();
        }
        ObjectNode node = JSON.createObjectNode();
        node.put("filesAdded", build.filesAdded());
        node.put("filesRemoved", build.filesRemoved());
        node.put("filesRead", build.filesRead());
        node.put("deletesRead", build.deletesRead());
        node.put("segmentsBuilt", build.segmentsBuilt());
        node.put("segmentsReused", build.segmentsReused());
        node.put("rowsBuilt", build.rowsBuilt());
        node.put("millis", build.millis());
        return node;
    }

    private static BuildReport build(JsonNode node) {
        if (node.isNull()) {
            return null;
        }
        return new BuildReport(node.required("filesAdded").asInt(), node.required("filesRemoved").asInt(),
                node.required("filesRead").asInt(), node.required("deletesRead").asInt(),
                node.required("segmentsBuilt").asInt(), node.required("segmentsReused").asInt(),
                node.required("rowsBuilt").asLong(), node.required("millis").asLong());
    }
}
