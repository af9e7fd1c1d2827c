package org.narwhaldb.launcher.config;

import java.time.Duration;
import java.util.Map;

/// What every process is told.
///
/// @param zooKeeper connect string
/// @param cluster name of the Helix cluster
/// @param host,port where this process' Flight service listens and is reached
/// @param memoryBytes of the whole process; the launcher script makes the heap of it
public record ProcessConfig(String zooKeeper, String cluster, String host, int port, long memoryBytes) {
    public static final String DEFAULT_CLUSTER = "narwhal";
    private static final long DEFAULT_MEMORY_BYTES = 4L << 30;
    private static final long DEFAULT_DRAIN_MILLIS = 30_000;
    public static final long DEFAULT_WARM_UP_MILLIS = 5_000;

    public static ProcessConfig of(ConfigFile file, int defaultPort) {
        return new ProcessConfig(file.required("zookeeper"), file.text("cluster", DEFAULT_CLUSTER), file.text("host", "127.0.0.1"),
                (int) file.number("port", defaultPort, 0, 65_535), file.bytes("memory", DEFAULT_MEMORY_BYTES));
    }

    /// How long a process that is told to stop lets what runs on it end.
    /// How long a process that plans or scans warms itself up before it takes queries.
    public static long warmUpMillis(ConfigFile file, long otherwise) {
        return file.number("warm-up-millis", otherwise, 0, 600_000);
    }

    public static Duration drainTimeout(ConfigFile file) {
        return Duration.ofMillis(file.number("drain-timeout-millis", DEFAULT_DRAIN_MILLIS, 0, 86_400_000));
    }

    /// Of the heap, half is for queries; the rest is for what the process itself keeps.
    public static long queryMemoryBytes() {
        return Runtime.getRuntime().maxMemory() / 2;
    }

    /// What is kept from query to query of one kind, unless configured: little of a small heap.
    public static long keptBytes(long most) {
        return Math.min(most, Runtime.getRuntime().maxMemory() / 32);
    }

    /// Where data is: the Iceberg catalog and the segment store.
    ///
    /// @param catalogProperties as Iceberg names them; also carries the S3 properties of the segment store
    public record LakeConfig(String catalogName, Map<String, String> catalogProperties, String segmentStore) {
        public static LakeConfig of(ConfigFile file) {
            return new LakeConfig(file.text("catalog-name", "narwhal"), file.below("catalog."), file.required("segment-store"));
        }
    }
}
