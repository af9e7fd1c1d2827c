package org.narwhaldb.ingest.load;

import java.util.List;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Files to add to a table.
///
/// @param table `[NAMESPACE.]TABLE`; created if it is not there
/// @param files paths, URIs, globs
/// @param timeColumn,clusterBy how the table is to be served; null leaves what it has
/// @param overwrite the files' rows replace all rows of the table
/// @param maxErrors bad rows to pass over
/// @param format `parquet`, `csv`, `tsv` or `json` for all files; null goes by each file's name
/// @param loadId names the load so that repeating it adds nothing; null gives it a new one
/// @param createOnly fail if the table exists
public record LoadRequest(
        String table, List<String> files, String timeColumn, List<String> clusterBy, boolean overwrite, long maxErrors,
        String format,
        String loadId, boolean createOnly) {
    public LoadRequest {
        if (files == null || files.isEmpty()) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "A load needs at least one file");
        }
        if (maxErrors < 0) {
            throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                    "The number of bad rows allowed is [%d]; expected at least 0", maxErrors);
        }
        files = List.copyOf(files);
        clusterBy = clusterBy == null ? null : List.copyOf(clusterBy);
    }
}
