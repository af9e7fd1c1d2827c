package org.narwhaldb.ingest.build;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.narwhaldb.ingest.build.BuildPlanner.TimeRange;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segments;
import org.narwhaldb.segment.SortKey;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableSpec;
import org.narwhaldb.store.TableSpec.SegmentTime;
import org.narwhaldb.store.iceberg.LakeTable;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;

/// How a table's rows are laid out in segments: its `TableSpec` bound to the current columns.
///
/// The hash names what a change of which rebuilds the table: time column, cluster-by, the segment time asked for, and the
/// version of the segments' format, so that files of another version are neither read nor kept. It begins with the width in
/// use (`day-…`): that is how an automatic choice is remembered.
///
/// @param timeColumn index in `fields`, or -1
/// @param sortKeys Iceberg's own order if the table has one; else a time bucket in which the rows are still many, the
///     cluster-by columns, time: blocks stay narrow in time, and the columns run within a bucket
/// @param prunedFieldIds columns whose bounds matter for pruning: time, cluster-by, partition and sort columns
/// @param hash of the spec, with the width
public record TableLayout(
        List<Field> fields, int timeColumn, List<SortKey> sortKeys, Set<Integer> prunedFieldIds, TimeBuckets buckets,
        String hash) {
    private static final int SPEC_HASH_LENGTH = 16;

    public TableLayout {
        fields = List.copyOf(fields);
        sortKeys = List.copyOf(sortKeys);
        prunedFieldIds = Set.copyOf(prunedFieldIds);
    }

    /// @param recordedHash of the version that stands, null without one
    /// @param recordedRows rows of that version
    /// @param files the table's
    /// @param range of times of the whole table; gives null if unknown. Asked only of a table with a time column
    public static TableLayout of(
            LakeTable table, String recordedHash, long recordedRows, Collection<SourceFile> files,
            Supplier<TimeRange> range) {
        TableSpec spec = table.spec();
        List<Field> fields = table.fields();
        int time = spec.timeColumn() == null ? -1 : index(table, TableSpec.TIME_COLUMN, spec.timeColumn());
        if (time >= 0 && !TimeBuckets.isTime(fields.get(time).type().kind())) {
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                    "Time column [%s] of table [%s] is %s; it must be a DATE or a TIMESTAMP",
                    spec.timeColumn(), table.name(), fields.get(time).type());
        }
        List<Integer> clusterIds = new ArrayList<>();
        for (String name : spec.clusterBy()) {
            Field field = fields.get(index(table, TableSpec.CLUSTER_BY, name));
            if (field.type().isNested()) {
                throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                        "Cluster-by column [%s] of table [%s] is %s, which has no order", name, table.name(),
                        field.type());
            }
            clusterIds.add(field.id());
        }
        String suffix = specHash(table);
        boolean same = recordedHash != null && suffix(recordedHash).equals(suffix);
        long rows = files.stream().mapToLong(SourceFile::rowCount).sum();
        // a choice once made stays until the table has more than doubled since
        Optional<SegmentTime> chosen = same && rows <= 2 * recordedRows ? width(recordedHash) : Optional.empty();
        TimeRange whole = time < 0 ? null : range.get();
        TimeBuckets buckets = buckets(spec, time < 0 ? null : fields.get(time), chosen, width ->
                BuildPlanner.automaticWidth(rows, whole, width));
        long rowBucket = whole == null ? 0 : BuildPlanner.rowBucketMicros(rows, whole, fields.get(time).type().kind());
        Set<Integer> pruned = new LinkedHashSet<>(clusterIds);
        pruned.addAll(table.partitionFieldIds());
        pruned.addAll(table.sortFieldIds());
        if (time >= 0) {
            pruned.add(fields.get(time).id());
        }
        return new TableLayout(fields, time, sortKeys(table, clusterIds, time, rowBucket), pruned, buckets,
                buckets.width().name().toLowerCase(Locale.ROOT) + "-" + suffix);
    }

    /// Whether a version of that hash has the layout that the table asks for, whatever width was chosen for it.
    public static boolean isOf(LakeTable table, String recordedHash) {
        return recordedHash != null && suffix(recordedHash).equals(specHash(table));
    }

    /// Of the columns by id: renaming one changes nothing. A column that is not there counts by its name.
    private static String specHash(LakeTable table) {
        TableSpec spec = table.spec();
        Map<String, String> ids = new HashMap<>();
        table.fields().forEach(field -> ids.put(field.name(), "#" + field.id()));
        String time = spec.timeColumn() == null ? "" : ids.getOrDefault(spec.timeColumn(), spec.timeColumn());
        List<String> cluster = spec.clusterBy().stream().map(name -> ids.getOrDefault(name, name)).toList();
        return Fingerprint.of("spec", Segments.FORMAT_VERSION, time, cluster, spec.segmentTime()).substring(0, SPEC_HASH_LENGTH);
    }

    private static List<SortKey> sortKeys(LakeTable table, List<Integer> clusterIds, int time, long rowBucket) {
        List<SortKey> keys = new ArrayList<>();
        Set<Integer> ids = new LinkedHashSet<>(table.sortFieldIds());
        if (ids.isEmpty()) {
            ids.addAll(clusterIds);
            if (time >= 0) {
                int timeId = table.fields().get(time).id();
                if (rowBucket > 0 && !ids.isEmpty() && !ids.contains(timeId)) {
                    keys.add(new SortKey(timeId, rowBucket));
                }
                ids.add(timeId);
            }
        }
        ids.stream().filter(id -> sortable(table.fields(), id)).map(SortKey::of).forEach(keys::add);
        return keys;
    }

    private static boolean sortable(List<Field> fields, int id) {
        return fields.stream().anyMatch(field -> field.id() == id && !field.type().isNested());
    }

    private static TimeBuckets buckets(
            TableSpec spec, Field time, Optional<SegmentTime> chosen,
            Function<Function<SegmentTime, TimeBuckets>, SegmentTime> choice) {
        if (time == null || spec.segmentTime() == SegmentTime.ALL) {
            return TimeBuckets.ONE;
        }
        Function<SegmentTime, TimeBuckets> buckets = width -> new TimeBuckets(width, time.type().kind());
        if (spec.segmentTime() != SegmentTime.AUTO) {
            return buckets.apply(spec.segmentTime());
        }
        return buckets.apply(chosen.orElseGet(() -> choice.apply(buckets)));
    }

    private static Optional<SegmentTime> width(String hash) {
        for (SegmentTime width : SegmentTime.values()) {
            if (width != SegmentTime.AUTO && hash.startsWith(width.name().toLowerCase(Locale.ROOT) + "-")) {
                return Optional.of(width);
            }
        }
        return Optional.empty();
    }

    private static String suffix(String hash) {
        return hash.substring(hash.indexOf('-') + 1);
    }

    private static int index(LakeTable table, String key, String name) {
        for (int index = 0; index < table.fields().size(); index++) {
            if (table.fields().get(index).name().equals(name)) {
                return index;
            }
        }
        throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                "Table [%s] has no column [%s], named by property [%s]; columns: %s",
                table.name(), name, key, table.fields().stream().map(Field::name).toList());
    }

    /// Whether segments built for `built` columns answer for `current` ones without being built again. Columns are
    /// matched by id: added, dropped, renamed, reordered and promoted ones are the reader's business. Nested types are
    /// stored as trees of their own time, and an initial default is not stored at all.
    public static boolean columnsReusable(List<Field> built, List<Field> current, Set<Integer> defaulted,
            boolean schemaWentBack) {
        Map<Integer, Field> before = new HashMap<>();
        built.forEach(field -> before.put(field.id(), field));
        for (Field field : current) {
            Field old = before.get(field.id());
            if (old == null && (schemaWentBack || defaulted.contains(field.id()))) {
                return false;
            }
            if (old != null && (old.type().isNested() || field.type().isNested()) && !old.type().equals(field.type())) {
                return false;
            }
            if (old != null && old.type().kind() == ColumnType.Kind.DATE
                    && field.type().kind() != ColumnType.Kind.DATE) {
                // the recorded bounds count days, the promoted column's would count microseconds
                return false;
            }
        }
        return true;
    }
}
