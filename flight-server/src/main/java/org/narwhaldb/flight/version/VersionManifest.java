package org.narwhaldb.flight.version;

import java.util.BitSet;
import java.util.List;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion;

/// A table version with its segments, as a front end routes by it. Immutable.
///
/// @param segments in segment-id order: partial results combine in this order, so that a repeated query repeats its digits
/// @param requiredShards the shards that hold at least one segment
public record VersionManifest(TableVersion version, List<SegmentEntry> segments, ShardSet requiredShards) {

    public static VersionManifest of(TableVersion version, Iterable<SegmentEntry> entries) {
        List<SegmentEntry> segments = new java.util.ArrayList<>();
        BitSet shards = new BitSet();
        for (SegmentEntry entry : entries) {
            segments.add(entry);
            shards.set(entry.shard(version.shardCount()));
        }
        segments.sort(java.util.Comparator.comparing(SegmentEntry::segmentId));
        return new VersionManifest(version, List.copyOf(segments), ShardSet.of(shards));
    }
}
