package org.narwhaldb.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.narwhaldb.benchmarks.compare.Comparison;
import org.narwhaldb.benchmarks.compare.Stopwatch;
import org.narwhaldb.benchmarks.engine.DuckDbEngine;
import org.narwhaldb.benchmarks.engine.NarwhalEngine;
import org.narwhaldb.benchmarks.query.BenchQuery;

/// How fast a large answer leaves: to Java's stock Flight client, and to Python's ADBC driver as one Arrow table
/// (`benchmarks/clients/wire.py`). DuckDB hands the same rows over within the process.
final class WireBench {
    private static final String SUITE = "wire";

    private final NarwhalEngine narwhal;
    private final Optional<DuckDbEngine> duckDb;
    private final Stopwatch stopwatch;
    private final int runs;

    WireBench(NarwhalEngine narwhal, Optional<DuckDbEngine> duckDb, Stopwatch stopwatch, int runs) {
        this.narwhal = narwhal;
        this.duckDb = duckDb;
        this.stopwatch = stopwatch;
        this.runs = runs;
    }

    void java(BenchQuery query, Comparison comparison) {
        long[] size = {0, 0};
        narwhal.read(query.narwhalSql(), _ -> { }, root -> {
            size[0] += root.getRowCount();
            size[1] += root.getFieldVectors().stream().mapToLong(FieldVector::getBufferSize).sum();
        });
        List<Runnable> pieces = new ArrayList<>(List.of(() -> narwhal.drain(query.narwhalSql())));
        duckDb.ifPresent(engine -> pieces.add(() -> engine.drain(query.duckDbSql())));
        double[] medians = stopwatch.medians(pieces);
        boolean whole = duckDb.isEmpty() || duckDb.get().drain(query.duckDbSql()) == size[0];
        comparison.add(new Comparison.Result(SUITE, query.name() + "-java", query.queryClass(), size[0], medians[0],
                medians.length > 1 ? medians[1] : Double.NaN, whole, false, speed(size[0], size[1], medians[0])));
    }

    /// @param root of the source tree, where the clients are
    void python(BenchQuery query, String address, Path root, Comparison comparison) throws IOException, InterruptedException {
        String python = output(new ProcessBuilder(root.resolve("conformance-tests/clients/venv.sh").toString())).strip();
        String script = root.resolve("benchmarks/clients/wire.py").toString();
        String[] lines = output(new ProcessBuilder(python, script, address, query.narwhalSql(), String.valueOf(runs))).strip().split("\n");
        String[] shape = lines[0].split(" ");
        long rows = Long.parseLong(shape[0]);
        double[] millis = new double[lines.length - 1];
        for (int run = 0; run < millis.length; run++) {
            millis[run] = Double.parseDouble(lines[run + 1]) * 1_000;
        }
        boolean whole = duckDb.isEmpty() || duckDb.get().drain(query.duckDbSql()) == rows;
        double median = Stopwatch.median(millis);
        comparison.add(new Comparison.Result(SUITE, query.name() + "-python", query.queryClass(), rows, median, Double.NaN, whole, false,
                speed(rows, Long.parseLong(shape[1]), median)));
    }

    private static String speed(long rows, long bytes, double millis) {
        return String.format(Locale.ROOT, "%.2f million rows/s, %.0f MB/s, %.1f bytes a row", rows / millis / 1e3, bytes / millis / 1e3,
                (double) bytes / rows);
    }

    private static String output(ProcessBuilder command) throws IOException, InterruptedException {
        Process process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("%s ended with code %d".formatted(command.command().getFirst(), process.exitValue()));
        }
        return text;
    }
}
