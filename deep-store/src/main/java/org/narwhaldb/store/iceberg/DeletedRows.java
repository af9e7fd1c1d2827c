package org.narwhaldb.store.iceberg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.StructLikeSet;
import org.apache.iceberg.util.StructProjection;
import org.narwhaldb.segment.error.NarwhalException;

/// Which rows of a data file its delete files remove (https://iceberg.apache.org/spec/#row-level-deletes). Which delete
/// files apply, by sequence number and partition, is decided by Iceberg's scan planning.
final class DeletedRows {
    private final SourceReader reader;
    private final DeleteFiles deleteFiles;

    DeletedRows(SourceReader reader, DeleteFiles deleteFiles) {
        this.reader = reader;
        this.deleteFiles = deleteFiles;
    }

    /// Ascending.
    long[] positions(FileScanTask task) {
        List<DeleteFile> positional = new ArrayList<>();
        Map<List<Integer>, List<DeleteFile>> equalityByColumns = new TreeMap<>(DeletedRows::compare);
        for (DeleteFile file : task.deletes()) {
            if (file.content() == FileContent.EQUALITY_DELETES) {
                List<Integer> columns = List.copyOf(new TreeSet<>(file.equalityFieldIds()));
                equalityByColumns.computeIfAbsent(columns, ignored -> new ArrayList<>()).add(file);
            } else {
                positional.add(file);
            }
        }
        LongStream.Builder positions = LongStream.builder();
        if (!positional.isEmpty()) {
            load(positional, () -> deleteFiles.loadPositionDeletes(positional, task.file().location()))
                    .forEach(positions);
        }
        if (!equalityByColumns.isEmpty()) {
            addEquality(task, equalityByColumns, positions);
        }
        // a position delete may name a row beyond the end; it removes nothing
        long rowCount = task.file().recordCount();
        return positions.build().filter(position -> position < rowCount).sorted().distinct().toArray();
    }

    /// The columns of one set of equality deletes within a row of all equality columns.
    private record EqualitySet(StructLikeSet keys, StructProjection key) {}

    private void addEquality(
            FileScanTask task, Map<List<Integer>, List<DeleteFile>> deletesByColumns, LongStream.Builder positions) {
        TreeSet<Integer> columns = new TreeSet<>();
        deletesByColumns.keySet().forEach(columns::addAll);
        Schema schema = reader.schema(List.copyOf(columns));
        List<EqualitySet> sets = new ArrayList<>();
        deletesByColumns.forEach((ids, files) -> {
            Schema keySchema = reader.schema(ids);
            StructLikeSet keys = load(files, () -> deleteFiles.loadEqualityDeletes(files, keySchema));
            sets.add(new EqualitySet(keys, StructProjection.create(schema, keySchema)));
        });
        InternalRecordWrapper row = new InternalRecordWrapper(schema.asStruct());
        long position = 0;
        try (CloseableIterable<Record> records = reader.records(task, schema)) {
            for (Record each : records) {
                row.wrap(each);
                for (EqualitySet set : sets) {
                    if (set.keys().contains(set.key().wrap(row))) {
                        positions.add(position);
                        break;
                    }
                }
                position++;
            }
        } catch (IOException | RuntimeException e) {
            throw Failures.source("Data file", task.file().location(), e);
        }
    }

    private interface Load<T> {
        T get();
    }

    private static <T> T load(List<DeleteFile> files, Load<T> load) {
        try {
            return load.get();
        } catch (NarwhalException e) {
            throw e;
        } catch (RuntimeException e) {
            throw Failures.source("Delete file", String.join(", ", files.stream().map(DeleteFile::location).toList()),
                    e);
        }
    }

    private static int compare(List<Integer> one, List<Integer> other) {
        for (int index = 0; index < Math.min(one.size(), other.size()); index++) {
            int order = Integer.compare(one.get(index), other.get(index));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.size(), other.size());
    }
}
