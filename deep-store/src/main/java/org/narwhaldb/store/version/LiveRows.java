package org.narwhaldb.store.version;

import org.narwhaldb.store.object.ObjectStore;
import org.roaringbitmap.RoaringBitmap;

/// Live-rows files: which rows of a segment count, as an immutable, checksummed Roaring bitmap of row ids. Written once by
/// the table's leader; servers read them and never derive them.
public final class LiveRows {
    private LiveRows() {}

    /// @param id content-derived
    /// @param file name in the store
    public record Written(String id, String file) {}

    public static Written write(ObjectStore store, String tableDirectory, String segmentId, RoaringBitmap rows) {
        throw new UnsupportedOperationException();
    }

    /// @throws org.narwhaldb.segment.error.NarwhalException CORRUPT_VERSION naming the file
    public static RoaringBitmap read(ObjectStore store, String file) {
        throw new UnsupportedOperationException();
    }
}
