package org.narwhaldb.ingest.publish;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.ingest.build.BuildPlanner;
import org.narwhaldb.ingest.build.BuildProgress;
import org.narwhaldb.ingest.build.BuildTask;
import org.narwhaldb.ingest.build.BuiltSegment;
import org.narwhaldb.ingest.build.LiveRowsChange;
import org.narwhaldb.ingest.build.MergePlanner;
import org.narwhaldb.ingest.build.SegmentBuilds;
import org.narwhaldb.ingest.build.SnapshotDiff;
import org.narwhaldb.ingest.build.SourceTimes;
import org.narwhaldb.ingest.build.TableLayout;
import org.narwhaldb.ingest.build.TableStatistics;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.iceberg.LakeTable;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.TableVersion.BuildReport;
import org.narwhaldb.store.version.VersionId;
import org.narwhaldb.store.version.VersionStore;
import org.narwhaldb.store.version.VersionStores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings one table's current version up to the catalog's current snapshot, as a state machine: each [#advance] does
/// one step over the seams, and nothing is kept between steps but in this object, so that a process may die between any
/// two of them.
///
/// ```
/// READ ──► BUILD ──► WRITE ──► SWITCH ──► DONE
///  ▲ └──── same ────────────────────────► DONE
///  └── refused; source gone and snapshot superseded; segment lost (then all anew)
/// ```
/// Nothing is current but by the compare-and-set of SWITCH on the pointer that READ saw. Refused: all is discarded and
/// read again. Unknown: the pointer is read again and says it.
///
/// Files that an attempt writes carry its version id and epoch in their names, so that two leaders never write the same
/// name, even while one of them does not know yet that it was deposed; a head that stands already under the id refuses
/// the attempt.
public final class Publication {
    private static final int ATTEMPTS_MAX = 20;
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    /// The step that comes next.
    public enum Step { READ, BUILD, WRITE, SWITCH, DONE }

    public enum Mode {
        /// what changed since the version that stands
        CHANGES,
        /// every segment again, whatever stands
        ANEW,
        /// small and mostly dead segments into fewer, if the version is up to date: another version of the same
        /// snapshot
        MERGE,
        /// segments whose files are damaged, under new names, if the version is up to date
        REPAIR
    }

    private final PublicationSeams seams;
    private final TableName name;
    private final long epoch;
    private final BuildProgress progress;
    private Step step = Step.READ;
    private int attempts;
    private final Set<String> suspects;
    private Mode mode;
    private long startedMillis;

    private Baseline baseline;
    private LakeTable table;
    private Map<String, SourceFile> sources;
    private TableLayout layout;
    private SnapshotDiff diff;
    private boolean full;
    private Optional<MergePlanner.Merge> merge = Optional.empty();
    private VersionId id;
    private SegmentBuilds.Result result;
    private TableVersion version;
    private boolean published;

    public Publication(PublicationSeams seams, TableName name, long epoch, BuildProgress progress, Mode mode) {
        this(seams, name, epoch, progress, mode, Set.of());
    }

    /// @param suspects with [Mode#REPAIR]: ids of segments to check, and to build again if their files are damaged
    public Publication(
            PublicationSeams seams, TableName name, long epoch, BuildProgress progress, Mode mode,
            Set<String> suspects) {
        this.suspects = Set.copyOf(suspects);
        this.seams = seams;
        this.name = name;
        this.epoch = epoch;
        this.progress = progress;
        this.mode = mode;
    }

    public Step step() {
        return step;
    }

    /// After DONE: the current version, which answers for the catalog's snapshot as READ saw it.
    public TableVersion version() {
        return version;
    }

    /// After DONE: whether this publication made it current; false when it was so already.
    public boolean published() {
        return published;
    }

    public TableVersion run() {
        while (step != Step.DONE) {
            advance();
        }
        return version;
    }

    /// Does the next step.
    ///
    /// @throws NarwhalException the table keeps its present version
    public Step advance() {
        step = switch (step) {
            case READ -> orAgain(this::read);
            case BUILD -> orAgain(this::build);
            case WRITE -> write();
            case SWITCH -> change();
            case DONE -> Step.DONE;
        };
        return step;
    }

    private Step read() {
        if (++attempts > ATTEMPTS_MAX) {
            throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                    "Gave up publishing table [%s] after [%d] attempts: others keep changing it", name, ATTEMPTS_MAX);
        }
        startedMillis = seams.clock().millis();
        merge = Optional.empty();
        baseline = Baseline.read(seams, name);
        table = seams.lake().load(name);
        TableVersion parent = baseline.version();
        full = parent == null || mode == Mode.ANEW || !parent.tableUuid().equals(table.uuid())
                || !TableLayout.isOf(table, parent.specHash())
                || !TableLayout.columnsReusable(parent.fields(), table.fields(), table.defaultedFieldIds(),
                table.schemaId() < parent.schemaId());
        boolean current = !full && baseline.current() && Freshness.isCurrent(parent, table);
        version = parent;
        boolean sameSnapshot = mode == Mode.MERGE || mode == Mode.REPAIR;
        if (current != sameSnapshot) {
            return Step.DONE;
        }
        List<SegmentEntry> damaged = mode == Mode.REPAIR ? damaged() : List.of();
        if (mode == Mode.REPAIR && damaged.isEmpty()) {
            return Step.DONE;
        }
        sources = table.sourceFiles();
        SourceTimes times = new SourceTimes(table, timeField(table));
        layout = TableLayout.of(table, parent == null ? null : parent.specHash(),
                parent == null ? 0 : parent.rowCount(),
                sources.values(), () -> times.whole(sources.values()));
        if (sameSnapshot) {
            MergePlanner planner = new MergePlanner(layout, seams.builds().segmentRowsMax());
            merge = mode == Mode.MERGE ? planner.plan(baseline.segments().values(), sources)
                    : planner.repair(damaged, baseline.segments().values(), sources);
            if (merge.isEmpty() && mode == Mode.MERGE) {
                return Step.DONE;
            }
            full = merge.isEmpty();
        }
        diff = full ? SnapshotDiff.full(sources) : SnapshotDiff.of(baseline.sources(), sources);
        String incarnation = baseline.current() ? parent.id().incarnation()
                : "%016x".formatted(seams.random().nextLong());
        id = seams.versions().nextFree(name, new VersionId(incarnation,
                baseline.current() ? parent.id().counter() : 0));
        return Step.BUILD;
    }

    private List<SegmentEntry> damaged() {
        List<SegmentEntry> damaged = new ArrayList<>();
        for (SegmentEntry segment : baseline.segments().values()) {
            if (suspects.contains(segment.segmentId())) {
                seams.builds().damage(segment).ifPresent(reason -> {
                    LOG.warn("Segment [{}] of table [{}] is built anew: {}", segment.segmentId(), name,
                            reason.getMessage());
                    damaged.add(segment);
                });
            }
        }
        return damaged;
    }

    private Step build() {
        SourceTimes times = new SourceTimes(table, timeField(table));
        List<BuildTask> tasks = merge.isPresent() ? List.of(merge.get().task())
                : new BuildPlanner(layout.buckets(), seams.builds().segmentRowsMax())
                .plan(diff.added(), times.of(diff.added()));
        LiveRowsChange change = full ? LiveRowsChange.none()
                : new LiveRowsChange(baseline.segments().values(), Set.copyOf(diff.removed()), diff.deletesChanged());
        String suffix = id + "-" + epoch;
        // what servers could not load under its old name must have a new one; so must what replaces all that stands
        boolean replaces = full && baseline.version() != null;
        String salt = mode == Mode.REPAIR || mode == Mode.ANEW || replaces ? suffix : "";
        result = seams.builds().run(
                new SegmentBuilds.Target(table, layout, VersionStores.tableDirectory(name), suffix, salt, progress),
                tasks, change);
        if (!result.incomplete().isEmpty()) {
            diff = diff.readAgain(result.incomplete());
            return Step.BUILD;
        }
        return Step.WRITE;
    }

    private Step orAgain(Supplier<Step> work) {
        try {
            return work.get();
        } catch (NarwhalException e) {
            return afterFailure(e);
        }
    }

    private Step afterFailure(NarwhalException e) {
        if (table == null) {
            throw e;
        }
        switch (e.code()) {
            case SOURCE_FILE_MISSING -> {
                LakeTable now = seams.lake().load(name);
                if (now.snapshotId() != table.snapshotId() || !now.uuid().equals(table.uuid())) {
                    LOG.info("Table [{}] moved on from snapshot [{}] to [{}] while it was read; starting again",
                            name, table.snapshotId(), now.snapshotId());
                    return Step.READ;
                }
                throw e;
            }
            case CORRUPT_SEGMENT, CORRUPT_VERSION, FILE_NOT_FOUND -> {
                if (full) {
                    throw e;
                }
                LOG.warn("A segment of table [{}] cannot be read, so all are built anew: {}", name, e.getMessage());
                mode = Mode.ANEW;
                return Step.READ;
            }
            default -> throw e;
        }
    }

    private Step write() {
        Map<String, SegmentEntry> entries = new TreeMap<>(full ? Map.of() : baseline.segments());
        List<String> removed = new ArrayList<>(result.removed());
        merge.ifPresent(merged -> removed.addAll(merged.replaced()));
        removed.forEach(entries::remove);
        List<SegmentEntry> changed = new ArrayList<>(result.updated());
        result.segments().forEach(segment -> changed.add(segment.entry()));
        changed.forEach(entry -> entries.put(entry.segmentId(), entry));

        TableVersion parent = baseline.version();
        int shards = table.spec().shardCount(entries.size(), parent == null ? 0 : parent.shardCount());
        boolean onParent = !full && baseline.current() && parent.shardCount() == shards;
        var segmentChange = onParent ? new VersionStore.SegmentChange(changed,
                removed.stream().filter(segment -> !entries.containsKey(segment)).toList())
                : new VersionStore.SegmentChange(List.copyOf(entries.values()), List.of());
        List<SourceFile> recorded = new ArrayList<>(onParent ? diff.added() : sources.values());
        if (onParent) {
            recorded.addAll(diff.deletesChanged());
            recorded.addAll(diff.renumbered());
        }
        Set<String> written = new HashSet<>();
        recorded.forEach(file -> written.add(file.path()));
        var sourceChange = new VersionStore.SourceChange(recorded.stream().map(SnapshotDiff::entry).toList(),
                onParent ? diff.removed().stream().filter(path -> !written.contains(path)).toList() : List.of());
        version = version(entries, shards,
                seams.versions().writeSegments(name, id, shards,
                onParent ? parent.chunks() : List.of(), segmentChange),
                seams.versions().writeSources(name, id, onParent ? parent.sourceChunks() : List.of(), sourceChange));
        try {
            seams.versions().writeHead(version);
            return Step.SWITCH;
        } catch (NarwhalException e) {
            if (e.code() == ErrorCode.LOAD_CONFLICT) {
                return again();
            }
            throw e;
        }
    }

    private TableVersion version(
            Map<String, SegmentEntry> entries, int shards, List<TableVersion.ChunkReference> chunks,
            List<TableVersion.ChunkReference> sourceChunks) {
        TableVersion parent = baseline.current() ? baseline.version() : null;
        Map<Integer, TableVersion.ColumnStatistics> before = full ? new HashMap<>()
                : baseline.version().columnStatistics();
        long gone = baseline.sources().keySet().stream().filter(path -> !sources.containsKey(path)).count();
        BuildReport report = new BuildReport(diff.added().size(), (int) gone, progress.filesTotal(),
                result.deletesRead(), result.segments().size(),
                entries.size() - result.segments().size(),
                result.segments().stream().mapToLong(segment -> segment.entry().rowCount()).sum(),
                seams.clock().millis() - startedMillis);
        return new TableVersion(id, parent == null ? null : parent.id(), epoch, name, table.uuid(), table.snapshotId(),
                table.sequenceNumber(),
                table.schemaId(), layout.hash(), shards, table.spec().replicas(),
                table.spec().timeColumn(), table.fields(),
                seams.clock().millis(), entries.values().stream().mapToLong(SegmentEntry::liveRowCount).sum(),
                entries.size(),
                TableStatistics.of(table.fields(), before, entries.values(), result.segments()), chunks, sourceChunks,
                report);
    }

    private Step change() {
        PointerStore.Outcome outcome = seams.pointers().compareAndSet(name, baseline.expected(), id);
        return switch (outcome) {
            case APPLIED -> done();
            case REFUSED -> isOurs() ? done() : again();
            case UNKNOWN -> {
                var pointer = seams.pointers().read(name);
                if (pointer.isPresent() && pointer.get().version().equals(id)) {
                    yield done();
                }
                if (++attempts > ATTEMPTS_MAX) {
                    throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                            "Cannot learn whether version [%s] of table [%s] became current; trying again later", id,
                            name);
                }
                // still what was expected: the same compare-and-set may be tried again, for it can succeed only once
                yield pointer.equals(baseline.expected()) ? Step.SWITCH : again();
            }
        };
    }

    private boolean isOurs() {
        return seams.pointers().read(name).filter(pointer -> pointer.version().equals(id)).isPresent();
    }

    private Step again() {
        LOG.info("Version [{}] of table [{}] was not accepted: another one came first; starting again", id, name);
        version = null;
        return Step.READ;
    }

    private Step done() {
        published = true;
        BuildReport report = version.build();
        LOG.info("Published [{}] version [{}] snapshot [{}]: files +{} -{} read {}, segments built {} reused {},"
                        + " rows {}, {} ms",
                name, id, version.snapshotId(), report.filesAdded(), report.filesRemoved(), report.filesRead(),
                report.segmentsBuilt(),
                report.segmentsReused(), version.rowCount(), report.millis());
        return Step.DONE;
    }

    private static Field timeField(LakeTable table) {
        String time = table.spec().timeColumn();
        return table.fields().stream().filter(field -> field.name().equals(time)).findFirst().orElse(null);
    }
}
