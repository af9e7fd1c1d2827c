package org.narwhaldb.ingest.build;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.Segments;
import org.narwhaldb.segment.WorkShare;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.iceberg.LakeTable;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.version.LiveRows;
import org.narwhaldb.store.version.SegmentEntry;

/// Runs build tasks on a bounded pool of workers that all tables of this node share; the node's build memory is divided
/// evenly between those that build.
public final class SegmentBuilds {
    private final ObjectStore store;
    private final ExecutorService workers;
    private final PoolShare share;
    private final SegmentBuild.Limits limits;
    private final Path workDirectory;

    /// @param workerCount threads of `workers`; those that build divide `memoryBytes`
    public SegmentBuilds(
            ObjectStore store, ExecutorService workers, int workerCount, int segmentRowsMax, long memoryBytes,
            Path workDirectory) {
        this(store, workers, workerCount, segmentRowsMax, memoryBytes, workDirectory, true);
    }

    /// @param sharing whether idle workers help with the columns of others' builds
    public SegmentBuilds(
            ObjectStore store, ExecutorService workers, int workerCount, int segmentRowsMax, long memoryBytes,
            Path workDirectory, boolean sharing) {
        this.store = store;
        this.workers = workers;
        this.share = new PoolShare(workers, workerCount);
        this.limits = new SegmentBuild.Limits(segmentRowsMax, () -> memoryBytes / share.building(),
                sharing ? share : WorkShare.INLINE);
        this.workDirectory = workDirectory;
    }

    public int segmentRowsMax() {
        return limits.segmentRowsMax();
    }

    /// Where one publication's work goes.
    ///
    /// @param suffix unique to the attempt, part of file names
    /// @param salt also an input of the segments' ids: empty, or what makes them other segments than those of the same
    ///     rows that stand
    public record Target(LakeTable table, TableLayout layout, String tableDirectory, String suffix, String salt,
            BuildProgress progress) {}

    /// @param deletesRead delete files read
    /// @param incomplete files that must be read again after all; then nothing was built
    public record Result(
            List<BuiltSegment> segments, List<SegmentEntry> updated, List<String> removed, int deletesRead,
            Set<String> incomplete) {}

    /// Brings the live rows of standing segments up to date and builds new ones.
    ///
    /// @throws NarwhalException what the first failing task threw; the others end early
    public Result run(Target target, List<BuildTask> tasks, LiveRowsChange change) {
        Deletes deletes = new Deletes(target.table());
        SegmentOutput output = new SegmentOutput(store, target.tableDirectory(), target.suffix(), workDirectory,
                deletes,
                target.layout().prunedFieldIds());
        target.progress().begin(tasks.stream().mapToInt(task -> task.files().size()).sum());
        LiveRowsChange.Outcome changed = change.apply(new LiveRowsChange.StoreFiles(store, target.tableDirectory(),
                workDirectory), deletes);
        if (!changed.incomplete().isEmpty()) {
            return new Result(List.of(), List.of(), List.of(), deletes.filesRead(), changed.incomplete());
        }
        List<Future<List<BuiltSegment>>> running = new ArrayList<>();
        List<BuiltSegment> built = new ArrayList<>();
        try {
            for (BuildTask task : tasks) {
                running.add(workers.submit(() -> build(target, task, output)));
            }
            for (Future<List<BuiltSegment>> task : running) {
                built.addAll(await(task));
            }
            return new Result(built, changed.updated(), changed.removed(), deletes.filesRead(), Set.of());
        } finally {
            running.forEach(task -> task.cancel(true));
        }
    }

    private List<BuiltSegment> build(Target target, BuildTask task, SegmentOutput output) {
        share.begin();
        try {
            return new SegmentBuild(target, task, output, limits).run();
        } finally {
            share.end();
        }
    }

    /// Reads the segment's files whole, from the store, and checks them.
    ///
    /// @return what is wrong with them; empty if nothing is
    public Optional<NarwhalException> damage(SegmentEntry segment) {
        try (SegmentCopy copy = SegmentCopy.of(new LiveRowsChange.StoreFiles(store, "", workDirectory), segment);
                Segment opened = Segments.open(copy.file())) {
            if (!opened.id().equals(segment.segmentId())) {
                return Optional.of(NarwhalException.of(ErrorCode.CORRUPT_SEGMENT,
                        "Segment file [%s] holds segment [%s], not [%s]",
                        segment.file(), opened.id(), segment.segmentId()));
            }
            if (!segment.liveRowsFile().isEmpty()) {
                LiveRows.read(store, segment.liveRowsFile());
            }
            return Optional.empty();
        } catch (NarwhalException e) {
            if (isDamage(e)) {
                return Optional.of(e);
            }
            throw e;
        }
    }

    /// Whether it says that a derived file is lost, rather than that the store does not answer.
    public static boolean isDamage(NarwhalException e) {
        return e.code() == ErrorCode.CORRUPT_SEGMENT || e.code() == ErrorCode.CORRUPT_VERSION
                || e.code() == ErrorCode.FILE_NOT_FOUND;
    }

    private static List<BuiltSegment> await(Future<List<BuiltSegment>> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NarwhalException known) {
                throw known;
            }
            throw new NarwhalException(ErrorCode.INTERNAL, "A segment build failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException | CancellationException e) {
            Thread.currentThread().interrupt();
            throw new NarwhalException(ErrorCode.CLUSTER_UNAVAILABLE, "A segment build was interrupted", e);
        }
    }
}
