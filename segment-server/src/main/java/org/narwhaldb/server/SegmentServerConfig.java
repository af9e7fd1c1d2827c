package org.narwhaldb.server;

import java.nio.file.Path;
import java.time.Duration;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// How a segment server uses its machine.
///
/// @param cacheDirectory where downloaded segment files lie; used by one process only. Segments of a local store are
///     mapped in place and take no room here
/// @param diskBudgetBytes that the cache never exceeds
/// @param retentionMillis how long a superseded version is kept: at least query timeout, ticket life and a margin
/// @param loadParallelism how many segments are fetched and checked at once
/// @param partialCacheBytes what partial answers that are kept may take of the heap; 0: none are kept
public record SegmentServerConfig(Path cacheDirectory, long diskBudgetBytes, long retentionMillis,
        int loadParallelism, long partialCacheBytes) {
    public static final Duration DEFAULT_RETENTION = Duration.ofMinutes(10);
    public static final int DEFAULT_LOAD_PARALLELISM = 4;

    public SegmentServerConfig {
        require(diskBudgetBytes > 0, "disk budget", diskBudgetBytes);
        require(retentionMillis >= 0, "retention", retentionMillis);
        require(loadParallelism > 0, "load parallelism", loadParallelism);
        require(partialCacheBytes >= 0, "partial cache", partialCacheBytes);
    }

    public static SegmentServerConfig of(Path cacheDirectory, long diskBudgetBytes) {
        return new SegmentServerConfig(
                cacheDirectory, diskBudgetBytes, DEFAULT_RETENTION.toMillis(), DEFAULT_LOAD_PARALLELISM);
    }

    /// Keeps no partial answers.
    public SegmentServerConfig(Path cacheDirectory, long diskBudgetBytes, long retentionMillis, int loadParallelism) {
        this(cacheDirectory, diskBudgetBytes, retentionMillis, loadParallelism, 0);
    }

    private static void require(boolean condition, String what, long value) {
        if (!condition) {
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                    "The segment server's %s is [%d]; expected a positive number", what, value);
        }
    }
}
