package org.narwhaldb.ingest;

import java.nio.file.Path;
import java.time.Duration;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// What an ingest node may use and how often it looks.
///
/// @param segmentRowsMax rows of a segment at most
/// @param memoryBytes heap that all builds of this node may hold in rows not yet written
/// @param workDirectory local folder for segment files on their way to the store
/// @param tablePollMillis how often a led table's snapshot is looked at
/// @param catalogPollMillis how often the catalog is searched for served tables
/// @param retentionMillis how long a superseded version is kept: query timeout + ticket life + margin
/// @param gcMinAgeMillis a file younger than this is never deleted; a day unless in a test
public record IngestConfig(
        int segmentRowsMax, long memoryBytes, Path workDirectory, long tablePollMillis, long catalogPollMillis,
        long retentionMillis, long gcMinAgeMillis) {

    public static final int SEGMENT_ROWS_MAX = 5_000_000;

    public IngestConfig {
        check("segmentRowsMax", segmentRowsMax);
        check("memoryBytes", memoryBytes);
        check("tablePollMillis", tablePollMillis);
        check("catalogPollMillis", catalogPollMillis);
        check("retentionMillis", retentionMillis);
        check("gcMinAgeMillis", gcMinAgeMillis);
    }

    public static IngestConfig defaults(Path workDirectory, long memoryBytes) {
        return new IngestConfig(SEGMENT_ROWS_MAX, memoryBytes, workDirectory, 1_000, 30_000,
                Duration.ofMinutes(15).toMillis(), Duration.ofDays(1).toMillis());
    }

    private static void check(String key, long value) {
        if (value < 1) {
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION, "Ingest key [%s] is [%d]; expected at least 1",
                    key, value);
        }
    }
}
