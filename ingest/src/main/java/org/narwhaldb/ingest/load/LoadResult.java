package org.narwhaldb.ingest.load;

import java.util.List;

/// A committed load.
///
/// @param rows added; 0 when `alreadyLoaded`
/// @param rejected bad rows passed over
/// @param rejections where and why, of the first ones
/// @param alreadyLoaded an earlier load of the same id had committed; nothing was added
public record LoadResult(
        String loadId, long snapshotId, long rows, int files, long rejected, List<String> rejections,
        boolean alreadyLoaded) {}
