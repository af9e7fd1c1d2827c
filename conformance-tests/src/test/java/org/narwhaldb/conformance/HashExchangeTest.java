package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.conformance.processes.ClusterSettings;
import org.narwhaldb.conformance.processes.DataLocation;
import org.narwhaldb.conformance.processes.NarwhalProcess;
import org.narwhaldb.conformance.processes.ProcessCluster;
import org.narwhaldb.conformance.processes.ProcessRole;
import org.narwhaldb.conformance.processes.Waiting;
import org.narwhaldb.launcher.client.NarwhalClient;

/// Many groups on two segment servers, which merge them; each server is stopped, killed and started again meanwhile.
@Tag("slow")
final class HashExchangeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int FILES = 8;
    private static final int ROWS = 60_000;
    /// Rows of one group are in two files.
    private static final int GROUPS = FILES * ROWS / 2;

    @TempDir
    private Path directory;

    @Test
    void groupsMeetOnTheServersAndServersThatEndOrFallSilentChangeNoAnswer() throws IOException {
        Files.createDirectories(directory.resolve("lake"));
        ClusterSettings settings = ClusterSettings.of(1, 1, 2, 1, DataLocation.local(directory.resolve("lake")));
        try (ProcessCluster cluster = ProcessCluster.started(directory.resolve("cluster"), settings)) {
            String url = cluster.url(1);
            for (int file = 0; file < FILES; file++) {
                load(url, file);
            }
            awaitWhole(url);
            List<QueryLoop.Question> questions = List.of(
                    new QueryLoop.Question("SELECT COUNT(*) AS g, SUM(c) AS n FROM (SELECT k, COUNT(*) AS c FROM numbers GROUP BY k) x",
                            "[[%d, %d]]".formatted(GROUPS, FILES * ROWS)),
                    new QueryLoop.Question("SELECT COUNT(DISTINCT k) FROM numbers", "[[%d]]".formatted(GROUPS)),
                    new QueryLoop.Question("SELECT k, COUNT(*) AS c FROM numbers GROUP BY k ORDER BY c DESC, k DESC LIMIT 2",
                            "[[%d, 2], [%d, 2]]".formatted(GROUPS - 1, GROUPS - 2)),
                    new QueryLoop.Question("SELECT k FROM numbers GROUP BY k HAVING SUM(n) = %d".formatted(GROUPS), "[[0]]"));
            String plan;
            try (NarwhalClient client = NarwhalClient.connect(url)) {
                plan = Rows.of(client, "EXPLAIN ANALYZE " + questions.get(2).sql()).rows().toString();
            }
            assertThat(plan).contains("Exchange hash").contains("merged in 2 partitions by hash");

            try (QueryLoop loop = new QueryLoop(url, 2, questions)) {
                for (NarwhalProcess server : cluster.all(ProcessRole.SEGMENT_SERVER)) {
                    int before = loop.answered();
                    server.pause();
                    Waiting.pause(Duration.ofSeconds(5));
                    Waiting.until("answers come while a server is stopped", PATIENCE, () -> loop.answered() >= before + 4, loop::toString);
                    server.resume();
                    awaitWhole(url);
                    int between = loop.answered();
                    server.kill();
                    Waiting.until("answers come while a server is gone", PATIENCE, () -> loop.answered() >= between + 4, loop::toString);
                    server.start().awaitReady();
                    awaitWhole(url);
                }
                int last = loop.answered();
                Waiting.until("answers come afterwards", PATIENCE, () -> loop.answered() >= last + 8, loop::toString);
                loop.close();
                System.out.println(loop);
                assertThat(loop.wrong()).isEmpty();
                assertThat(loop.errors()).isEmpty();
            }
        }
    }

    private void load(String url, int file) throws IOException {
        Path csv = directory.resolve("numbers-" + file + ".csv");
        int first = file * ROWS;
        Files.writeString(csv, "n,k\n" + IntStream.range(first, first + ROWS).mapToObj(n -> n + "," + n % GROUPS)
                .collect(Collectors.joining("\n")) + "\n");
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("table", "numbers").put("loadId", "file-" + file);
        request.putArray("files").add(csv.toString());
        try (NarwhalClient client = NarwhalClient.connect(url)) {
            client.run("narwhal.load", request, _ -> { });
        }
    }

    /// Both segment servers hold all there is.
    private static void awaitWhole(String url) {
        Waiting.until("both servers hold all segments", PATIENCE, () -> {
            int whole = 0;
            for (JsonNode server : status(url).path("servers")) {
                JsonNode own = server.path("status");
                whole += server.path("role").asText().equals("segment_server") && own.path("segments").asInt() >= FILES
                        && own.path("loading").asInt() == 0 ? 1 : 0;
            }
            return whole == 2;
        }, () -> status(url).toString());
    }

    private static JsonNode status(String url) {
        try (NarwhalClient client = NarwhalClient.connect(url)) {
            return client.run("narwhal.status", JsonNodeFactory.instance.objectNode(), _ -> { });
        }
    }
}
