package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.narwhaldb.segment.error.NarwhalException;

/// SQL behaviour in text files, `src/test/resources/sql/**.slt`. Records are separated by blank lines:
///
/// ```
/// # a comment
/// query [unordered]        the rows follow the line ----, columns separated by tabs, NULL for null
/// SELECT …
/// ----
/// 1	a
///
/// compare [unordered]      equal to DuckDB's answer; after ---- DuckDB's own wording if it differs
/// SELECT …
///
/// error 42703              the SQLSTATE; after ---- text that the message contains
/// SELECT …
/// ----
/// Line 1, column 8
/// ```
///
/// `-Dnarwhal.slt.complete=true` rewrites the expected rows of `query` records with what was answered: read the diff.
final class SqlFileTest {
    private record Record(int line, String directive, String sql, String expected) {}

    @TestFactory
    Stream<DynamicNode> sqlFiles() throws IOException {
        Path folder = Project.ROOT.resolve("conformance-tests/src/test/resources/sql");
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".slt")).sorted().toList();
            return found.stream().map(file -> DynamicContainer.dynamicContainer(folder.relativize(file).toString(),
                    records(file).stream().map(item -> DynamicTest.dynamicTest(
                            "line %d: %s".formatted(item.line(), item.sql().lines().findFirst().orElse("")), () -> run(file, item)))));
        }
    }

    private static void run(Path file, Record item) throws IOException {
        SharedCluster cluster = SharedCluster.get();
        boolean ordered = !item.directive().contains("unordered");
        String what = file.getFileName() + ":" + item.line();
        String[] words = item.directive().split(" ");
        switch (words[0]) {
            case "query" -> {
                String actual = text(Rows.of(cluster.client(), item.sql()), ordered);
                if (Boolean.getBoolean("narwhal.slt.complete") && !actual.equals(item.expected())) {
                    complete(file, item, actual);
                }
                assertThat(actual).as(what).isEqualTo(ordered ? item.expected() : sortedLines(item.expected()));
            }
            case "compare" -> {
                Rows expected = cluster.duckDb().query(item.expected().isBlank() ? item.sql() : item.expected());
                Rows.of(cluster.client(), item.sql()).assertEqualTo(expected, ordered, what);
            }
            case "error" -> {
                NarwhalException error = catchThrowableOfType(NarwhalException.class, () -> Rows.of(cluster.client(), item.sql()));
                assertThat(error).as(what + " fails").isNotNull();
                assertThat(error.sqlState()).as(what + ": " + error.getMessage()).isEqualTo(words[1]);
                item.expected().lines().forEach(text -> assertThat(error.getMessage()).as(what).contains(text));
            }
            default -> throw new AssertionError("%s: unknown directive [%s]".formatted(what, item.directive()));
        }
    }

    private static String text(Rows answer, boolean ordered) {
        List<String> lines = new ArrayList<>();
        for (List<Object> row : answer.rows()) {
            lines.add(String.join("\t", row.stream().map(SqlFileTest::text).toList()));
        }
        return ordered ? String.join("\n", lines) : sortedLines(String.join("\n", lines));
    }

    private static String text(Object value) {
        return switch (value) {
            case null -> "NULL";
            case java.math.BigDecimal decimal -> decimal.toPlainString();
            case java.time.LocalDateTime time -> time.toString().replace('T', ' ');
            default -> value.toString();
        };
    }

    private static String sortedLines(String text) {
        return String.join("\n", text.lines().sorted().toList());
    }

    private static void complete(Path file, Record item, String actual) throws IOException {
        String text = Files.readString(file);
        String old = item.sql() + "\n----" + (item.expected().isEmpty() ? "" : "\n" + item.expected());
        Files.writeString(file, text.replace(old, item.sql() + "\n----\n" + actual));
    }

    private static List<Record> records(Path file) {
        List<Record> records = new ArrayList<>();
        List<String> lines = Project.read(file).lines().toList();
        int index = 0;
        while (index < lines.size()) {
            if (lines.get(index).isBlank() || lines.get(index).startsWith("#")) {
                index++;
                continue;
            }
            int start = index;
            List<String> sql = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            boolean afterRule = false;
            for (index++; index < lines.size() && !lines.get(index).isBlank(); index++) {
                if (lines.get(index).equals("----")) {
                    afterRule = true;
                } else {
                    (afterRule ? expected : sql).add(lines.get(index));
                }
            }
            records.add(new Record(start + 1, lines.get(start), String.join("\n", sql), String.join("\n", expected)));
        }
        return records;
    }
}
