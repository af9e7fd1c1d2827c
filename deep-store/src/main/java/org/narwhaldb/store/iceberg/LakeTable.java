package org.narwhaldb.store.iceberg;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;
import org.narwhaldb.store.version.SegmentEntry;

/// One Iceberg table at one metadata version: its schema, its spec and, for the current snapshot, exactly which rows
/// are in it. Immutable view; thread-safe.
public interface LakeTable {
    TableName name();

    String uuid();

    String location();

    /// -1 if the table has no snapshot.
    long snapshotId();

    long sequenceNumber();

    int schemaId();

    /// Top-level columns of the current schema, ids = Iceberg field ids.
    List<Field> fields();

    Map<String, String> properties();

    TableSpec spec();

    /// Field ids of the table's own sort order (identity terms only, ascending), empty if unsorted.
    List<Integer> sortFieldIds();

    /// Field ids of all columns that some partition spec in use is derived from: their bounds prune.
    List<Integer> partitionFieldIds();

    /// The current snapshot's data files with the deletes that apply to each, by path. Follows Iceberg's rules on
    /// sequence numbers and partitions (https://iceberg.apache.org/spec/#scan-planning).
    Map<String, SourceFile> sourceFiles();

    /// The snapshot's summary property `narwhal.load-id`, over the history that is still there: the snapshot that
    /// committed a load.
    Optional<Long> snapshotOfLoad(String loadId);

    /// Bounds of the time column (or another number) over a data file's rows, as the file's metadata have them: outer bounds.
    /// Empty if they are not known.
    default Optional<SegmentEntry.ColumnBounds> bounds(SourceFile file, int fieldId) {
        return Optional.empty();
    }

    /// Field ids of top-level columns whose initial default is not NULL: rows written before they were added read as it.
    default Set<Integer> defaultedFieldIds() {
        return Set.of();
    }

    /// Reads all physical rows of a data file, deleted ones too, in file order.
    ///
    /// @param columns by field id, with the type wanted (the table's current one: promotions are applied); a column
    ///     absent from the file yields its initial default, else NULL
    /// @throws org.narwhaldb.segment.error.NarwhalException SOURCE_FILE_MISSING, BAD_INPUT_FILE (naming file and
    ///     reason)
    SourceRows read(SourceFile file, List<Field> columns);

    /// As `read`, some thousands of rows at a time.
    default SourceBatches readBatches(SourceFile file, List<Field> columns) {
        return new RowBatches(read(file, columns), columns.size());
    }

    /// Positions, ascending, of the rows of `file` that its deletes (position deletes, deletion vectors, equality
    /// deletes) remove. Equality deletes read the file's equality columns.
    long[] deletedPositions(SourceFile file);

    /// Starts collecting data files to commit in one snapshot.
    LakeLoad newLoad(String loadId);

    /// @param sequenceNumber data sequence number
    /// @param deletes identities of the delete files that apply: path, and content offset for a deletion vector
    /// @param handle what `read` and `deletedPositions` need; opaque
    record SourceFile(String path, long sequenceNumber, long rowCount, long sizeBytes, List<String> deletes,
            Object handle) {
        public SourceFile {
            deletes = deletes.stream().sorted().toList();
        }
    }
}
