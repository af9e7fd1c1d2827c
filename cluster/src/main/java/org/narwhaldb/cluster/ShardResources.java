package org.narwhaldb.cluster;

import java.util.regex.Pattern;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;

/// Names of the Helix resources that hold a table's shards.
public final class ShardResources {
    private static final Pattern POOL = Pattern.compile("pool@[^@]+@[0-9]+");
    private static final Pattern TIER_AND_SHAPE = Pattern.compile("[^@]+@[0-9]+x[0-9]+");

    private ShardResources() {}

    /// The resource of a version's shards: the pool of its tier and replica count if the version has as many shards as the
    /// pool, else the table's own.
    public static String of(TableName table, String tier, int shardCount, int replicas) {
        return shardCount == TableSpec.POOL_SHARDS ? "pool@" + tier + "@" + replicas
                : table + "@" + tier + "@" + shardCount + "x" + replicas;
    }

    /// Whether many tables share the resource.
    public static boolean isPool(String resource) {
        return POOL.matcher(resource).matches();
    }

    /// Whether the resource is one that [#of] names for the table alone.
    public static boolean isOwn(TableName table, String resource) {
        String prefix = table + "@";
        return resource.startsWith(prefix) && TIER_AND_SHAPE.matcher(resource.substring(prefix.length())).matches();
    }
}
