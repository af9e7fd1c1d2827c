package org.narwhaldb.cluster;

/// A Helix partition: shard `number` of a resource.
///
/// @param resource `pool@TIER@REPLICAS`, or `TABLE@TIER` for a table with shards of its own
public record ShardId(String resource, int number) {
    @Override
    public String toString() {
        return resource + "_" + number;
    }
}
