package org.narwhaldb.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.narwhaldb.benchmarks.compare.Stopwatch;
import org.narwhaldb.benchmarks.data.BenchHome;
import org.narwhaldb.benchmarks.engine.NarwhalEngine;
import org.narwhaldb.benchmarks.query.BenchQuery;

/// A cluster that is started again with its data loaded: when it is ready, what the first, second and tenth query of each shape cost beside
/// the steady time, and what it keeps in memory.
final class StartBench {
    private static final int TENTH = 10;
    private static final int STEADY_RUNS = 7;
    private static final double FIRST_ABOVE_STEADY_MILLIS = 100;
    private static final double TENTH_TIMES_STEADY = 3;

    private final PrintStream out;

    StartBench(PrintStream out) {
        this.out = out;
    }

    /// @param home loaded already, and with nobody in it
    void run(Path root, Path home, String memory, List<BenchQuery> queries) throws IOException {
        try (ClusterProcess cluster = ClusterProcess.start(root, home, memory);
                NarwhalEngine engine = NarwhalEngine.connect(cluster.url(), "main")) {
            double served = Stopwatch.time(() -> engine.drain("SELECT COUNT(*) FROM events"));
            Map<String, double[]> times = new LinkedHashMap<>();
            for (BenchQuery query : queries) {
                try {
                    times.put(query.name(), IntStream.range(0, TENTH)
                            .mapToDouble(_ -> Stopwatch.time(() -> engine.drain(query.narwhalSql()))).toArray());
                } catch (RuntimeException e) {
                    out.printf("# %s: no answer: %s%n", query.name(), e.getMessage().lines().findFirst().orElse(""));
                }
            }
            out.println("suite\tquery\tfirst_ms\tsecond_ms\ttenth_ms\tsteady_ms");
            int slowFirst = 0;
            int slowTenth = 0;
            for (BenchQuery query : queries.stream().filter(one -> times.containsKey(one.name())).toList()) {
                double steady = new Stopwatch(STEADY_RUNS, 2_000).medians(List.of(() -> engine.drain(query.narwhalSql())))[0];
                double[] before = times.get(query.name());
                slowFirst += before[0] > steady + FIRST_ABOVE_STEADY_MILLIS ? 1 : 0;
                slowTenth += before[TENTH - 1] > steady * TENTH_TIMES_STEADY ? 1 : 0;
                out.printf(Locale.ROOT, "start\t%s\t%.3f\t%.3f\t%.3f\t%.3f%n", query.name(), before[0], before[1], before[TENTH - 1],
                        steady);
            }
            out.printf(Locale.ROOT, "# ready after %.1f s, first count(*) answered %.2f s later%n", cluster.readySeconds(), served / 1e3);
            out.printf("# of %d shapes, %d first queries took over 100 ms more than steady ones, %d tenth ones over three times as long%n",
                    times.size(), slowFirst, slowTenth);
            out.printf(Locale.ROOT, "# segments %.1f MB; resident, in MB: %s%n", BenchHome.bytes(home.resolve("segment-store")) / 1e6,
                    megabytes(cluster));
        }
    }

    private static String megabytes(ClusterProcess cluster) {
        StringBuilder text = new StringBuilder();
        cluster.resident().forEach((name, kilobytes) -> {
            if (List.of("RSS", "HWM", "Anon", "File").contains(name)) {
                text.append(String.format(Locale.ROOT, "%s %.0f ", name, kilobytes * 1_024 / 1e6));
            }
        });
        return text.toString().strip();
    }
}
