package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// PyIceberg and Narwhal on one catalog, both ways: each reads, row for row, what the other wrote. The rows to expect are
/// PyIceberg's own scan's.
@Tag("slow")
final class PyIcebergTest {
    private static final Path CLIENTS = Project.ROOT.resolve("conformance-tests/clients");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static String python;
    private static OwnCluster cluster;

    /// A table as PyIceberg sees it; rows by the value of their column `id`.
    private record Seen(List<String> columns, long snapshotId, Map<Long, JsonNode> rows) {}

    @BeforeAll
    static void start() throws Exception {
        python = run(List.of("bash", CLIENTS.resolve("venv.sh").toString())).strip();
        cluster = OwnCluster.started(SharedCluster.temporaryHome());
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void tablesThatPyIcebergWritesAreServed() throws Exception {
        for (String step : List.of("create", "append", "delete", "evolve", "overwrite")) {
            Map<String, Seen> tables = pyIceberg("write", step);
            assertThat(tables.keySet()).contains("py.plain", "py.parted", "py.types");
            if (step.equals("create")) {
                tables.keySet().forEach(cluster::serve);
            }
            tables.forEach((table, seen) -> assertServed(table, seen, step));
        }
    }

    @Test
    void pyIcebergReadsWhatNarwhalLoaded() throws Exception {
        Path file = Files.createTempFile("pyiceberg", ".csv");
        StringBuilder csv = new StringBuilder("id,name,price,born,at\n");
        for (int row = 0; row < 500; row++) {
            csv.append("%d,%s,%d.25,2026-02-%02d,2026-02-03 04:05:%02d\n".formatted(
                    row, row % 9 == 0 ? "" : "größe " + row, row, row % 28 + 1, row % 60));
        }
        Files.writeString(file, csv);
        try {
            ObjectNode request = JsonNodeFactory.instance.objectNode().put("table", "main.loaded");
            request.putArray("files").add(file.toString());
            cluster.client().run("narwhal.load", request, _ -> { });

            Seen seen = pyIceberg("read", "main.loaded").get("main.loaded");

            assertThat(seen.rows()).hasSize(500);
            assertServed("main.loaded", seen, "load");
        } finally {
            Files.delete(file);
        }
    }

    private static void assertServed(String table, Seen seen, String step) {
        String what = table + " after " + step;
        cluster.awaitSnapshot(table, seen.snapshotId());
        cluster.await("columns of " + what, () -> cluster.query("SELECT * FROM " + table + " LIMIT 0").columns().equals(seen.columns()));
        Rows rows = cluster.query("SELECT * FROM " + table);
        assertThat(rows.rows()).as(what).hasSize(seen.rows().size());
        int id = rows.columns().indexOf("id");
        for (List<Object> row : rows.rows()) {
            JsonNode expected = seen.rows().get((Long) row.get(id));
            assertThat(expected).as("%s: row %s", what, row).isNotNull();
            for (int column = 0; column < row.size(); column++) {
                assertThat(same(row.get(column), expected.get(column)))
                        .as("%s: column [%s] of row %s is what PyIceberg says: %s",
                                what, rows.columns().get(column), row, expected).isTrue();
            }
        }
    }

    private static boolean same(Object actual, JsonNode expected) {
        if (actual == null || expected.isNull()) {
            return actual == null && expected.isNull();
        }
        return switch (actual) {
            case Boolean flag -> expected.isBoolean() && expected.booleanValue() == flag;
            case Long number -> expected.isIntegralNumber() && expected.longValue() == number;
            case Double number -> Double.compare(Double.parseDouble(expected.asText()), number) == 0;
            case BigDecimal number -> new BigDecimal(expected.asText()).equals(number);
            case LocalDate date -> LocalDate.parse(expected.asText()).equals(date);
            case LocalTime time -> LocalTime.parse(expected.asText()).equals(time);
            case LocalDateTime time -> LocalDateTime.parse(expected.asText()).equals(time);
            case Instant time -> OffsetDateTime.parse(expected.asText()).toInstant().equals(time);
            case List<?> list -> {
                boolean same = list.size() == expected.size();
                for (int index = 0; same && index < list.size(); index++) {
                    same = same(list.get(index), expected.get(index));
                }
                yield same;
            }
            case Map<?, ?> map -> sameMap(map, expected);
            default -> expected.asText().equals(actual.toString());
        };
    }

    /// A struct is an object, a map is a list of pairs.
    private static boolean sameMap(Map<?, ?> actual, JsonNode expected) {
        Map<String, JsonNode> wanted = new LinkedHashMap<>();
        if (expected.isObject()) {
            expected.properties().forEach(entry -> wanted.put(entry.getKey(), entry.getValue()));
        } else {
            expected.forEach(pair -> wanted.put(pair.get(0).asText(), pair.get(1)));
        }
        return actual.size() == wanted.size() && actual.entrySet().stream().allMatch(entry ->
                wanted.containsKey(entry.getKey().toString()) && same(entry.getValue(), wanted.get(entry.getKey().toString())));
    }

    private static Map<String, Seen> pyIceberg(String command, String argument) throws Exception {
        Path home = cluster.home().path();
        String output = run(List.of(python, CLIENTS.resolve("pyiceberg_tables.py").toString(), "sqlite:///" + home.resolve("catalog.db"),
                "file://" + cluster.home().warehouse(), command, argument));
        Map<String, Map<Long, JsonNode>> rows = new TreeMap<>();
        Map<String, Seen> tables = new TreeMap<>();
        for (String line : output.lines().toList()) {
            JsonNode node = JSON.readTree(line);
            String table = node.get("table").asText();
            List<String> columns = new ArrayList<>();
            node.get("columns").forEach(column -> columns.add(column.asText()));
            Map<Long, JsonNode> ofTable = rows.computeIfAbsent(table, _ -> new TreeMap<>());
            if (node.has("row")) {
                ofTable.put(node.get("row").get(columns.indexOf("id")).asLong(), node.get("row"));
            } else {
                tables.put(table, new Seen(columns, node.get("snapshot").asLong(), ofTable));
            }
        }
        return tables;
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("python", ".log");
        try {
            Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s: %s", command, Files.readString(errors)).isZero();
            return output;
        } finally {
            Files.delete(errors);
        }
    }
}
