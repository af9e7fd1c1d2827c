package org.narwhaldb.flight.version;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// What a segment server says it holds, as it goes over the wire.
///
/// @param isUnchanged since the generation that was asked with: then there is no more than that
/// @param shards by table and version
record Holdings(long generation, boolean isUnchanged, boolean isDraining, Map<TableName, Map<VersionId, ShardSet>> shards) {
    static final String ACTION = "holdings";
    private static final ObjectMapper JSON = new ObjectMapper();

    /// @param generation what is known, or -1: then the answer comes at once
    /// @param wait until something is new, at most so long
    static byte[] question(long generation, Duration wait) {
        return "{\"generation\":%d,\"waitMillis\":%d}".formatted(generation, generation < 0 ? 0 : wait.toMillis())
                .getBytes(StandardCharsets.UTF_8);
    }

    static Holdings parse(byte[] answer) throws IOException {
        JsonNode node = JSON.readTree(answer);
        Map<TableName, Map<VersionId, ShardSet>> held = new HashMap<>();
        for (JsonNode table : node.path("tables")) {
            Map<VersionId, ShardSet> byVersion = new HashMap<>();
            for (JsonNode version : table.path("versions")) {
                byVersion.put(VersionId.parse(version.path("id").asText()), ShardSet.parse(version.path("shards")));
            }
            held.put(TableName.parse(table.path("table").asText()), byVersion);
        }
        return new Holdings(node.path("generation").asLong(), node.path("unchanged").asBoolean(), node.path("draining").asBoolean(), held);
    }
}
