package org.narwhaldb.launcher.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.client.OutputFormat;
import org.narwhaldb.launcher.client.SqlShell;
import org.narwhaldb.launcher.config.HomeDirectory;
import org.narwhaldb.launcher.demo.DemoData;
import org.narwhaldb.launcher.process.OneJvmCluster;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.iceberg.Lake;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Starts a one-JVM cluster, loads TPC-H and a clickstream into Iceberg tables, answers sample queries, and stays up.")
public final class DemoCommand implements Callable<Integer> {
    private record Sample(String title, String sql) {}

    private static final List<Sample> SAMPLES = List.of(
            new Sample("The busiest countries of one week, with their buyers", """
                    SELECT country, COUNT(*) AS events, COUNT(DISTINCT user_id) AS users, SUM(amount) AS revenue
                    FROM events
                    WHERE event_time >= TIMESTAMP '2026-02-02 00:00:00' AND event_time < TIMESTAMP '2026-02-09 00:00:00'
                    GROUP BY country
                    ORDER BY events DESC, country
                    LIMIT 5"""),
            new Sample("Purchases by month and device", """
                    SELECT DATE_TRUNC('month', event_time) AS "month", device, COUNT(*) AS purchases, AVG(amount) AS average
                    FROM events
                    WHERE event_type = 'purchase'
                    GROUP BY 1, 2
                    ORDER BY 1, 2
                    LIMIT 6"""),
            new Sample("TPC-H Q5: revenue by supplier nation in Asia, a join of six tables", """
                    SELECT n_name, SUM(l_extendedprice * (1 - l_discount)) AS revenue
                    FROM tpch.customer, tpch.orders, tpch.lineitem, tpch.supplier, tpch.nation, tpch.region
                    WHERE c_custkey = o_custkey AND l_orderkey = o_orderkey AND l_suppkey = s_suppkey AND c_nationkey = s_nationkey
                      AND s_nationkey = n_nationkey AND n_regionkey = r_regionkey AND r_name = 'ASIA'
                      AND o_orderdate >= DATE '1994-01-01' AND o_orderdate < DATE '1995-01-01'
                    GROUP BY n_name
                    ORDER BY revenue DESC"""));

    @Option(names = "--exit", description = "End after the queries; exit code 0 only if all was right")
    private boolean exit;

    @Option(names = "--scale", paramLabel = "S", defaultValue = "0.1", description = "TPC-H scale factor (default: ${DEFAULT-VALUE})")
    private double scale;

    @Option(names = "--events", paramLabel = "N", defaultValue = "2000000",
            description = "Rows of the clickstream (default: ${DEFAULT-VALUE})")
    private long events;

    @Option(names = "--home", paramLabel = "DIR", defaultValue = "./var", description = "The cluster's home (default: ${DEFAULT-VALUE})")
    private Path home;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "9047", description = "Of the front end (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "4g", description = "Of the process (default: ${DEFAULT-VALUE})")
    private String memory;

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        try (OneJvmCluster cluster = OneJvmCluster.start(new OneJvmCluster.Settings(new HomeDirectory(home), port, 2))) {
            System.out.printf("Cluster of two segment servers up after %.1f s; loading%n", (System.nanoTime() - start) / 1e9);
            try (NarwhalClient client = NarwhalClient.connect(cluster.url());
                    Lake lake = Lake.open("narwhal", cluster.home().catalogProperties())) {
                DemoData data = new DemoData(lake, client, System.out::println);
                data.tpch(scale);
                data.events(events);
                for (Sample sample : SAMPLES) {
                    show(client, sample);
                }
            }
            printHowToConnect(cluster);
            return exit ? ExitCode.DONE : Foreground.stay(cluster, "Ready. Ctrl-C ends it.");
        }
    }

    private static void show(NarwhalClient client, Sample sample) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        SqlShell.run(client, sample.sql(), OutputFormat.table, new ByteArrayOutputStream());
        long start = System.nanoTime();
        long rows = SqlShell.run(client, sample.sql(), OutputFormat.table, text);
        double millis = (System.nanoTime() - start) / 1e6;
        System.out.printf("%n%s%n%n%s%n%n%s%d rows, %.1f ms%n", sample.title(), sample.sql().indent(2).stripTrailing(),
                text.toString(StandardCharsets.UTF_8), rows, millis);
        if (rows == 0) {
            throw NarwhalException.of(ErrorCode.INTERNAL, "The sample query [%s] found nothing", sample.title());
        }
    }

    private static void printHowToConnect(OneJvmCluster cluster) {
        System.out.printf("""

                Connect
                  JDBC    jdbc:narwhal://127.0.0.1:%1$d          (jdbc-driver/target/jdbc-driver-0.1.0-SNAPSHOT.jar)
                  Python  pip install adbc-driver-flightsql pyarrow
                          import adbc_driver_flightsql.dbapi as flightsql
                          connection = flightsql.connect("grpc://127.0.0.1:%1$d", autocommit=True)
                          cursor = connection.cursor(); cursor.execute("SELECT COUNT(*) FROM events"); print(cursor.fetchall())
                  Shell   ./narwhal sql --url %2$s
                The tables are Iceberg's: catalog %3$s, warehouse %4$s

                """, cluster.port(), cluster.url(), cluster.home().catalogProperties().get("uri"), cluster.home().warehouse());
        System.out.flush();
    }
}
