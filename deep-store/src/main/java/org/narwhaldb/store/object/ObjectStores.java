package org.narwhaldb.store.object;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Opens object stores by URI.
public final class ObjectStores {
    private ObjectStores() {}

    /// @param rootUri `file:/…`, a plain local path, or `s3://bucket/prefix`
    /// @param properties Iceberg's `s3.*` and `client.*` properties, for S3
    public static ObjectStore open(String rootUri, Map<String, String> properties) {
        if (rootUri.isBlank()) {
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION, "The root of a store is blank");
        }
        if (S3ObjectStore.accepts(rootUri)) {
            return S3ObjectStore.open(rootUri, properties);
        }
        if (!rootUri.startsWith("file:") && rootUri.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
            throw unknownRoot(rootUri, null);
        }
        try {
            Path root = rootUri.startsWith("file:") ? Path.of(URI.create(rootUri).getPath()) : Path.of(rootUri);
            return new LocalObjectStore(root.toAbsolutePath().normalize());
        } catch (IllegalArgumentException | NullPointerException e) {
            throw unknownRoot(rootUri, e);
        }
    }

    private static NarwhalException unknownRoot(String rootUri, RuntimeException cause) {
        String reason = cause instanceof InvalidPathException path ? path.getReason() : "not a valid URI";
        return new NarwhalException(ErrorCode.INVALID_CONFIGURATION,
                "Cannot open store [%s]: %s; expected a local path, file:/… or s3://bucket/prefix"
                        .formatted(rootUri, reason), cause);
    }
}
