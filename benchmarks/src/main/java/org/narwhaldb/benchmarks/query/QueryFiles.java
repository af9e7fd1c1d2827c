package org.narwhaldb.benchmarks.query;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads the queries of a suite: `suites/SUITE/index.txt` names them in order, `NAME.sql` has the text below a head of lines `--
/// key: value` (class; order: total or open; approximate: columns), `NAME.duckdb.sql` DuckDB's text if its dialect differs,
/// `NAME.exact.sql` what an approximate answer is held against. TPC-H's texts are the ones the tests use.
public final class QueryFiles {
    private QueryFiles() {}

    public static List<BenchQuery> suite(String suite) {
        String index = text("/suites/%s/index.txt".formatted(suite))
                .orElseThrow(() -> new IllegalStateException("No queries for suite " + suite));
        return index.lines().map(String::strip).filter(name -> !name.isEmpty()).map(name -> query(suite, name)).toList();
    }

    public static BenchQuery query(String suite, String name) {
        String file = "/suites/%s/%s".formatted(suite, name);
        String text = text(file + ".sql").or(() -> text("/%s/%s.sql".formatted(suite, name)))
                .orElseThrow(() -> new IllegalStateException("No text for query %s of suite %s".formatted(name, suite)));
        Map<String, String> head = head(text);
        String sql = sql(text);
        List<String> approximate = Arrays.stream(head.getOrDefault("approximate", "").split(",")).map(String::strip)
                .filter(column -> !column.isEmpty()).toList();
        return new BenchQuery(name, head.getOrDefault("class", suite), sql, text(file + ".duckdb.sql").map(QueryFiles::sql).orElse(sql),
                head.getOrDefault("order", "open").equals("total"), approximate, text(file + ".exact.sql").map(QueryFiles::sql));
    }

    private static Map<String, String> head(String text) {
        Map<String, String> head = new HashMap<>();
        text.lines().takeWhile(line -> line.startsWith("-- ")).filter(line -> line.contains(": ")).forEach(line ->
                head.put(line.substring(3, line.indexOf(": ")), line.substring(line.indexOf(": ") + 2).strip()));
        return head;
    }

    private static String sql(String text) {
        return text.lines().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n")).replace(";", "").strip();
    }

    private static Optional<String> text(String resource) {
        try (InputStream in = QueryFiles.class.getResourceAsStream(resource)) {
            return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
