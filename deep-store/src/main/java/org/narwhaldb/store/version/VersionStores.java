package org.narwhaldb.store.version;

import org.narwhaldb.store.object.ObjectStore;

/// Opens version stores.
public final class VersionStores {
    private VersionStores() {}

    /// Heads and chunks live beside the segment files in `store`, one directory a table; decoded chunks are cached.
    public static VersionStore over(ObjectStore store) {
        throw new UnsupportedOperationException();
    }
}
