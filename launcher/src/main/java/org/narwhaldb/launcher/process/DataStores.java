package org.narwhaldb.launcher.process;

import org.narwhaldb.launcher.config.ProcessConfig;
import org.narwhaldb.store.iceberg.Lake;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.object.ObjectStores;
import org.narwhaldb.store.version.VersionStore;
import org.narwhaldb.store.version.VersionStores;

/// The deep store as a process sees it: segment files and table versions.
///
/// @param config where they, and the Iceberg catalog, are
public record DataStores(ProcessConfig.LakeConfig config, ObjectStore objects, VersionStore versions) {
    public static DataStores open(ProcessConfig.LakeConfig config) {
        ObjectStore objects = ObjectStores.open(config.segmentStore(), config.catalogProperties());
        return new DataStores(config, objects, VersionStores.over(objects));
    }

    /// Only ingest opens the catalog.
    public Lake openLake() {
        return Lake.open(config.catalogName(), config.catalogProperties());
    }
}
