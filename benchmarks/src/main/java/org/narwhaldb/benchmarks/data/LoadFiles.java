package org.narwhaldb.benchmarks.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.benchmarks.engine.DuckDbEngine;

/// A table's rows, in the order they came in, as files to load, written by DuckDB and kept.
public final class LoadFiles {
    private final Path directory;
    private final DuckDbEngine engine;
    private final String rows;
    private final long rowCount;

    /// @param rows what reads them in their order
    public LoadFiles(Path directory, DuckDbEngine engine, String rows, long rowCount) {
        this.directory = directory;
        this.engine = engine;
        this.rows = rows;
        this.rowCount = rowCount;
    }

    /// @param reader DuckDB's table function over them
    public record Written(List<String> files, String reader, long rowCount, long bytes) {}

    public Written parquet(int count) {
        return write("parquet", "FORMAT parquet, COMPRESSION zstd", "read_parquet", rowCount, count);
    }

    /// @param share of the rows, from the first
    public Written csv(double share, int count) {
        return write("csv", "FORMAT csv, HEADER", "read_csv", (long) (rowCount * share), count);
    }

    public Written json(double share, int count) {
        return write("json", "FORMAT json", "read_json", (long) (rowCount * share), count);
    }

    private Written write(String format, String options, String reader, long rowsWanted, int count) {
        Path folder = directory.resolve("%s-%d".formatted(format, count));
        List<String> files = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            files.add(folder.resolve("rows-%03d.%s".formatted(number, format)).toString());
        }
        try {
            if (!Files.exists(Path.of(files.getLast()))) {
                Files.createDirectories(folder);
                engine.execute("CREATE TEMP TABLE IF NOT EXISTS in_order AS SELECT * FROM " + rows);
                for (int number = 0; number < count; number++) {
                    engine.execute("COPY (SELECT * FROM in_order WHERE rowid >= %d AND rowid < %d) TO '%s' (%s)".formatted(
                            rowsWanted * number / count, rowsWanted * (number + 1) / count, files.get(number), options));
                }
            }
            long bytes = 0;
            for (String file : files) {
                bytes += Files.size(Path.of(file));
            }
            return new Written(files, "%s('%s/*.%s')".formatted(reader, folder, format), rowsWanted, bytes);
        } catch (IOException e) {
            throw new IllegalStateException("Cannot write [%s]".formatted(folder), e);
        }
    }
}
