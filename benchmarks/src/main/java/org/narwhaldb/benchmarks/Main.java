package org.narwhaldb.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.narwhaldb.benchmarks.compare.Comparison;
import org.narwhaldb.benchmarks.compare.Stopwatch;
import org.narwhaldb.benchmarks.data.BenchHome;
import org.narwhaldb.benchmarks.data.BenchProcesses;
import org.narwhaldb.benchmarks.data.Dataset;
import org.narwhaldb.benchmarks.data.LoadFiles;
import org.narwhaldb.benchmarks.engine.DuckDbEngine;
import org.narwhaldb.benchmarks.engine.NarwhalEngine;
import org.narwhaldb.benchmarks.query.BenchQuery;
import org.narwhaldb.benchmarks.query.QueryFiles;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `./narwhal bench SUITE`: runs a suite through a Flight SQL client against a started one-JVM cluster, and through DuckDB in
/// this process on the very same rows.
@Command(name = "narwhal bench", mixinStandardHelpOptions = true, description = {
    "Times a suite beside DuckDB on the same rows, in one run.",
    "Exit code 1 if an answer is wrong or missing."})
public final class Main implements Callable<Integer> {
    private static final long EVENTS_ROWS = 20_000_000;
    private static final long SCALE_ONE_ROWS = 6_000_000;
    private static final long SEGMENTS_ROWS = 10_000_000;
    private static final int[] SEGMENTS = {1, 16};

    @Parameters(paramLabel = "SUITE", description = "events, ssb, ssb-star, tpch, segments, concurrency, wire, load, start")
    private String suite;

    @Option(names = "--rows", paramLabel = "N",
            description = "Rows of the largest table, about (default: 20 million events, 6 million of the others, which is scale 1)")
    private Long rows;

    @Option(names = "--against", paramLabel = "ENGINE", defaultValue = "duckdb", description = "duckdb or none (default: ${DEFAULT-VALUE})")
    private String against;

