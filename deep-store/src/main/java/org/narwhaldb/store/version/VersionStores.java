package org.narwhaldb.store.version;

import java.nio.charset.StandardCharsets;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.object.ObjectStore;

/// Opens version stores, and knows where a table's files stand.
public final class VersionStores {
    private static final long CACHE_BYTES_DEFAULT = 128L << 20;

    private VersionStores() {}

    /// Heads and chunks live beside the segment files in `store`, one directory a table; decoded chunks are cached.
    public static VersionStore over(ObjectStore store) {
        return over(store, CACHE_BYTES_DEFAULT);
    }

    /// @param cacheBytes heap that decoded chunks may hold
    public static VersionStore over(ObjectStore store, long cacheBytes) {
        return new ObjectVersionStore(store, cacheBytes);
    }

    /// Where a table's versions and live-rows files stand in the store, without a slash at the end; segment files may
    /// stand below it too, in a directory other than `versions`, `chunks` and `live`.
    public static String tableDirectory(TableName table) {
        return "tables/" + safe(table.namespace()) + "/" + safe(table.name());
    }

    public static String headFile(TableName table, VersionId id) {
        return headDirectory(table) + id + ".json";
    }

    static String headDirectory(TableName table) {
        return tableDirectory(table) + "/versions/";
    }

    static String chunkFile(TableName table, VersionId id, String hash, ChunkKind kind) {
        return tableDirectory(table) + "/chunks/" + id + "-" + hash + "." + kind.extension();
    }

    private static String safe(String name) {
        StringBuilder text = new StringBuilder();
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            char letter = (char) (each & 0xff);
            boolean plain = letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z' || letter >= '0'
                    && letter <= '9'
                    || letter == '_' || letter == '-' || letter == '.' && !text.isEmpty();
            if (plain) {
                text.append(letter);
            } else {
                text.append('%').append("%02X".formatted(each & 0xff));
            }
        }
        return text.toString();
    }
}
