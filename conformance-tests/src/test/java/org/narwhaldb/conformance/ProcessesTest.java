package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.conformance.processes.ClusterSettings;
import org.narwhaldb.conformance.processes.DataLocation;
import org.narwhaldb.conformance.processes.NarwhalProcess;
import org.narwhaldb.conformance.processes.ProcessCluster;
import org.narwhaldb.conformance.processes.ProcessRole;

/// One process a role, against a ZooKeeper of its own, started as a user starts them: by the `narwhal` script. Needs the distribution that
/// `mvn package` leaves in `launcher/target/narwhal`.
@Tag("slow")
final class ProcessesTest {
    @TempDir
    private Path directory;

    @Test
    void oneProcessARoleAnswersAndStopsCleanly() throws IOException {
        // given
        try (ProcessCluster cluster = ProcessCluster.started(directory, ClusterSettings.of(1, 1, 2, 1, DataLocation.local(directory)))) {
            String url = cluster.url(1);
            Path file = Files.writeString(directory.resolve("people.csv"),
                    "name,born,city\nAda,1815,London\nAlan,1912,London\nGrace,1906,\n");

            // when
            assertThat(run(cluster, "load", "people", file.toString(), "--url", url)).contains("Loaded 3 rows");
            String answer = run(cluster, "sql", "--format", "csv", "--url", url, "-e",
                    "SELECT city, COUNT(*) AS people, MIN(born) AS first_born FROM people GROUP BY city ORDER BY city");
            String status = run(cluster, "status", "--url", url);
            Map<String, Integer> exitCodes = cluster.stopAll();

            // then
            assertThat(answer.lines()).contains("city,people,first_born", "London,2,1815", ",1,1906");
            assertThat(status).contains("segment_server").contains("ingest").contains("main.people: 3 rows");
            assertThat(exitCodes).hasSize(5);
            exitCodes.forEach((name, code) -> {
                String printed = cluster.process(name).printed();
                assertThat(code).as("exit code of %s, which printed: %s", name, printed).isZero();
                assertThat(printed).contains("Stopped.").doesNotContain("Stopping [").doesNotContain("buffers were still open");
            });
        }
    }

    @Test
    void aWrongKeyStopsTheStart() {
        // given
        ClusterSettings misspelt = ClusterSettings.of(0, 0, 0, 1, DataLocation.local(directory))
                .with(ProcessRole.FRONT_END, Map.of("query-timeout-second", "7"));
        try (ProcessCluster cluster = ProcessCluster.prepare(directory, misspelt)) {
            NarwhalProcess frontEnd = cluster.all(ProcessRole.FRONT_END).getFirst();

            // when
            int exitCode = frontEnd.start().awaitEnd();

            // then
            assertThat(exitCode).as(frontEnd.printed()).isEqualTo(3);
            assertThat(frontEnd.printed()).contains("unknown keys [query-timeout-second]").contains("docs/configuration.md");
        }
    }

    /// Runs a command to its end, which must be good.
    private static String run(ProcessCluster cluster, String... arguments) {
        ProcessCluster.Outcome outcome = cluster.command(arguments);
        assertThat(outcome.exitCode()).as("exit code of %s, which printed: %s; the others' logs are in %s",
                String.join(" ", arguments), outcome.printed(), cluster.logs()).isZero();
        return outcome.printed();
    }
}
