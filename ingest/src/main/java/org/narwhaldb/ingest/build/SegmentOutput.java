package org.narwhaldb.ingest.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.SegmentSummary;
import org.narwhaldb.segment.SegmentSummary.ColumnSummary;
import org.narwhaldb.segment.Segments;
import org.narwhaldb.segment.WorkShare;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.version.LiveRows;
import org.narwhaldb.store.version.SegmentEntry;
import org.roaringbitmap.RoaringBitmap;

/// Brings finished segments into the store: local file, live rows, upload, entry. Used by the workers of one
/// publication.
///
/// A segment's file name carries the version it was built for beside its content-derived id: no two attempts ever write
/// the same name, so that a leader which was paused in the middle of a clean-up cannot delete what another one wrote
/// since.
final class SegmentOutput {
    /// Part of every segment id; raised when the same inputs would give other bytes.
    static final int BUILD_VERSION = 2;

    /// Longer byte strings are not kept as bounds.
    static final int BOUND_BYTES_MAX = 64;

    private final ObjectStore store;
    private final String tableDirectory;
    private final String suffix;
    private final Path workDirectory;
    private final Deletes deletes;
    private final Set<Integer> prunedFieldIds;

    /// @param suffix unique to the publication attempt
    SegmentOutput(
            ObjectStore store, String tableDirectory, String suffix, Path workDirectory, Deletes deletes,
            Set<Integer> prunedFieldIds) {
        this.store = store;
        this.tableDirectory = tableDirectory;
        this.suffix = suffix;
        this.workDirectory = workDirectory;
        this.deletes = deletes;
        this.prunedFieldIds = prunedFieldIds;
    }

    /// Null when no row of the segment is alive: then nothing is kept.
    BuiltSegment write(SegmentBuilder builder, String segmentId, List<SourceFile> sources, WorkShare share) {
        Path local = null;
        try {
            Files.createDirectories(workDirectory);
            local = Files.createTempFile(workDirectory, segmentId, ".seg");
            SegmentSummary summary = builder.write(local, segmentId, share);
            RoaringBitmap dead = dead(local, sources);
            int live = summary.rowCount() - dead.getCardinality();
            if (live == 0) {
                return null;
            }
            String file = tableDirectory + "/segments/" + segmentId + "-" + suffix + ".seg";
            store.put(file, local);
            LiveRows.Written liveRows = live == summary.rowCount() ? new LiveRows.Written("", "")
                    : LiveRows.write(store, tableDirectory, segmentId,
                    RoaringBitmap.flip(dead, 0L, summary.rowCount()));
            List<String> paths = sources.stream().map(SourceFile::path).toList();
            return new BuiltSegment(new SegmentEntry(segmentId, liveRows.id(), file, liveRows.file(),
                    summary.rowCount(), live,
                    summary.sizeBytes(), summary.checksum(), bounds(summary), paths), summary);
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.DISK_FULL,
                    "Cannot write segments to the work directory [%s]: %s".formatted(workDirectory, e), e);
        } finally {
            if (local != null) {
                local.toFile().delete();
            }
        }
    }

    private RoaringBitmap dead(Path local, List<SourceFile> sources) {
        List<RoaringBitmap> parts = new ArrayList<>();
        for (int ordinal = 0; ordinal < sources.size(); ordinal++) {
            long[] positions = deletes.positions(sources.get(ordinal));
            if (positions.length > 0) {
                parts.add(Segments.rowsFrom(local, ordinal, positions));
            }
        }
        return RoaringBitmap.or(parts.iterator());
    }

    /// Of every column that has an order, unless its bounds are long; a column without bounds in the entry is never
    /// pruned by.
    private Map<Integer, SegmentEntry.ColumnBounds> bounds(SegmentSummary summary) {
        Map<Integer, SegmentEntry.ColumnBounds> bounds = new HashMap<>();
        summary.columns().forEach((id, column) -> {
            boolean known = column.min() != null || column.nullCount() == summary.rowCount();
            if (known && (isShort(column) || prunedFieldIds.contains(id))) {
                bounds.put(id, new SegmentEntry.ColumnBounds(column.min(), column.max(), column.nullCount()));
            }
        });
        return bounds;
    }

    private static boolean isShort(ColumnSummary column) {
        return !(column.min() instanceof byte[] min && min.length > BOUND_BYTES_MAX)
                && !(column.max() instanceof byte[] max && max.length > BOUND_BYTES_MAX);
    }
}
