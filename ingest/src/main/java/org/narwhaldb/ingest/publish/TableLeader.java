package org.narwhaldb.ingest.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.ingest.Progress;
import org.narwhaldb.ingest.build.BuildProgress;
import org.narwhaldb.ingest.retention.GarbageCollection;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.iceberg.LakeTable;
import org.narwhaldb.store.version.TableVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Leads one table for as long as this node's epoch lasts: notices new snapshots, runs one publication at a time,
/// remembers what went wrong. A table whose source is broken keeps its last version and is tried again, ever more
/// rarely, and at once when the catalog has something newer.
public final class TableLeader {
    private static final Logger LOG = LoggerFactory.getLogger(TableLeader.class);
    private static final Duration RETRY_MIN = Duration.ofSeconds(1);
    private static final Duration RETRY_MAX = Duration.ofMinutes(1);

    private final PublicationSeams seams;
    private final TableName name;
    private final long epoch;
    private final GarbageCollection garbage;
    private final TableShards shards;
    private final ReentrantLock publishing = new ReentrantLock();
    private volatile boolean stopped;
    private volatile TableVersion current;
    private volatile TableVersion unmergeable;
    private volatile Failure failure;
    private volatile BuildProgress building;

    /// What the last attempt ended with.
    ///
    /// @param snapshotId the catalog's when it failed
    /// @param retryAt not before, unless the snapshot is another one
    public record Failure(ErrorCode code, String message, Instant since, long snapshotId, Instant retryAt,
            Duration delay) {}

    /// @param cluster where the table's shards are
    public TableLeader(
            PublicationSeams seams, TableName name, long epoch, GarbageCollection garbage, Cluster cluster) {
        this.seams = seams;
        this.name = name;
        this.epoch = epoch;
        this.garbage = garbage;
        this.shards = new TableShards(cluster, name);
    }

    public TableName name() {
        return name;
    }

    /// Published last, as far as this leader knows.
    public Optional<TableVersion> current() {
        return Optional.ofNullable(current);
    }

    public Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    public Optional<Progress> building() {
        BuildProgress progress = building;
        return progress == null ? Optional.empty() : Optional.of(progress(progress));
    }

    /// Ends a running publication soon; nothing is published any more.
    public void stop() {
        stopped = true;
    }

    /// Publishes what the catalog has now; waits for a publication under way first. On return the version answers for
    /// the snapshot that was current when this was called, or for a later one.
    ///
    /// @param everythingAnew builds every segment again
    public TableVersion publish(boolean everythingAnew, Consumer<Progress> listener) {
        publishing.lock();
        try {
            return run(everythingAnew ? Publication.Mode.ANEW : Publication.Mode.CHANGES, Set.of(), listener);
        } finally {
            publishing.unlock();
        }
    }

    /// Publishes if there is something to publish, else merges segments if that is worth it, unless somebody is at it;
    /// failures are remembered, not thrown.
    public void poll() {
        if (stopped || !publishing.tryLock()) {
            return;
        }
        try {
            if (looksDue()) {
                run(Publication.Mode.CHANGES, Set.of(), progress -> {});
            } else if (failure == null && current != unmergeable) {
                TableVersion before = current;
                TableVersion after = run(Publication.Mode.MERGE, Set.of(), progress -> {});
                // nothing to merge, or merging does not help: not again until the table changes
                unmergeable = after != null && after.segmentCount() < before.segmentCount() ? null : after;
            }
        } catch (NarwhalException e) {
            LOG.debug("Table [{}] was not published", name, e);
        } finally {
            publishing.unlock();
        }
    }

    /// Checks these segments, which servers could not load, and publishes a version with newly built ones in place of
    /// the damaged. Left for later while the table is busy or not up to date.
    public void repair(Set<String> suspects) {
        if (stopped || current == null || failure != null || !publishing.tryLock()) {
            return;
        }
        try {
            run(Publication.Mode.REPAIR, suspects, progress -> {});
        } catch (NarwhalException e) {
            LOG.debug("Table [{}] was not repaired", name, e);
        } finally {
            publishing.unlock();
        }
    }

    private boolean looksDue() {
        try {
            return isDue(seams.lake().load(name));
        } catch (NarwhalException e) {
            remember(e, -1);
            throw e;
        }
    }

    /// Deletes files and drops shards that no version needs.
    ///
    /// @return false while a publication is under way: try again soon
    public boolean collectGarbage(boolean dropped) {
        if (stopped && !dropped) {
            return true;
        }
        if (!publishing.tryLock()) {
            return false;
        }
        try {
            shards.retire(() -> {
                garbage.run(dropped, () -> stopped && !dropped);
                return stopped && !dropped ? Optional.empty() : garbage.inUse();
            });
        } catch (NarwhalException e) {
            LOG.warn("Cannot clean up after table [{}]: {}", name, e.getMessage());
        } finally {
            publishing.unlock();
        }
        return true;
    }

    private boolean isDue(LakeTable table) {
        Failure last = failure;
        if (last != null) {
            return last.snapshotId() != table.snapshotId() || !seams.clock().instant().isBefore(last.retryAt());
        }
        TableVersion version = current;
        return version == null || !Freshness.isCurrent(version, table)
                || !seams.pointers().read(name).map(PointerStore.Pointer::version).equals(Optional.of(version.id()));
    }

    private TableVersion run(Publication.Mode mode, Set<String> suspects, Consumer<Progress> listener) {
        if (stopped) {
            throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE, "This node no longer leads table [%s]; ask again",
                    name);
        }
        BuildProgress[] self = new BuildProgress[1];
        self[0] = new BuildProgress(() -> stopped, () -> {
            if (self[0] != null) {
                listener.accept(progress(self[0]));
            }
        });
        building = self[0];
        long snapshotId = -1;
        try {
            LakeTable table = seams.lake().load(name);
            snapshotId = table.snapshotId();
            Publication publication = new Publication(seams, name, epoch, self[0], mode, suspects);
            while (publication.step() != Publication.Step.DONE) {
                if (stopped) {
                    throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                            "This node no longer leads table [%s]; ask again", name);
                }
                if (publication.step() == Publication.Step.SWITCH) {
                    shards.claim(publication.version());
                }
                publication.advance();
            }
            current = publication.version();
            if (current != null) {
                shards.settled(current);
            }
            failure = null;
            return current;
        } catch (NarwhalException e) {
            remember(e, snapshotId);
            throw e;
        } catch (RuntimeException e) {
            NarwhalException wrapped = new NarwhalException(ErrorCode.INTERNAL,
                    "Publishing table [%s] failed: %s".formatted(name, e), e);
            remember(wrapped, snapshotId);
            LOG.error("Publishing table [{}] failed", name, e);
            throw wrapped;
        } finally {
            building = null;
        }
    }

    private void remember(NarwhalException e, long snapshotId) {
        Failure last = failure;
        boolean again = last != null && last.snapshotId() == snapshotId && last.code() == e.code();
        Duration delay = again ? last.delay().multipliedBy(2) : RETRY_MIN;
        delay = delay.compareTo(RETRY_MAX) > 0 ? RETRY_MAX : delay;
        Instant now = seams.clock().instant();
        failure = new Failure(e.code(), e.getMessage(), again ? last.since() : now, snapshotId, now.plus(delay), delay);
        if (!again && !stopped) {
            LOG.warn("Table [{}] keeps its version: {}: {}", name, e.code(), e.getMessage());
        }
    }

    private static Progress progress(BuildProgress progress) {
        return new Progress("building", progress.file(), progress.filesDone(), progress.filesTotal(), progress.rows(),
                "");
    }
}
