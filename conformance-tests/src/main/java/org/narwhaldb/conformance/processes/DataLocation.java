package org.narwhaldb.conformance.processes;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Where a cluster's data is.
///
/// @param catalog Iceberg's catalog properties, S3 settings included
/// @param segmentStore folder or `s3://` URI
/// @param others the catalog properties of programs beside the cluster
public record DataLocation(Map<String, String> catalog, String segmentStore, Map<String, String> others) {

    /// Catalog on SQLite, warehouse and segments on the local disk.
    public static DataLocation local(Path directory) {
        Map<String, String> catalog = sqlite(directory, directory.resolve("warehouse").toUri().toString());
        return new DataLocation(catalog, directory.resolve("segment-store").toString(), catalog);
    }

    /// A catalog on SQLite whose warehouse is elsewhere.
    public static Map<String, String> sqlite(Path directory, String warehouse) {
        return Map.of("type", "jdbc", "uri", "jdbc:sqlite:" + directory.resolve("catalog.db"), "jdbc.schema-version", "V1",
                "warehouse", warehouse);
    }

    /// The catalog as a process beside the cluster opens it: the cluster polls the same SQLite file, so it has to wait its turn.
    public Map<String, String> catalogForOthers() {
        Map<String, String> properties = new HashMap<>(others);
        properties.computeIfPresent("uri", (_, uri) -> uri.startsWith("jdbc:sqlite:") ? uri + "?busy_timeout=30000" : uri);
        return properties;
    }
}
