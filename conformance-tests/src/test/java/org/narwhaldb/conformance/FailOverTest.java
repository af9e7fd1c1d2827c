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
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.conformance.processes.ClusterSettings;
import org.narwhaldb.conformance.processes.DataLocation;
import org.narwhaldb.conformance.processes.NarwhalProcess;
import org.narwhaldb.conformance.processes.ProcessCluster;
import org.narwhaldb.conformance.processes.ProcessRole;
import org.narwhaldb.conformance.processes.TcpRelay;
import org.narwhaldb.conformance.processes.Waiting;
import org.narwhaldb.engine.exchange.FlightErrors;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Processes that are stopped, told to stop or killed while others ask: two segment servers with all shards each, two front ends,
/// two ingest nodes.
@Tag("slow")
final class FailOverTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int FILES = 6;
    private static final int ROWS = 500;
    /// What an answer may take while a server is stopped: 2 s until it is given up, and this machine's other work.
    private static final long ANSWER_MILLIS = 10_000;
    /// A front end that was stopped for longer knows when it wakes.
    private static final Duration NOTICED = Duration.ofSeconds(2);

    @TempDir
    private static Path directory;

    private static ProcessCluster cluster;
    private static List<QueryLoop.Question> questions;

    @BeforeAll
    static void start() throws IOException {
        ClusterSettings settings = ClusterSettings.of(1, 2, 2, 2, DataLocation.local(directory.resolve("lake")));
        Files.createDirectories(directory.resolve("lake"));
        cluster = ProcessCluster.started(directory.resolve("cluster"), settings);
        for (int file = 0; file < FILES; file++) {
            int first = file * ROWS;
            load(cluster.url(1), "numbers", "file-" + file, IntStream.range(first, first + ROWS));
        }
        long count = FILES * ROWS;
        questions = List.of(
                new QueryLoop.Question("SELECT COUNT(*), SUM(n) FROM numbers", "[[%d, %d]]".formatted(count, count * (count - 1) / 2)),
                new QueryLoop.Question("SELECT MOD(n, 3) AS r, COUNT(*) FROM numbers GROUP BY MOD(n, 3) ORDER BY r",
                        "[[0, 1000], [1, 1000], [2, 1000]]"),
                new QueryLoop.Question("SELECT n FROM numbers ORDER BY n DESC LIMIT 3", "[[2999], [2998], [2997]]"),
                new QueryLoop.Question("SELECT COUNT(*) FROM numbers a JOIN numbers b ON a.n = b.n + 1", "[[2999]]"));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void whole() {
        cluster.all().stream().filter(NarwhalProcess::isPaused).forEach(NarwhalProcess::resume);
        cluster.startAll();
        awaitWhole();
    }

    private static JsonNode load(String url, String table, String name, IntStream numbers) throws IOException {
        Path file = directory.resolve(table + "-" + name + ".csv");
        Files.writeString(file, "n\n" + numbers.mapToObj(Integer::toString).collect(Collectors.joining("\n")) + "\n");
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("table", table).put("loadId", table + "-" + name);
        request.putArray("files").add(file.toString());
        try (NarwhalClient client = NarwhalClient.connect(url)) {
            return client.run("narwhal.load", request, _ -> { });
        }
    }

    /// Both segment servers hold all there is, and both front ends know.
    private static void awaitWhole() {
        for (int number = 1; number <= 2; number++) {
            String url = cluster.url(number);
            Waiting.until("both servers hold all segments of [numbers], says " + url, PATIENCE, () -> isWhole(status(url)),
                    () -> status(url).toString());
        }
    }

    private static boolean isWhole(JsonNode status) {
        int whole = 0;
        for (JsonNode server : status.path("servers")) {
            JsonNode own = server.path("status");
            if (server.path("role").asText().equals("segment_server") && own.path("segments").asInt() >= FILES
                    && own.path("loading").asInt() == 0 && own.path("failed").isEmpty()) {
                whole++;
            }
        }
        return whole == 2 && status.path("tables").path(0).has("version");
    }

    private static JsonNode status(String url) {
        try (NarwhalClient client = NarwhalClient.connect(url)) {
            return client.run("narwhal.status", JsonNodeFactory.instance.objectNode(), _ -> { });
        } catch (NarwhalException e) {
            return JsonNodeFactory.instance.objectNode().put("error", e.getMessage());
        }
    }

    @Test
    void aStoppedOrKilledServerDelaysAnswersAndChangesNone() {
        try (QueryLoop loop = new QueryLoop(cluster.url(1), 2, questions)) {
            for (NarwhalProcess server : cluster.all(ProcessRole.SEGMENT_SERVER)) {
                int before = loop.answered();
                server.pause();
                Waiting.pause(Duration.ofSeconds(6));
                Waiting.until("answers come while a server is stopped", PATIENCE, () -> loop.answered() >= before + 20, loop::toString);
                server.resume();
                awaitWhole();
                server.kill();
                int killed = loop.answered();
                Waiting.until("answers come while a server is dead", PATIENCE, () -> loop.answered() >= killed + 20, loop::toString);
                server.start().awaitReady();
                awaitWhole();
            }
            loop.close();
            System.out.println("stopped and killed: " + loop);
            assertThat(loop.wrong()).isEmpty();
            assertThat(loop.errors()).as(loop.toString()).isEmpty();
            assertThat(loop.longestMillis()).as(loop.toString()).isLessThan(ANSWER_MILLIS);
        }
    }

    @Test
    void aRollingRestartFailsNoQuery() {
        try (QueryLoop loop = new QueryLoop(cluster.url(1), 2, questions)) {
            for (int round = 0; round < 2; round++) {
                for (NarwhalProcess server : cluster.all(ProcessRole.SEGMENT_SERVER)) {
                    server.terminate();
                    assertThat(server.awaitEnd()).as(server.printed()).isZero();
                    int before = loop.answered();
                    Waiting.until("answers come without it", PATIENCE, () -> loop.answered() >= before + 10, loop::toString);
                    server.start().awaitReady();
                    awaitWhole();
                }
            }
            loop.close();
            System.out.println("rolling restart: " + loop);
            assertThat(loop.wrong()).isEmpty();
            assertThat(loop.errors()).as(loop.toString()).isEmpty();
        }
    }

    @Test
    void whatALoadHasReturnedIsVisibleAtBothFrontEnds() throws IOException {
        try (NarwhalClient one = NarwhalClient.connect(cluster.url(1)); NarwhalClient other = NarwhalClient.connect(cluster.url(2))) {
            for (int round = 1; round <= 10; round++) {
                String url = cluster.url(1 + round % 2);
                load(url, "seen", "round-" + round, IntStream.range(0, 10));
                for (NarwhalClient client : List.of(other, one)) {
                    assertThat(Rows.of(client, "SELECT COUNT(*) FROM seen").rows()).isEqualTo(List.of(List.of(10L * round)));
                }
            }
            ObjectNode drop = JsonNodeFactory.instance.objectNode().put("table", "seen");
            one.run("narwhal.drop", drop, _ -> { });
            assertThat(Rows.of(other, "SELECT table_name FROM sys.tables WHERE table_name = 'seen'").rows()).isEmpty();
            load(cluster.url(1), "seen", "anew", IntStream.range(0, 7));
            assertThat(Rows.of(other, "SELECT COUNT(*) FROM seen").rows()).isEqualTo(List.of(List.of(7L)));
        }
    }

    @Test
    void aFrontEndThatWasStoppedAnswersFromNothingOlderThanALoadThatReturnedMeanwhile() throws IOException {
        NarwhalProcess stopped = cluster.all(ProcessRole.FRONT_END).get(1);
        try (NarwhalClient sleeper = NarwhalClient.connect(cluster.url(2))) {
            for (int round = 1; round <= 3; round++) {
                load(cluster.url(1), "asleep", "before-" + round, IntStream.range(0, 5));
                assertThat(Rows.of(sleeper, "SELECT COUNT(*) FROM asleep").rows()).isEqualTo(List.of(List.of(10L * round - 5)));
                stopped.pause();
                loadBesideSleeper("asleep", "during-" + round);
                CompletableFuture<Rows> asked = CompletableFuture.supplyAsync(() -> Rows.of(sleeper, "SELECT COUNT(*) FROM asleep"));
                stopped.resume();
                assertThat(asked.join().rows()).isEqualTo(List.of(List.of(10L * round)));
            }
        }
    }

    /// Its session with ZooKeeper has ended, and it answers before the others see it again.
    @Test
    void aFrontEndThatWakesAfterItsSessionEndedIsAskedLikeTheOthers() throws IOException {
        NarwhalProcess stopped = cluster.all(ProcessRole.FRONT_END).get(1);
        try (NarwhalClient sleeper = NarwhalClient.connect(cluster.url(2))) {
            for (int round = 1; round <= 4; round++) {
                stopped.pause();
                Waiting.until("its session has ended", PATIENCE, () -> !isMember(stopped.memberId()), () -> status(cluster.url(1)).toString());
                load(cluster.url(1), "woken", "gone-" + round, IntStream.range(0, 5));
                stopped.resume();
                assertThat(Rows.of(sleeper, "SELECT COUNT(*) FROM woken").rows()).isEqualTo(List.of(List.of(10L * round - 5)));
                stopped.pause();
                loadBesideSleeper("woken", "again-" + round);
                CompletableFuture<Rows> asked = CompletableFuture.supplyAsync(() -> Rows.of(sleeper, "SELECT COUNT(*) FROM woken"));
                stopped.resume();
                assertThat(asked.join().rows()).isEqualTo(List.of(List.of(10L * round)));
            }
        }
    }

    /// Whoever is given up sooner need not notice that it slept.
    private static void loadBesideSleeper(String table, String name) throws IOException {
        long begun = System.nanoTime();
        load(cluster.url(1), table, name, IntStream.range(0, 5));
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);
        System.out.println("load beside a stopped front end: " + taken.toMillis() + " ms");
        assertThat(taken).isGreaterThan(NOTICED);
    }

    private static boolean isMember(String id) {
        for (JsonNode member : status(cluster.url(1)).path("servers")) {
            if (member.path("id").asText().equals(id)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aLoadWhoseLeaderIsStoppedGoesToTheNextLeader() throws Exception {
        JsonNode before = load(cluster.url(1), "moved", "first", IntStream.range(0, 5));
        assertThat(before.path("version").asText()).isNotEmpty();
        NarwhalProcess leader = leader("main.moved");
        leader.pause();
        long begun = System.nanoTime();

        JsonNode outcome = load(cluster.url(1), "moved", "second", IntStream.range(0, 5));

        System.out.println("load over a stopped leader: " + (System.nanoTime() - begun) / 1_000_000 + " ms");
        leader.resume();
        assertThat(outcome.path("version").asText()).isNotEmpty();
        try (NarwhalClient client = NarwhalClient.connect(cluster.url(2))) {
            assertThat(Rows.of(client, "SELECT COUNT(*) FROM moved").rows()).isEqualTo(List.of(List.of(10L)));
        }
    }

    @Test
    void aLoadWhoseLeaderIsToldToStopEndsAndIsNotLost() throws Exception {
        load(cluster.url(1), "handed", "first", IntStream.range(0, 5));
        NarwhalProcess leader = leader("main.handed");
        CompletableFuture<JsonNode> loading = CompletableFuture.supplyAsync(() -> {
            try {
                return load(cluster.url(1), "handed", "second", IntStream.range(0, 200_000));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        leader.terminate();
        assertThat(leader.awaitEnd()).as(leader.printed()).isZero();

        assertThat(loading.join().path("version").asText()).isNotEmpty();
        try (NarwhalClient client = NarwhalClient.connect(cluster.url(2))) {
            assertThat(Rows.of(client, "SELECT COUNT(*) FROM handed").rows()).isEqualTo(List.of(List.of(200_005L)));
        }
    }

    private static NarwhalProcess leader(String table) {
        for (JsonNode found : status(cluster.url(1)).path("tables")) {
            if (found.path("table").asText().equals(table)) {
                return cluster.all(ProcessRole.INGEST).stream()
                        .filter(node -> node.memberId().equals(found.path("leader").asText())).findFirst().orElseThrow();
            }
        }
        throw new AssertionError("Nobody leads [" + table + "]");
    }

    @Test
    void aFrontEndThatIsToldToStopFailsNoQueryBehindABalancer() {
        try (TcpRelay balancer = cluster.balancer();
                QueryLoop loop = new QueryLoop("narwhal://127.0.0.1:" + balancer.port(), 2, questions)) {
            for (NarwhalProcess frontEnd : cluster.all(ProcessRole.FRONT_END)) {
                int before = loop.answered();
                frontEnd.terminate();
                assertThat(frontEnd.awaitEnd()).as(frontEnd.printed()).isZero();
                Waiting.until("answers come from the other", PATIENCE, () -> loop.answered() >= before + 20, loop::toString);
                frontEnd.start().awaitReady();
            }
            loop.close();
            System.out.println("front ends restarted: " + loop);
            assertThat(loop.wrong()).isEmpty();
            assertThat(loop.errors()).as(loop.toString()).isEmpty();
        }
    }

    @Test
    void aQueryIsCancelledByWayOfTheOtherFrontEnd() throws Exception {
        try (BufferAllocator allocator = new RootAllocator(); FlightClient one = client(allocator, 0);
                FlightClient other = client(allocator, 1)) {
            FlightInfo info = new FlightSqlClient(one).execute(
                    "SELECT COUNT(*) FROM numbers a, numbers b, numbers c WHERE a.n + b.n <> c.n");
            CompletableFuture<FlightRuntimeException> ended = CompletableFuture.supplyAsync(() -> {
                try (FlightStream stream = one.getStream(info.getEndpoints().getFirst().getTicket())) {
                    while (stream.next()) {
                        // it takes hours
                    }
                    return null;
                } catch (FlightRuntimeException e) {
                    return e;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });

            Waiting.until("the query is found at the other front end", PATIENCE,
                    () -> other.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus() == CancelStatus.CANCELLED, () -> "");

            assertThat(FlightErrors.typed(ended.join()).orElseThrow().code()).isEqualTo(ErrorCode.QUERY_CANCELLED);
            assertThat(other.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus()).isEqualTo(CancelStatus.NOT_CANCELLABLE);
        }
    }

    private static FlightClient client(BufferAllocator allocator, int frontEnd) {
        NarwhalProcess process = cluster.all(ProcessRole.FRONT_END).get(frontEnd);
        return FlightClient.builder(allocator, Location.forGrpcInsecure(process.host(), process.port())).build();
    }
}
