package org.narwhaldb.benchmarks;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.config.HomeDirectory;
import org.narwhaldb.launcher.demo.DemoData;
import org.narwhaldb.launcher.process.OneJvmCluster;
import org.narwhaldb.store.iceberg.Lake;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./narwhal bench SUITE`: runs a suite through a Flight SQL client against a one-JVM cluster and DuckDB on the very same rows, query by
/// query, alternating, in one run.
@Command(name = "narwhal bench", mixinStandardHelpOptions = true, description = "Times a suite beside DuckDB on the same rows, in one run.")
public final class Main implements Callable<Integer> {
    @Parameters(paramLabel = "SUITE", description = "tpch")
    private String suite;

    @Option(names = "--scale", paramLabel = "S", defaultValue = "1", description = "TPC-H scale factor (default: ${DEFAULT-VALUE})")
    private double scale;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "5", description = "Timed runs of each query (default: ${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--home", paramLabel = "DIR", defaultValue = "./var/bench",
            description = "Where the tables are kept (default: ${DEFAULT-VALUE})")
    private Path home;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the TSV here (default: standard output)")
    private Path out;

    @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "4g",
            description = "Of the process; the launcher script makes the heap of it")
    private String memory;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (!suite.equals("tpch")) {
            System.err.println("narwhal bench: unknown suite [" + suite + "]; there is tpch");
            return 2;
        }
        try (OneJvmCluster cluster = OneJvmCluster.start(new OneJvmCluster.Settings(new HomeDirectory(home), 0, 2));
                NarwhalClient client = NarwhalClient.connect(cluster.url());
                Lake lake = Lake.open("narwhal", cluster.home().catalogProperties());
                PrintStream rows = out == null ? System.out : new PrintStream(out.toFile(), StandardCharsets.UTF_8)) {
            new DemoData(lake, client, System.err::println).tpch(scale);
            List<Comparison.Result> results = new TpchSuite(client, cluster.home().warehouse()).run(runs);
            Comparison.print("tpch", results, rows);
            return results.stream().allMatch(Comparison.Result::same) ? 0 : 1;
        }
    }
}
