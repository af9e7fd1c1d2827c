package org.narwhaldb.cluster;

import java.util.Map;
import java.util.Optional;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// `table → current version`, the one thing that is decided by compare-and-set. Small nodes, one a table.
/// Failures: CLUSTER_UNAVAILABLE.
public interface PointerStore {
    Optional<Pointer> read(TableName table);

    /// @throws NarwhalException CLUSTER_UNAVAILABLE also if there is no cluster: that says nothing of its tables
    Map<TableName, Pointer> readAll();

    /// Makes `next` current if the pointer still is `expected` (empty: there must be none). Both the version it names and its number
    /// count: numbers begin again when ZooKeeper's data was lost.
    Outcome compareAndSet(TableName table, Optional<Pointer> expected, VersionId next);

    /// Removes the pointer of a table that is no longer served.
    Outcome remove(TableName table, Pointer expected);

    /// `listener` runs after any pointer changed, and once after registration; it reads again by itself.
    /// Close to stop.
    AutoCloseable watch(Runnable listener);

    /// @param nodeVersion how often it was set since ZooKeeper's data began
    record Pointer(VersionId version, int nodeVersion) {}

    enum Outcome {
        APPLIED,
        /// someone else was first: discard, read again, diff again
        REFUSED,
        /// the connection broke before the answer came: read again to know
        UNKNOWN
    }
}
