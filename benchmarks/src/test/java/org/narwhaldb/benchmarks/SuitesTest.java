package org.narwhaldb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// Every suite runs from its generator to its summary, on few rows, and finds every answer right.
@Tag("slow")
final class SuitesTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"events", "ssb", "ssb-star", "tpch"})
    void everyAnswerOfASuiteIsRight(String suite) throws IOException {
        List<String> lines = run(suite);

        assertThat(lines.getFirst()).isEqualTo("suite\tquery\tclass\trows\tnarwhal_ms\tduckdb_ms\tratio\tsame");
        assertThat(lines.stream().filter(line -> line.startsWith(suite + "\t")).filter(line -> !line.endsWith("\tyes")).toList())
                .as("answers that are wrong or missing").isEmpty();
        assertThat(lines.getLast()).endsWith("0 wrong answers, 0 without an answer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"concurrency", "load"})
    void everyOtherBenchEndsWithASummary(String suite) throws IOException {
        assertThat(run(suite).getLast()).endsWith("0 wrong answers, 0 without an answer");
    }

    private List<String> run(String suite) throws IOException {
        Path out = directory.resolve("out.tsv");
        new CommandLine(new Main()).execute(suite, "--rows", "20000", "--runs", "1", "--warm-up", "0", "--seconds", "0.2", "--clients", "1,2",
                "--home", directory.resolve("homes").toString(), "--out", out.toString());
        return Files.readAllLines(out);
    }
}
