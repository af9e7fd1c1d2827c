package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
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
import org.narwhaldb.segment.error.NarwhalException;

/// What an operator does to nodes, and what ZooKeeper does to an operator, with real processes. One cluster for all of it: starting one is what
/// takes the time.
@Tag("slow")
final class NodesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String TOTALS = "SELECT COUNT(*), SUM(id) FROM numbers";

    @TempDir
    private Path directory;

    @Test
    void nodesComeAndGoAndZooKeeperLosesItsData() throws Exception {
        try (ProcessCluster cluster = ProcessCluster.started(directory, ClusterSettings.of(1, 2, 3, 1, DataLocation.local(directory)));
                NarwhalClient client = NarwhalClient.connect(cluster.url(1))) {
            run(cluster, 0, "load", "numbers", numbers(1, 1_000), "--url", cluster.url(1));
            assertTotals(client, 1_000);

            zooKeeperIsAwayAndThenEmpty(cluster, client);
            aServerIsDrainedAndRemoved(cluster, client);
            anIngestNodeIsDrained(cluster, client);
            aDeadServerIsRemovedAndTheLastOneIsNot(cluster, client);
        }
    }

    private static void zooKeeperIsAwayAndThenEmpty(ProcessCluster cluster, NarwhalClient client) {
        String before = incarnation(client);
        cluster.zooKeeper().kill();
        Waiting.holds(Duration.ofSeconds(5), () -> {
            assertTotals(client, 1_000);
            return false;
        });

        cluster.deleteLocalData("zookeeper");
        cluster.zooKeeper().start().awaitReady();

        // until the session is given up and the cluster founded anew, the old versions are answered from; then typed errors, for a moment
        Waiting.until("the table is published anew", PATIENCE, () -> {
            try {
                assertTotals(client, 1_000);
                return !incarnation(client).equals(before);
            } catch (NarwhalException e) {
                assertThat(e.code().kind().name()).as(e.getMessage()).isNotEqualTo("INTERNAL");
                return false;
            }
        }, () -> "logs are in " + cluster.logs());
        for (NarwhalProcess process : cluster.all()) {
            if (process.role() == ProcessRole.SEGMENT_SERVER || process.role() == ProcessRole.INGEST) {
                Waiting.until(process + " has joined again", PATIENCE, () -> isMember(process, client), process::printed);
            }
        }
    }

    private static String incarnation(NarwhalClient client) {
        List<List<Object>> rows = Rows.of(client, "SELECT version FROM sys.tables WHERE table_name = 'numbers' AND version IS NOT NULL").rows();
        return rows.isEmpty() ? "" : rows.getFirst().getFirst().toString().replaceAll("-[^-]*$", "");
    }

    private static boolean isMember(NarwhalProcess process, NarwhalClient client) {
        try {
            client.run("narwhal.node.drain",
                    JsonNodeFactory.instance.objectNode().put("node", process.memberId()).put("undo", true), _ -> { });
            return servers(client).size() == 3;
        } catch (NarwhalException e) {
            return false;
        }
    }

    private static List<String> servers(NarwhalClient client) {
        return Rows.of(client, "SELECT instance FROM sys.servers WHERE role = 'SEGMENT_SERVER'").rows().stream()
                .map(row -> row.getFirst().toString()).toList();
    }

    private static void aServerIsDrainedAndRemoved(ProcessCluster cluster, NarwhalClient client) throws Exception {
        NarwhalProcess server = cluster.process("segment-server-1");
        AtomicBoolean stopped = new AtomicBoolean();
        try (ExecutorService reader = Executors.newSingleThreadExecutor()) {
            Future<Integer> answers = reader.submit(() -> read(cluster, stopped));
            try {
                assertThat(run(cluster, 0, "node", "drain", server.memberId(), "--url", cluster.url(1))).contains("is drained");
                assertThat(Rows.of(client, "SELECT * FROM sys.shards WHERE instance = '" + server.memberId() + "'").rows()).isEmpty();
                assertThat(run(cluster, 0, "status", "--url", cluster.url(1))).contains(server.memberId() + " (draining)");
                assertThat(run(cluster, 0, "node", "remove", server.memberId(), "--url", cluster.url(1))).contains("stop its process");
                server.terminate();
                assertThat(server.awaitEnd()).isZero();
            } finally {
                stopped.set(true);
            }
            assertThat(answers.get()).isPositive();
        }
        assertThat(run(cluster, 3, "node", "drain", "nobody", "--url", cluster.url(1))).contains("No node is called [nobody]");
    }

    private static int read(ProcessCluster cluster, AtomicBoolean stopped) {
        int answers = 0;
        try (NarwhalClient client = NarwhalClient.connect(cluster.url(1))) {
            do {
                assertTotals(client, 1_000);
                answers++;
            } while (!stopped.get());
        }
        return answers;
    }

    private void anIngestNodeIsDrained(ProcessCluster cluster, NarwhalClient client) throws IOException {
        String first = cluster.process("ingest-1").memberId();
        assertThat(run(cluster, 0, "node", "drain", first, "--url", cluster.url(1))).contains("is drained");
        assertThat(run(cluster, 3, "node", "drain", cluster.process("ingest-2").memberId(), "--url", cluster.url(1)))
                .contains("last ingest node");
        run(cluster, 0, "load", "numbers", numbers(1_001, 2_000), "--url", cluster.url(1));
        assertTotals(client, 2_000);
        assertThat(run(cluster, 0, "node", "drain", first, "--undo", "--url", cluster.url(1))).contains("again");
    }

    private static void aDeadServerIsRemovedAndTheLastOneIsNot(ProcessCluster cluster, NarwhalClient client) {
        NarwhalProcess dead = cluster.process("segment-server-2");
        dead.kill();
        Waiting.until("its session has ended", PATIENCE, () -> !servers(client).contains(dead.memberId()), () -> servers(client).toString());

        assertThat(run(cluster, 0, "node", "remove", dead.memberId(), "--url", cluster.url(1))).contains("is removed");
        assertThat(run(cluster, 3, "node", "remove", cluster.process("segment-server-3").memberId(), "--url", cluster.url(1)))
                .contains("last server of tier [_default]").contains("pool@_default@2 {");

        Waiting.until("the last one answers", PATIENCE, () -> {
            try {
                assertTotals(client, 2_000);
                return true;
            } catch (NarwhalException e) {
                return false;
            }
        }, () -> "logs are in " + cluster.logs());
    }

    private static void assertTotals(NarwhalClient client, long rows) {
        assertThat(Rows.of(client, TOTALS).rows().getFirst().toString()).isEqualTo("[%d, %d]".formatted(rows, rows * (rows + 1) / 2));
    }

    private String numbers(int from, int to) throws IOException {
        StringBuilder text = new StringBuilder("id\n");
        for (int number = from; number <= to; number++) {
            text.append(number).append('\n');
        }
        return Files.writeString(directory.resolve("numbers-" + from + ".csv"), text).toString();
    }

    private static String run(ProcessCluster cluster, int exitCode, String... arguments) {
        ProcessCluster.Outcome outcome = cluster.command(arguments);
        assertThat(outcome.exitCode()).as("exit code of %s, which printed: %s", String.join(" ", arguments), outcome.printed())
                .isEqualTo(exitCode);
        return outcome.printed();
    }
}
