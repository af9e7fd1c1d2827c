package org.narwhaldb.ingest.publish;

import java.util.Objects;
import org.narwhaldb.ingest.build.TableLayout;
import org.narwhaldb.store.iceberg.LakeTable;
import org.narwhaldb.store.version.TableVersion;

/// Whether a version still says all that the catalog says of its table.
final class Freshness {
    private Freshness() {}

    static boolean isCurrent(TableVersion version, LakeTable table) {
        return version.tableUuid().equals(table.uuid()) && version.snapshotId() == table.snapshotId()
                && version.schemaId() == table.schemaId() && version.fields().equals(table.fields())
                && version.shardCount() == table.spec().shardCount(version.segmentCount(), version.shardCount())
                && version.replicas() == table.spec().replicas()
                && Objects.equals(version.timeColumn(), table.spec().timeColumn())
                && TableLayout.isOf(table, version.specHash());
    }
}
