package org.narwhaldb.store.object;

import java.util.Map;

/// Opens object stores by URI.
public final class ObjectStores {
    private ObjectStores() {}

    /// @param rootUri `file:/…`, a plain local path, or `s3://bucket/prefix`
    /// @param properties Iceberg's `s3.*` and `client.*` properties, for S3
    public static ObjectStore open(String rootUri, Map<String, String> properties) {
        throw new UnsupportedOperationException();
    }
}
