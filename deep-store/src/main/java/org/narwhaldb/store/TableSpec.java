package org.narwhaldb.store;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// How a table is served: the typed form of its Iceberg table properties `narwhal.*`. There is no other metadata store.
///
/// @param served whether Narwhal serves the table
/// @param timeColumn name of the time column, or null
/// @param clusterBy names of the columns rows are sorted by within a time bucket
/// @param shards number of shards (a power of two), or 0 to have it follow the number of segments
/// @param replicas copies of each shard
/// @param segmentTime width of a time bucket that segments do not cross
public record TableSpec(
        boolean served, String timeColumn, List<String> clusterBy, int shards, int replicas, SegmentTime segmentTime) {

    public static final String PREFIX = "narwhal.";
    public static final String SERVE = "narwhal.serve";
    public static final String TIME_COLUMN = "narwhal.time-column";
    public static final String CLUSTER_BY = "narwhal.cluster-by";
    public static final String SHARDS = "narwhal.shards";
    public static final String REPLICAS = "narwhal.replicas";
    public static final String SEGMENT_TIME = "narwhal.segment-time";
    /// Shards of the pool that small tables share; a table of as many shards is in the pool.
    public static final int POOL_SHARDS = 256;
    /// Shards of a table that has outgrown the pool.
    public static final int OWN_SHARDS = 128;
    private static final int POOL_SEGMENTS_MAX = 64;
    private static final int OWN_SEGMENTS_MIN = 16;
    public static final int DEFAULT_REPLICAS = 2;

    /// The width of time buckets; AUTO takes the finest that is not sparse.
    public enum SegmentTime { AUTO, HOUR, DAY, MONTH, YEAR, ALL }

    public TableSpec {
        clusterBy = List.copyOf(clusterBy);
    }

    /// The number of shards of a version: as the table says, else those of the pool while it has few segments. It does not
    /// grow with the table from there: ZooKeeper's data must not.
    ///
    /// @param segments of the version
    /// @param before shards of the version before it, or 0; a table that shrinks stays out of the pool for a while
    public int shardCount(long segments, int before) {
        if (shards != 0) {
            return shards;
        }
        return segments > POOL_SEGMENTS_MAX || before == OWN_SHARDS && segments >= OWN_SEGMENTS_MIN ? OWN_SHARDS : POOL_SHARDS;
    }

    /// @throws NarwhalException INVALID_CONFIGURATION naming the key, the value and what is allowed; also for an
    ///     unknown `narwhal.` key
    public static TableSpec of(Map<String, String> properties) {
        boolean served = false;
        String timeColumn = null;
        List<String> clusterBy = List.of();
        int shards = 0;
        int replicas = DEFAULT_REPLICAS;
        SegmentTime segmentTime = SegmentTime.AUTO;
        for (Map.Entry<String, String> property : new TreeMap<>(properties).entrySet()) {
            String key = property.getKey();
            String value = property.getValue();
            if (!key.startsWith(PREFIX)) {
                continue;
            }
            switch (key) {
                case SERVE -> served = Boolean.parseBoolean(value);
                case TIME_COLUMN -> timeColumn = value.isBlank() ? null : value;
                case CLUSTER_BY -> clusterBy = value.isBlank() ? List.of() : List.of(value.trim().split("\\s*,\\s*"));
                case SHARDS -> shards = number(key, value, 1, 65_536, true);
                case REPLICAS -> replicas = number(key, value, 1, 16, false);
                case SEGMENT_TIME -> segmentTime = segmentTime(value);
                default -> throw NarwhalException.of(
                        ErrorCode.INVALID_CONFIGURATION, "Unknown table property [%s]", key);
            }
        }
        return new TableSpec(served, timeColumn, clusterBy, shards, replicas, segmentTime);
    }

    private static SegmentTime segmentTime(String value) {
        for (SegmentTime candidate : SegmentTime.values()) {
            if (candidate.name().equalsIgnoreCase(value)) {
                return candidate;
            }
        }
        throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                "Table property [%s] is [%s]; expected one of auto, hour, day, month, year, all", SEGMENT_TIME, value);
    }

    private static int number(String key, String value, int min, int max, boolean powerOfTwo) {
        try {
            int number = Integer.parseInt(value.trim());
            if (number >= min && number <= max && (!powerOfTwo || Integer.bitCount(number) == 1)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the message below says it
        }
        throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                "Table property [%s] is [%s]; expected a %s from %d to %d", key, value,
                powerOfTwo ? "power of two" : "whole number", min, max);
    }
}
