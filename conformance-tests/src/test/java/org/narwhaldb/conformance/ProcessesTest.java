package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One process a role, against a ZooKeeper of its own, started as a user starts them: by the `narwhal` script. Needs the distribution that
/// `mvn package` leaves in `launcher/target/narwhal`.
@Tag("slow")
final class ProcessesTest {
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofMinutes(1);
    private static final String MEMORY = "512m";

    @TempDir
    private Path directory;

    private final List<Running> started = new ArrayList<>();

    /// @param log what it printed, both streams
    private record Running(String name, Process process, Path log) {
        String printed() {
            return Project.read(log);
        }

        void awaitLine(String text) {
            Eventually.holds(name + " prints [" + text + "]", START, () -> {
                assertThat(process.isAlive()).as("%s lives; it printed: %s", name, printed()).isTrue();
                return printed().contains(text);
            });
        }

        int end() throws InterruptedException {
            assertThat(process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)).as("%s ends; it printed: %s", name, printed()).isTrue();
            return process.exitValue();
        }
    }

    @AfterEach
    void killWhatIsLeft() {
        started.forEach(running -> running.process().destroyForcibly());
    }

    @Test
    void oneProcessARoleAnswersAndStopsCleanly() throws Exception {
        // given
        int zooKeeperPort = freePort();
        int frontEndPort = freePort();
        startZooKeeper(zooKeeperPort);
        Map<String, String> common = common(zooKeeperPort);
        Running controller = startRole("controller", "controller", common, Map.of());
        Running ingest = startRole("ingest", "ingest", common, ofLake(Map.of(
                "port", String.valueOf(freePort()), "work-directory", path("work"), "table-poll-millis", "200",
                "catalog.type", "jdbc", "catalog.uri", "jdbc:sqlite:" + path("catalog.db"), "catalog.jdbc.schema-version", "V1",
                "catalog.warehouse", directory.resolve("warehouse").toUri().toString())));
        List<Running> servers = new ArrayList<>();
        for (int number = 1; number <= 2; number++) {
            servers.add(startRole("segment-server-" + number, "segment-server", common, ofLake(Map.of(
                    "port", String.valueOf(freePort()), "cache-directory", path("cache-" + number), "zone", "zone-" + number))));
        }
        Running frontEnd = startRole("flight-server", "flight-server", common, ofLake(Map.of(
                "port", String.valueOf(frontEndPort), "ticket-key-file", path("ticket.key"))));
        for (Running running : started.subList(1, started.size())) {
            running.awaitLine("Ready: ");
        }

        // when
        String url = "narwhal://127.0.0.1:" + frontEndPort;
        Path file = Files.writeString(directory.resolve("people.csv"), "name,born,city\nAda,1815,London\nAlan,1912,London\nGrace,1906,\n");
        assertThat(run("load", "load", "people", file.toString(), "--url", url)).contains("Loaded 3 rows");
        String answer = run("sql", "sql", "--format", "csv", "--url", url, "-e",
                "SELECT city, COUNT(*) AS people, MIN(born) AS first_born FROM people GROUP BY city ORDER BY city");
        String status = run("status", "status", "--url", url);

        // then
        assertThat(answer.lines()).contains("city,people,first_born", "London,2,1815", ",1,1906");
        assertThat(status).contains("segment_server").contains("ingest").contains("main.people: 3 rows");
        for (Running running : Stream.concat(Stream.of(frontEnd, ingest, controller), servers.stream()).toList()) {
            running.process().destroy();
        }
        for (Running running : Stream.concat(Stream.of(frontEnd, ingest, controller), servers.stream()).toList()) {
            assertThat(running.end()).as("exit code of %s, which printed: %s", running.name(), running.printed()).isZero();
            assertThat(running.printed()).contains("Stopped.").doesNotContain("Stopping [").doesNotContain("buffers were still open");
        }
    }

    @Test
    void aWrongKeyStopsTheStart() throws Exception {
        // given
        Map<String, String> keys = new LinkedHashMap<>(common(freePort()));
        keys.put("ticket-key-file", path("ticket.key"));
        keys.put("segment-store", path("segments"));
        keys.put("query-timeout-second", "7");

        // when
        Running refused = startRole("misspelt", "flight-server", keys, Map.of());

        // then
        assertThat(refused.process().waitFor(START.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(refused.process().exitValue()).as(refused.printed()).isEqualTo(3);
        assertThat(refused.printed()).contains("unknown keys [query-timeout-second]").contains("docs/configuration.md");
    }

    private Map<String, String> common(int zooKeeperPort) {
        return Map.of("zookeeper", "127.0.0.1:" + zooKeeperPort, "cluster", "processes", "memory", MEMORY);
    }

    private Map<String, String> ofLake(Map<String, String> keys) {
        Map<String, String> all = new LinkedHashMap<>(keys);
        all.put("segment-store", path("segment-store"));
        return all;
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private void startZooKeeper(int port) throws IOException {
        Path data = Files.createDirectory(directory.resolve("zookeeper"));
        String java = ProcessHandle.current().info().command().orElse("java");
        start("zookeeper", List.of(java, "-Xmx128m", "-Dzookeeper.admin.enableServer=false", "-cp",
                Project.ROOT.resolve("launcher/target/narwhal/lib") + "/*", "org.apache.zookeeper.server.ZooKeeperServerMain",
                String.valueOf(port), data.toString()));
    }

    private Running startRole(String name, String role, Map<String, String> common, Map<String, String> own) throws IOException {
        String text = Stream.concat(common.entrySet().stream(), own.entrySet().stream())
                .map(entry -> entry.getKey() + " = " + entry.getValue()).collect(Collectors.joining("\n"));
        Path config = Files.writeString(directory.resolve(name + ".properties"), text + "\n");
        return start(name, List.of(script(), "start", role, "--config", config.toString()));
    }

    /// Runs a command to its end, which must be good.
    private String run(String name, String... arguments) throws Exception {
        Running command = start(name, Stream.concat(Stream.of(script()), Stream.of(arguments)).toList());
        assertThat(command.process().waitFor(START.toSeconds(), TimeUnit.SECONDS)).as("%s ends: %s", name, command.printed()).isTrue();
        assertThat(command.process().exitValue()).as("exit code of %s, which printed: %s; the others: %s", name, command.printed(),
                started.stream().map(running -> running.name() + ": " + running.printed()).toList()).isZero();
        return command.printed();
    }

    private Running start(String name, List<String> command) throws IOException {
        Path log = directory.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("NARWHAL_BUILD", "no");
        Running running = new Running(name, builder.start(), log);
        started.add(running);
        return running;
    }

    private static String script() {
        return Project.ROOT.resolve("narwhal").toString();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