    @Option(names = "--enum", description = "DuckDB stores dimensions as ENUM")
    private boolean enums;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "7", description = "Timed runs of each query (default: ${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--warm-up", paramLabel = "S", defaultValue = "6",
            description = "Most seconds for the warm-ups of a query (default: ${DEFAULT-VALUE})")
    private double warmUpSeconds;

    @Option(names = "--clients", paramLabel = "N", split = ",", defaultValue = "1,8,32",
            description = "concurrency: how many at once (default: ${DEFAULT-VALUE})")
    private List<Integer> clients;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "5",
            description = "concurrency: length of a round, of which there are four (default: ${DEFAULT-VALUE})")
    private double roundSeconds;

    @Option(names = "--processes", description = "concurrency: two segment servers and a front end in processes of their own")
    private boolean processes;

    @Option(names = "--cache", description = "Narwhal may answer from what it has kept of answers (default: it computes each)")
    private boolean cache;

    @Option(names = "--query", paramLabel = "REGEX", description = "Only the queries whose name this matches")
    private Pattern only;

    @Option(names = "--home", paramLabel = "DIR", defaultValue = "./var/bench",
            description = "Where data sets are kept, each in a home of its own (default: ${DEFAULT-VALUE})")
    private Path homes;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the TSV here (default: standard output)")
    private Path out;

    @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "4g",
            description = "Of the process; the launcher script makes the heap of it")
    private String memory;

    @Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean right = switch (suite) {
            case "events" -> queries(events());
            case "ssb", "ssb-star" -> queries(Dataset.ssb(rows(SCALE_ONE_ROWS)));
            case "tpch" -> queries(Dataset.tpch(rows(SCALE_ONE_ROWS)));
            case "segments" -> segments();
            case "concurrency" -> concurrency();
            case "wire" -> wire();
            case "load" -> load();
            case "start" -> start();
            default -> throw new ParameterException(spec.commandLine(),
                    "Unknown suite [" + suite + "]; there are events, ssb, ssb-star, tpch, segments, concurrency, wire, load, start");
        };
        return right ? 0 : 1;
    }

    private Dataset events() {
        return Dataset.events(rows(EVENTS_ROWS));
    }

    private boolean queries(Dataset dataset) throws IOException {
        try (BenchHome home = BenchHome.open(homes, dataset, BenchHome.caches(cache), Main::say); PrintStream rows = output();
                NarwhalEngine narwhal = home.narwhal(); DuckDbEngine duckDb = duckDb(home)) {
            Comparison comparison = new Comparison(rows);
            new QuerySuite(suite, narwhal, Optional.ofNullable(duckDb), stopwatch(), Main::say).run(wanted(suite), comparison);
            return comparison.summarize();
        }
    }

    /// The same rows in one segment and in many.
    private boolean segments() throws IOException {
        try (PrintStream rows = output()) {
            Comparison comparison = new Comparison(rows);
            for (int count : SEGMENTS) {
                long wanted = rows(SEGMENTS_ROWS);
                Map<String, String> configuration = new HashMap<>(BenchHome.caches(cache));
                configuration.put("segment-rows-max", String.valueOf((wanted + count - 1) / count));
                try (BenchHome home = BenchHome.open(homes, Dataset.users(wanted, count), configuration, Main::say);
                        NarwhalEngine narwhal = home.narwhal(); DuckDbEngine duckDb = duckDb(home)) {
                    say("  segments: " + home.segmentCount());
                    new QuerySuite("segments-" + count, narwhal, Optional.ofNullable(duckDb), stopwatch(), Main::say)
                            .run(wanted(suite), comparison);
                }
            }
            return comparison.summarize();
        }
    }

    private boolean concurrency() throws IOException {
        try (BenchHome home = BenchHome.open(homes, events(), BenchHome.caches(cache), Main::say)) {
            if (!processes) {
                try (NarwhalEngine narwhal = home.narwhal(); DuckDbEngine duckDb = duckDb(home)) {
                    return concurrency(narwhal, duckDb);
                }
            }
            try (DuckDbEngine loaded = duckDb(home)) {
                say(loaded == null ? "  without DuckDB" : "  with DuckDB in this process");
            }
        }
        Path file = BenchHome.duckDbFile(homes, events(), enums);
        try (BenchProcesses servers = BenchProcesses.start(homes, events(), cache); NarwhalEngine narwhal = servers.narwhal();
                DuckDbEngine duckDb = against.equals("none") ? null : DuckDbEngine.open(file, events().schema())) {
            return concurrency(narwhal, duckDb);
        }
    }

    private boolean concurrency(NarwhalEngine narwhal, DuckDbEngine duckDb) throws IOException {
        try (PrintStream rows = output()) {
            Comparison comparison = new Comparison(rows);
            ConcurrencyBench bench = new ConcurrencyBench(narwhal, Optional.ofNullable(duckDb), roundSeconds);
            bench.run("dashboard", wanted(suite), clients, comparison);
            bench.run("series", List.of(QueryFiles.query(suite, "series")), clients, comparison);
            return comparison.summarize();
        }
    }

    private boolean wire() throws IOException, InterruptedException {
        try (BenchHome home = BenchHome.open(homes, events(), BenchHome.caches(cache), Main::say); PrintStream rows = output();
                NarwhalEngine narwhal = home.narwhal(); DuckDbEngine duckDb = duckDb(home)) {
            Comparison comparison = new Comparison(rows);
            WireBench bench = new WireBench(narwhal, Optional.ofNullable(duckDb), stopwatch(), runs);
            for (BenchQuery query : wanted(suite)) {
                bench.java(query, comparison);
                bench.python(query, "127.0.0.1:" + home.cluster().port(), root(), comparison);
            }
            return comparison.summarize();
        }
    }

    private boolean load() throws IOException {
        Dataset dataset = events();
        String inOrder;
        try (BenchHome home = BenchHome.open(homes, dataset, BenchHome.caches(cache), Main::say)) {
            inOrder = home.rows();
        }
        try (PrintStream rows = output(); DuckDbEngine engine = DuckDbEngine.open(Path.of(""), dataset.schema())) {
            Comparison comparison = new Comparison(rows);
            LoadFiles files = new LoadFiles(homes.resolve("files-" + dataset.name()), engine, inOrder, rows(EVENTS_ROWS));
            new LoadBench(homes, dataset, engine, files).run(comparison);
            return comparison.summarize();
        }
    }

    private boolean start() throws IOException {
        Dataset dataset = events();
        BenchHome.open(homes, dataset, BenchHome.caches(cache), Main::say).close();
        try (PrintStream rows = output()) {
            new StartBench(rows).run(root(), BenchHome.directory(homes, dataset).path(), memory, wanted("events"));
        }
        return true;
    }

    private List<BenchQuery> wanted(String queries) {
        return QueryFiles.suite(queries).stream().filter(query -> only == null || only.matcher(query.name()).find()).toList();
    }

    private Stopwatch stopwatch() {
        return new Stopwatch(runs, warmUpSeconds * 1_000);
    }

    /// Null if it is not wanted.
    private DuckDbEngine duckDb(BenchHome home) {
        return against.equals("none") ? null : home.duckDb(enums);
    }

    /// Of the source tree, which the script names.
    private static Path root() {
        return Path.of(System.getProperty("narwhal.root"));
    }

    private long rows(long otherwise) {
        return rows == null ? otherwise : rows;
    }

    private PrintStream output() throws IOException {
        return out == null ? new PrintStream(System.out, true, StandardCharsets.UTF_8) {
            @Override
            public void close() {
                flush();
            }
        } : new PrintStream(out.toFile(), StandardCharsets.UTF_8);
    }

    private static void say(String text) {
        System.err.printf(Locale.ROOT, "%s%n", text);
    }
}
