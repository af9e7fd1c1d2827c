package org.narwhaldb.ingest.build;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.store.TableSpec.SegmentTime;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;

/// Decides how source files become segments, from row counts and time bounds alone; pure.
///
/// Files that lie within one time bucket are packed, in order of time, into tasks of at most one full segment. Files
/// that span buckets are packed likewise into tasks that route their rows while reading; the wider they span, the more
/// rows a task takes, so that the share of each bucket does not become tiny.
public final class BuildPlanner {
    /// Below this average a bucket is sparse and the next coarser width is taken.
    static final long BUCKET_ROWS_MIN = 500_000;

    /// A time bucket of rows that are sorted by other columns holds so many on average: enough for runs of the first
    /// column, few enough that a block of rows holds several.
    static final long ROW_BUCKET_ROWS_MIN = 4_096;

    private static final long MICROS_PER_HOUR = 3_600_000_000L;
    private static final long MICROS_PER_DAY = 24 * MICROS_PER_HOUR;
    private static final long SPAN_PER_FACTOR = 16;
    private static final long FACTOR_MAX = 4;
    private static final List<SegmentTime> AUTO_WIDTHS = List.of(SegmentTime.DAY, SegmentTime.MONTH, SegmentTime.YEAR);

    private final TimeBuckets buckets;
    private final int segmentRowsMax;

    public BuildPlanner(TimeBuckets buckets, int segmentRowsMax) {
        this.buckets = buckets;
        this.segmentRowsMax = segmentRowsMax;
    }

    /// Smallest and largest time of a file; null where it has none or they are not known.
    public record TimeRange(long min, long max) {
        static TimeRange merge(TimeRange left, TimeRange right) {
            if (left == null || right == null) {
                return left == null ? right : left;
            }
            return new TimeRange(Math.min(left.min, right.min), Math.max(left.max, right.max));
        }
    }

    /// The width for a table that leaves the choice to us: the finest that is not sparse.
    ///
    /// @param range of the whole table, null if unknown
    public static SegmentTime automaticWidth(
            long rowCount, TimeRange range, Function<SegmentTime, TimeBuckets> buckets) {
        if (range == null) {
            return SegmentTime.ALL;
        }
        for (SegmentTime width : AUTO_WIDTHS) {
            if (rowCount / buckets.apply(width).count(range.min(), range.max()) >= BUCKET_ROWS_MIN) {
                return width;
            }
        }
        return SegmentTime.ALL;
    }

    /// The time bucket by which rows are sorted before the cluster-by columns: an hour or a day, the finest that is not
    /// sparse; 0 if both are.
    ///
    /// @param range of the whole table
    public static long rowBucketMicros(long rowCount, TimeRange range, ColumnType.Kind kind) {
        if (kind != ColumnType.Kind.DATE && isDense(rowCount, range, new TimeBuckets(SegmentTime.HOUR, kind))) {
            return MICROS_PER_HOUR;
        }
        return isDense(rowCount, range, new TimeBuckets(SegmentTime.DAY, kind)) ? MICROS_PER_DAY : 0;
    }

    private static boolean isDense(long rowCount, TimeRange range, TimeBuckets buckets) {
        return rowCount / buckets.count(range.min(), range.max()) >= ROW_BUCKET_ROWS_MIN;
    }

    /// @param ranges by path
    public List<BuildTask> plan(List<SourceFile> files, Map<String, TimeRange> ranges) {
        Map<Long, List<SourceFile>> within = new TreeMap<>();
        List<SourceFile> spanning = new ArrayList<>();
        Comparator<SourceFile> order = Comparator.<SourceFile>comparingLong(file -> {
            TimeRange range = ranges.get(file.path());
            return range == null ? Long.MIN_VALUE : range.min();
        }).thenComparing(SourceFile::path);
        for (SourceFile file : files.stream().sorted(order).toList()) {
            TimeRange range = ranges.get(file.path());
            if (buckets.width() == SegmentTime.ALL) {
                within.computeIfAbsent(0L, bucket -> new ArrayList<>()).add(file);
            } else if (range != null && buckets.count(range.min(), range.max()) == 1) {
                within.computeIfAbsent(buckets.bucketOf(range.min()), bucket -> new ArrayList<>()).add(file);
            } else {
                spanning.add(file);
            }
        }
        List<BuildTask> tasks = new ArrayList<>();
        within.values().forEach(group -> pack(group, segmentRowsMax, tasks));
        pack(spanning, segmentRowsMax * spanFactor(spanning, ranges), tasks);
        return tasks;
    }

    private long spanFactor(List<SourceFile> spanning, Map<String, TimeRange> ranges) {
        TimeRange all = null;
        for (SourceFile file : spanning) {
            all = TimeRange.merge(all, ranges.get(file.path()));
        }
        long span = all == null ? 1 : buckets.count(all.min(), all.max());
        return Math.clamp(span / SPAN_PER_FACTOR, 1, FACTOR_MAX);
    }

    private static void pack(List<SourceFile> files, long rowsMax, List<BuildTask> target) {
        List<SourceFile> open = new ArrayList<>();
        long rows = 0;
        for (SourceFile file : files) {
            if (!open.isEmpty() && rows + file.rowCount() > rowsMax) {
                target.add(new BuildTask(open, null));
                open = new ArrayList<>();
                rows = 0;
            }
            open.add(file);
            rows += file.rowCount();
        }
        if (!open.isEmpty()) {
            target.add(new BuildTask(open, null));
        }
    }
}
