package org.narwhaldb.store.iceberg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.object.LocalDisk;
import org.narwhaldb.store.object.S3ClientFactory;

/// Iceberg catalog properties completed with what this product chooses where they are silent.
final class CatalogSettings {
    static final String S3_FILE_IO = "org.apache.iceberg.aws.s3.S3FileIO";

    private static final String SQLITE = "jdbc:sqlite:";
    /// Longer than any commit of another process holds SQLite's lock.
    private static final String BUSY_TIMEOUT_MILLIS = "60000";

    private CatalogSettings() {}

    static Map<String, String> complete(Map<String, String> given) {
        Map<String, String> properties = new HashMap<>(given);
        String warehouse = given.get("warehouse");
        // a REST catalog's warehouse is a name, and its server says where files are
        boolean rest = "rest".equalsIgnoreCase(given.get("type"));
        if (warehouse != null && SourceFiles.isS3(warehouse)) {
            properties.putIfAbsent("io-impl", S3_FILE_IO);
        } else if (warehouse != null && LocalFileIO.accepts(warehouse) && (!rest || isPath(warehouse))) {
            properties.putIfAbsent("io-impl", LocalFileIO.class.getName());
            properties.put("warehouse", "file://" + LocalFileIO.path(warehouse).toAbsolutePath().normalize());
        }
        properties.putIfAbsent("http-client.type", "urlconnection");
        if (!given.containsKey("client.factory")) {
            properties.putIfAbsent("s3.client-factory-impl", S3ClientFactory.class.getName());
        }
        String uri = given.getOrDefault("uri", "");
        if (uri.startsWith("jdbc:")) {
            // V0 knows no views, and PyIceberg's SQL catalog expects V1's columns
            properties.putIfAbsent("jdbc.schema-version", "V1");
        }
        if (uri.startsWith(SQLITE)) {
            properties.putIfAbsent("jdbc.busy_timeout", BUSY_TIMEOUT_MILLIS);
            createDirectory(uri.substring(SQLITE.length()));
        }
        return properties;
    }

    private static boolean isPath(String warehouse) {
        return warehouse.startsWith("file:") || warehouse.startsWith("/");
    }

    private static void createDirectory(String database) {
        String file = database.replaceFirst("\\?.*", "");
        if (file.isEmpty() || file.startsWith(":")) {
            return;
        }
        Path directory = LocalFileIO.path(file).toAbsolutePath().getParent();
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw LocalDisk.failure(ErrorCode.CATALOG_UNAVAILABLE, "Cannot create [%s]".formatted(directory), e);
        }
    }

    static NarwhalException invalid(String name, RuntimeException cause) {
        return new NarwhalException(ErrorCode.INVALID_CONFIGURATION,
                "Cannot open Iceberg catalog [%s]: %s; see Iceberg's catalog properties"
                        .formatted(name, cause.getMessage()), cause);
    }
}
