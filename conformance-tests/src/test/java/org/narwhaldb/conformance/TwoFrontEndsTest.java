package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narwhaldb.conformance.processes.ClusterSettings;
import org.narwhaldb.conformance.processes.DataLocation;
import org.narwhaldb.conformance.processes.NarwhalProcess;
import org.narwhaldb.conformance.processes.ProcessCluster;
import org.narwhaldb.conformance.processes.ProcessRole;
import org.narwhaldb.conformance.processes.TcpRelay;
import org.narwhaldb.conformance.processes.Waiting;
import org.narwhaldb.launcher.client.NarwhalClient;

/// Two front ends behind a plain TCP balancer, one of them killed and started again over and over: connections, prepared statements and
/// sessions of clients go on at the other.
@Tag("slow")
final class TwoFrontEndsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int ROUNDS = 4;
    private static final int ROWS = 3_000;
    private static final String ALLOCATOR_OPTION = "arrow.allocation.manager.type";

    @TempDir
    private static Path directory;

    private static ProcessCluster cluster;

    @BeforeAll
    static void start() throws IOException, SQLException {
        Files.createDirectories(directory.resolve("lake"));
        cluster = ProcessCluster.started(directory.resolve("cluster"),
                ClusterSettings.of(1, 1, 1, 2, DataLocation.local(directory.resolve("lake"))));
        Path file = directory.resolve("numbers.csv");
        Files.writeString(file, "n\n" + LongStream.range(0, ROWS).mapToObj(Long::toString).collect(Collectors.joining("\n")) + "\n");
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("table", "numbers").put("loadId", "numbers");
        request.putArray("files").add(file.toString());
        try (NarwhalClient client = NarwhalClient.connect(cluster.url(1))) {
            client.run("narwhal.load", request, _ -> { });
        }
        giveTheDriverItsOwnAllocator();
    }

    /// Our Arrow has read the option by now; the driver has an Arrow of its own inside, without that allocator.
    private static void giveTheDriverItsOwnAllocator() throws SQLException {
        String ours = System.clearProperty(ALLOCATOR_OPTION);
        try (Connection connection = DriverManager.getConnection(
                "jdbc:arrow-flight-sql://127.0.0.1:%d?useEncryption=false".formatted(cluster.all(ProcessRole.FRONT_END).getFirst().port()));
                Statement statement = connection.createStatement()) {
            statement.executeQuery("SELECT 1").close();
        } finally {
            if (ours != null) {
                System.setProperty(ALLOCATOR_OPTION, ours);
            }
        }
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /// Kills one front end after the other and starts it again, while `client` runs; returns what that returned.
    private static <T> T whileFrontEndsDie(java.util.concurrent.Callable<T> client) throws Exception {
        CompletableFuture<T> running = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                running.complete(client.call());
            } catch (Throwable e) {
                running.completeExceptionally(e);
            }
        });
        for (int round = 0; round < ROUNDS || !running.isDone(); round++) {
            NarwhalProcess frontEnd = cluster.all(ProcessRole.FRONT_END).get(round % 2);
            Waiting.pause(Duration.ofSeconds(1));
            frontEnd.kill();
            frontEnd.start().awaitReady();
        }
        return running.get();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:arrow-flight-sql://127.0.0.1:%d?useEncryption=false", "jdbc:narwhal://127.0.0.1:%d"})
    void aConnectionGoesOnAtTheOtherFrontEnd(String url) throws Exception {
        List<String> states = new ArrayList<>();
        try (TcpRelay balancer = cluster.balancer(); Connection connection = DriverManager.getConnection(url.formatted(balancer.port()));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("SET maxrows = '2'");
            try (PreparedStatement prepared = connection.prepareStatement("SELECT n FROM numbers WHERE n >= ? ORDER BY n")) {
                int answered = whileFrontEndsDie(() -> ask(statement, prepared, states));
                System.out.println(url + ": answered=" + answered + " failed=" + states.size() + " " + states);
            }
        }
        if (url.startsWith("jdbc:narwhal:")) {
            assertThat(states).allMatch(state -> state.startsWith("08") || state.startsWith("57P"));
        }
    }

    private static int ask(Statement statement, PreparedStatement prepared, List<String> states) {
        int answered = 0;
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (System.nanoTime() < end || answered < 50) {
            long first = answered % 1_000;
            List<Long> rows = new ArrayList<>();
            Waiting.until("the connection works again; failures so far: " + states, PATIENCE, () -> {
                rows.clear();
                return attempt(statement, prepared, first, rows, states);
            }, states::toString);
            assertThat(rows).containsExactly(first, first + 1, first, first + 1);
            answered++;
        }
        return answered;
    }

    private static boolean attempt(Statement statement, PreparedStatement prepared, long first, List<Long> rows, List<String> states) {
        try {
            prepared.setLong(1, first);
            read(prepared.executeQuery(), rows);
            read(statement.executeQuery("SELECT n FROM numbers WHERE n >= " + first + " ORDER BY n"), rows);
            return true;
        } catch (SQLException e) {
            states.add(e.getSQLState() + " " + e.getMessage());
            return false;
        } catch (RuntimeException e) {
            // the stock driver lets Flight's own exception through
            states.add(e.toString());
            return false;
        }
    }

    private static void read(ResultSet result, List<Long> rows) throws SQLException {
        try (result) {
            while (result.next()) {
                rows.add(result.getLong(1));
            }
        }
    }

    @Test
    void anAdbcConnectionGoesOnAtTheOtherFrontEnd() throws Exception {
        Path clients = Project.ROOT.resolve("conformance-tests/clients");
        String python = run(List.of("bash", clients.resolve("venv.sh").toString())).strip();
        try (TcpRelay balancer = cluster.balancer()) {
            String printed = whileFrontEndsDie(() -> run(List.of(python, clients.resolve("adbc_balancer.py").toString(),
                    "127.0.0.1:" + balancer.port(), "15")));
            System.out.print(printed);
            assertThat(printed).contains("adbc: answered=");
        }
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s printed: %s", command, printed).isZero();
        return printed;
    }
}
