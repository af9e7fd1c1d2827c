package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.narwhaldb.conformance.IcebergTables.row;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What front ends and segment servers keep of answers: it is used, it is never the answer of another version, and nothing tells an
/// answer that was kept from one that was computed.
final class KeptAnswersTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "day", Types.DateType.get()),
            Types.NestedField.optional(2, "color", Types.StringType.get()),
            Types.NestedField.optional(3, "amount", Types.LongType.get()),
            Types.NestedField.optional(4, "score", Types.DoubleType.get()));
    private static final Pattern HITS = Pattern.compile("this answer is (kept|not kept|never kept); (\\d+) hits, (\\d+) misses");
    private static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 1);

    private static Path home;
    private static OwnCluster cluster;
    private static IcebergTables lake;

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeAll
    static void start() {
        home = SharedCluster.temporaryHome();
        cluster = new OwnCluster(home, Map.of("result-cache", "4m", "partial-cache", "8m"));
        cluster.start();
        lake = new IcebergTables(cluster.home().catalogProperties());
    }

    @AfterAll
    static void stop() {
        lake.close();
        cluster.close();
    }

    private Table table(String name) {
        Table table = lake.create(name, SCHEMA, PartitionSpec.unpartitioned(), 2);
        table.updateProperties().set("narwhal.time-column", "day").set("narwhal.segment-time", "day").commit();
        for (int day = 0; day < 12; day++) {
            lake.append(table, rows(day));
        }
        cluster.serve("main." + name);
        table.refresh();
        await(table, name);
        return table;
    }

    private Record[] rows(int day) {
        Record[] rows = new Record[1 + random.nextInt(40)];
        for (int index = 0; index < rows.length; index++) {
            rows[index] = row(SCHEMA, FIRST_DAY.plusDays(day), random.nextInt(8) == 0 ? null : "c" + random.nextInt(5),
                    random.nextInt(8) == 0 ? null : (Long) (long) random.nextInt(1_000), random.nextGaussian());
        }
        return rows;
    }

    private static void await(Table table, String name) {
        cluster.awaitSnapshot("main." + name, table.currentSnapshot().snapshotId());
    }

    /// What EXPLAIN ANALYZE says of the statement's answer: its state, hits and misses of the front end so far.
    private static List<String> state(String sql) {
        String text = cluster.query("EXPLAIN ANALYZE " + sql).rows().stream().map(row -> (String) row.getFirst())
                .collect(Collectors.joining("\n"));
        Matcher matcher = HITS.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return List.of(matcher.group(1), matcher.group(2), matcher.group(3));
    }

    private static JsonNode partialCache() {
        for (JsonNode server : cluster.fullStatus().path("servers")) {
            if (server.path("status").has("partialCache")) {
                return server.path("status").path("partialCache");
            }
        }
        throw new AssertionError("No server reports a cache: " + cluster.fullStatus());
    }

    @Test
    void aStatementThatComesAgainIsAnsweredFromWhatIsKept() {
        table("again");
        String sql = "SELECT color, count(*), sum(score) FROM main.again GROUP BY color ORDER BY color";
        Rows computed = cluster.query(sql);
        List<String> before = state(sql);
        assertThat(before.getFirst()).isEqualTo("kept");

        assertThat(cluster.query(sql)).isEqualTo(computed);

        List<String> after = state(sql);
        assertThat(Long.parseLong(after.get(1))).isEqualTo(Long.parseLong(before.get(1)) + 1);
        assertThat(after.get(2)).isEqualTo(before.get(2));
    }

    @Test
    void whatReadsTheClockOrASystemTableIsComputedEachTime() {
        table("clock");
        for (String sql : List.of("SELECT CURRENT_TIMESTAMP, count(*) FROM main.clock", "SELECT * FROM information_schema.tables",
                "SELECT count(*) FROM main.clock WHERE day < CURRENT_DATE")) {
            cluster.query(sql);
            assertThat(state(sql).getFirst()).as(sql).isEqualTo("never kept");
        }
    }

    @Test
    void largeAnswersAreNotKept() {
        Table table = table("large");
        for (int day = 12; day < 16; day++) {
            Record[] rows = new Record[4_000];
            for (int index = 0; index < rows.length; index++) {
                rows[index] = row(SCHEMA, FIRST_DAY.plusDays(day), "text that is long enough " + index, (long) index, 0.5);
            }
            lake.append(table, rows);
        }
        await(table, "large");
        String sql = "SELECT * FROM main.large";
        assertThat(cluster.query(sql).rows()).hasSizeGreaterThan(16_000);

        assertThat(state(sql).getFirst()).isEqualTo("not kept");
    }

    @Test
    void sessionsOfOtherZonesAndLimitsHaveOtherAnswers() {
        table("zones");
        String sql = "SELECT CAST(TIMESTAMP '2026-01-01 00:00:00' AS TIMESTAMP WITH TIME ZONE), count(*) FROM main.zones";
        String rows = "SELECT color FROM main.zones ORDER BY color, score";
        try {
            Map<String, Rows> answers = new LinkedHashMap<>();
            for (String zone : List.of("UTC", "+09:00")) {
                cluster.client().update("SET timezone = '" + zone + "'");
                cluster.query(sql);
                answers.put(zone, cluster.query(sql));
            }
            assertThat(answers.get("UTC").rows()).isNotEqualTo(answers.get("+09:00").rows());
            int all = cluster.query(rows).rows().size();
            cluster.client().update("SET maxrows = '3'");
            assertThat(cluster.query(rows).rows()).hasSize(3);
            cluster.client().update("SET maxrows = '0'");
            assertThat(cluster.query(rows).rows()).hasSize(all);
        } finally {
            cluster.client().update("SET timezone = 'UTC'");
            cluster.client().update("SET maxrows = '0'");
        }
    }

    @Test
    void whatALoadBroughtIsThereOnceItHasReturned() throws IOException {
        for (int load = 0; load < 4; load++) {
            Path file = Files.writeString(home.resolve("load-" + load + ".csv"), "n\n" + load + "\n" + 100 * load + "\n");
            ObjectNode request = JsonNodeFactory.instance.objectNode().put("table", "loaded").put("loadId", "load-" + load);
            request.putArray("files").add(file.toString());
            cluster.client().run("narwhal.load", request, _ -> { });

            for (int time = 0; time < 2; time++) {
                assertThat(cluster.query("SELECT count(*) FROM main.loaded WHERE n >= 0").rows()).containsExactly(List.of(2L * load + 2));
            }
        }
    }

    /// Each step is followed by the same questions, twice.
    @Test
    void noAnswerIsThatOfAnotherVersion() {
        String name = "changing";
        Table table = table(name);
        List<Long> snapshots = new ArrayList<>();
        List<DataFile> files = new ArrayList<>();
        for (int step = 0; step < 12; step++) {
            snapshots.add(table.currentSnapshot().snapshotId());
            int day = random.nextInt(14);
            switch (step % 4) {
                case 0 -> files.add(lake.append(table, rows(day)));
                case 1 -> lake.deletePositions(table, files.removeLast(), 0);
                case 2 -> table.newOverwrite().overwriteByRowFilter(Expressions.equal("day", FIRST_DAY.plusDays(day).toString()))
                        .addFile(lake.write(table, List.of(rows(day)))).commit();
                default -> {
                    table.manageSnapshots().rollbackTo(snapshots.get(random.nextInt(snapshots.size() - 1))).commit();
                    files.clear();
                    files.add(lake.append(table, rows(day)));
                    snapshots.clear();
                }
            }
            table.refresh();
            await(table, name);
            Map<String, List<Object>> expected = totals(lake.read(name).rows());
            for (int time = 0; time < 2; time++) {
                Rows answer = cluster.query("SELECT coalesce(color, '-'), count(*), count(amount), coalesce(sum(amount), 0) FROM main."
                        + name + " GROUP BY color");
                Map<String, List<Object>> actual = new TreeMap<>();
                answer.rows().forEach(row -> actual.put((String) row.get(0), List.of(row.get(1), row.get(2), number(row.get(3)))));
                assertThat(actual).as("seed %d, step %d, time %d", seed, step, time).isEqualTo(expected);
            }
        }
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }

    private static Map<String, List<Object>> totals(List<List<Object>> rows) {
        Map<String, List<Object>> totals = new TreeMap<>();
        for (List<Object> row : rows) {
            Object amount = row.get(2);
            totals.merge(row.get(1) == null ? "-" : (String) row.get(1),
                    List.of(1L, amount == null ? 0L : 1L, amount == null ? 0L : amount), (a, b) -> List.of(number(a.get(0)) + number(b.get(0)), number(a.get(1)) + number(b.get(1)),
                            number(a.get(2)) + number(b.get(2))));
        }
        return totals;
    }

    @Test
    void randomQueriesAreAnsweredAsWithoutCaches() {
        table("asked");
        Map<String, Rows> kept = new LinkedHashMap<>();
        for (int query = 0; query < 60; query++) {
            String sql = randomQuery("main.asked");
            Rows first = cluster.query(sql);
            assertThat(cluster.query(sql)).as("seed %d: %s", seed, sql).isEqualTo(first);
            kept.put(sql, first);
        }
        JsonNode partials = partialCache();
        assertThat(partials.path("misses").asLong()).as(partials.toString()).isPositive();
        assertThat(partials.path("bytes").asLong()).isBetween(0L, partials.path("limitBytes").asLong());

        cluster.stop();
        cluster = new OwnCluster(home, Map.of("result-cache", "0", "partial-cache", "0"));
        cluster.start();
        cluster.await("the table is served", () -> cluster.status("main.asked").path("version").isTextual());
        kept.forEach((sql, rows) -> cluster.query(sql).assertEqualTo(rows, false, "seed " + seed + ": " + sql));
        assertThat(partialCache().path("misses").asLong()).isZero();

        cluster.stop();
        cluster = new OwnCluster(home, Map.of("result-cache", "4m", "partial-cache", "8m"));
        cluster.start();
    }

    private String randomQuery(String table) {
        String where = switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> " WHERE day >= DATE '%s'".formatted(FIRST_DAY.plusDays(random.nextInt(12)));
            case 2 -> " WHERE day < DATE '%s' AND color IN ('c1', 'c%d')".formatted(
                    FIRST_DAY.plusDays(random.nextInt(12)), random.nextInt(5));
            default -> " WHERE amount BETWEEN %d AND %d".formatted(random.nextInt(500), 500 + random.nextInt(500));
        };
        return switch (random.nextInt(4)) {
            case 0 -> "SELECT color, count(*), sum(amount), avg(score) FROM " + table + where + " GROUP BY color";
            case 1 -> "SELECT day, color, max(amount), stddev_pop(score) FROM " + table + where + " GROUP BY day, color";
            case 2 -> "SELECT day, color, amount, score FROM " + table + where
                    + " ORDER BY score DESC, amount, color LIMIT " + (1 + random.nextInt(20));
            default -> "SELECT count(DISTINCT color), count(*), sum(amount) FROM " + table + where;
        };
    }
}
