package org.narwhaldb.ingest.build;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.iceberg.LakeTable;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.version.SegmentEntry;

/// Runs build tasks on a bounded pool of workers that all tables of this node share; the node's build memory is divided
/// evenly.
public final class SegmentBuilds {
    private final ObjectStore store;
    private final ExecutorService workers;
    private final SegmentBuild.Limits limits;
    private final Path workDirectory;

    /// @param workerCount threads of `workers`, each of which may hold its share of `memoryBytes`
    public SegmentBuilds(
            ObjectStore store, ExecutorService workers, int workerCount, int segmentRowsMax, long memoryBytes,
            Path workDirectory) {
        this.store = store;
        this.workers = workers;
        this.limits = new SegmentBuild.Limits(segmentRowsMax, memoryBytes / workerCount);
        this.workDirectory = workDirectory;
    }

    public int segmentRowsMax() {
        return limits.segmentRowsMax();
    }

    /// Where one publication's work goes.
    ///
    /// @param suffix unique to the attempt, part of file names
    public record Target(LakeTable table, TableLayout layout, String tableDirectory, String suffix,
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
                running.add(workers.submit(
                        () -> new SegmentBuild(target.table(), target.layout(), task, output, limits, target.progress())
                        .run()));
            }
            for (Future<List<BuiltSegment>> task : running) {
                built.addAll(await(task));
            }
            return new Result(built, changed.updated(), changed.removed(), deletes.filesRead(), Set.of());
        } finally {
            running.forEach(task -> task.cancel(true));
        }
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
