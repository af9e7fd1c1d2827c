package org.narwhaldb.ingest.build;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.narwhaldb.store.TableSpec.SegmentTime;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;
import org.narwhaldb.store.version.SegmentEntry;

/// Finds segments of a version that are better built again together: many small ones in one time bucket, or one that is
/// mostly rows of source files long gone. Pure, and bounded: one step rebuilds at most one segment's worth of rows.
///
/// A merge reads the source files F of its segments and keeps the rows of its time buckets B. It is whole when no other
/// segment holds a row of F in B; the set of segments is widened until that is so, or given up when it grows too large.
/// Rows that only deletes have killed are built again, since a rollback may revive them.
public final class MergePlanner {
    static final int SMALL_SEGMENTS_MIN = 16;
    private static final int SMALL_DIVISOR = 4;

    private final TableLayout layout;
    private final long rowsMax;

    public MergePlanner(TableLayout layout, int segmentRowsMax) {
        this.layout = layout;
        this.rowsMax = segmentRowsMax;
    }

    /// @param replaced ids of the segments whose rows the task's segments hold
    public record Merge(BuildTask task, Set<String> replaced) {}

    public Optional<Merge> plan(Collection<SegmentEntry> segments, Map<String, SourceFile> sources) {
        for (SegmentEntry segment : segments) {
            if (segment.sources().contains(LiveRowsChange.GONE) && segment.liveRowCount() * 2L < segment.rowCount()) {
                Optional<Merge> merge = merge(List.of(segment), segments, sources);
                if (merge.isPresent()) {
                    return merge;
                }
            }
        }
        Map<Long, List<SegmentEntry>> small = new TreeMap<>();
        for (SegmentEntry segment : segments) {
            Set<Long> buckets = buckets(segment);
            if (buckets != null && buckets.size() == 1 && segment.rowCount() < rowsMax / SMALL_DIVISOR) {
                small.computeIfAbsent(buckets.iterator().next(), bucket -> new ArrayList<>()).add(segment);
            }
        }
        return small.values().stream().filter(group -> group.size() > SMALL_SEGMENTS_MIN)
                .map(group -> merge(smallest(group), segments, sources))
                .flatMap(Optional::stream).findFirst();
    }

    private List<SegmentEntry> smallest(List<SegmentEntry> group) {
        List<SegmentEntry> chosen = new ArrayList<>();
        long rows = 0;
        for (SegmentEntry segment : group.stream().sorted(Comparator.comparingInt(SegmentEntry::rowCount)).toList()) {
            rows += segment.rowCount();
            if (rows > rowsMax) {
                break;
            }
            chosen.add(segment);
        }
        return chosen;
    }

    private Optional<Merge> merge(
            List<SegmentEntry> first, Collection<SegmentEntry> all, Map<String, SourceFile> sources) {
        Set<String> chosen = new HashSet<>();
        Set<String> paths = new TreeSet<>();
        Set<Long> buckets = new HashSet<>();
        List<SegmentEntry> added = first;
        while (!added.isEmpty()) {
            for (SegmentEntry segment : added) {
                Set<Long> own = buckets(segment);
                if (own == null) {
                    return Optional.empty();
                }
                chosen.add(segment.segmentId());
                buckets.addAll(own);
                segment.sources().stream().filter(path -> !path.equals(LiveRowsChange.GONE)).forEach(paths::add);
            }
            if (!sources.keySet().containsAll(paths) || paths.stream().mapToLong(path -> sources.get(path).rowCount())
                    .sum() > rowsMax) {
                return Optional.empty();
            }
            added = all.stream().filter(segment -> !chosen.contains(segment.segmentId())
                    && overlaps(segment, paths, buckets)).toList();
        }
        boolean helps = chosen.size() > 1 || first.getFirst().sources().contains(LiveRowsChange.GONE);
        return helps ? Optional.of(new Merge(new BuildTask(paths.stream().map(sources::get).toList(), buckets), chosen))
                : Optional.empty();
    }

    private boolean overlaps(SegmentEntry segment, Set<String> paths, Set<Long> buckets) {
        if (segment.sources().stream().noneMatch(paths::contains)) {
            return false;
        }
        Set<Long> own = buckets(segment);
        return own == null || own.stream().anyMatch(buckets::contains);
    }

    /// Null when the segment does not lie in single buckets of the width in use, or is not known to.
    private Set<Long> buckets(SegmentEntry segment) {
        if (layout.buckets().width() == SegmentTime.ALL) {
            return Set.of(0L);
        }
        SegmentEntry.ColumnBounds bounds = segment.bounds().get(layout.fields().get(layout.timeColumn()).id());
        if (bounds == null) {
            return null;
        }
        Set<Long> buckets = new HashSet<>();
        if (bounds.nullCount() > 0) {
            buckets.add(TimeBuckets.NO_TIME);
        }
        if (bounds.min() != null) {
            long from = layout.buckets().bucketOf((Long) bounds.min());
            if (!Objects.equals(from, layout.buckets().bucketOf((Long) bounds.max()))) {
                return null;
            }
            buckets.add(from);
        }
        return buckets;
    }
}
