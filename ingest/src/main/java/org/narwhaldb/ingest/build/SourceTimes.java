package org.narwhaldb.ingest.build;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.narwhaldb.ingest.build.BuildPlanner.TimeRange;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.iceberg.LakeTable;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;
import org.narwhaldb.store.iceberg.SourceRows;
import org.narwhaldb.store.version.SegmentEntry;

/// Time ranges of source files: from their metadata, else by reading the one column.
public final class SourceTimes {
    private final LakeTable table;
    private final Field field;
    private final Map<String, TimeRange> known = new HashMap<>();

    /// @param field the time column, null for a table without one
    public SourceTimes(LakeTable table, Field field) {
        this.table = table;
        this.field = field != null && TimeBuckets.isTime(field.type().kind()) ? field : null;
    }

    /// By path; a file without any time is absent.
    public Map<String, TimeRange> of(Collection<SourceFile> files) {
        Map<String, TimeRange> ranges = new HashMap<>();
        if (field == null) {
            return ranges;
        }
        for (SourceFile file : files) {
            TimeRange range = known.computeIfAbsent(file.path(), path -> range(file));
            if (range != null) {
                ranges.put(file.path(), range);
            }
        }
        return ranges;
    }

    /// Over the files whose metadata know it; null when none does.
    public TimeRange whole(Collection<SourceFile> files) {
        TimeRange whole = null;
        if (field != null) {
            for (SourceFile file : files) {
                whole = TimeRange.merge(whole, table.bounds(file, field.id()).map(SourceTimes::range).orElse(null));
            }
        }
        return whole;
    }

    private static TimeRange range(SegmentEntry.ColumnBounds bounds) {
        return bounds.min() == null || bounds.max() == null ? null
                : new TimeRange((Long) bounds.min(), (Long) bounds.max());
    }

    private TimeRange range(SourceFile file) {
        Optional<SegmentEntry.ColumnBounds> bounds = table.bounds(file, field.id());
        if (bounds.isPresent()) {
            return range(bounds.get());
        }
        TimeRange range = null;
        try (SourceRows rows = table.read(file, List.of(field))) {
            while (rows.next()) {
                if (!rows.isNull(0)) {
                    long value = rows.longValue(0);
                    range = range == null ? new TimeRange(value, value)
                            : new TimeRange(Math.min(range.min(), value), Math.max(range.max(), value));
                }
            }
        }
        return range;
    }
}
