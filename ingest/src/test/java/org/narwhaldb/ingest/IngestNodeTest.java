package org.narwhaldb.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

class IngestNodeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TableName TABLE = new TableName("main", "t");

    @TempDir
    private Path directory;
    private IngestFixture fixture;
    private IngestNode node;

    @BeforeEach
    void open() {
        fixture = new IngestFixture(directory, 3);
        node = fixture.node();
        fixture.cluster().joinAsLeader(new Instance("ingest-1", Role.INGEST, "127.0.0.1", 1, "", "z"), node);
        fixture.scheduler.runAll();
    }

    @AfterEach
    void close() throws Exception {
        node.close();
        fixture.close();
    }

    @Test
    void aLoadAnswersWithTheVersionThatHoldsItsRows() throws Exception {
        List<String> phases = new ArrayList<>();

        JsonNode loaded = load("id\n1\n2\n", "L1", phases);

        assertThat(loaded.get("rows").asInt()).isEqualTo(2);
        assertThat(loaded.get("alreadyLoaded").asBoolean()).isFalse();
        assertThat(fixture.pointers().read(TABLE).orElseThrow().version())
                .isEqualTo(VersionId.parse(loaded.get("version").asText()));
        assertThat(fixture.served(TABLE)).containsExactly("[1]", "[2]");
        assertThat(phases).contains("reading", "committing", "building");
        assertThat(load("id\n1\n2\n", "L1", phases).get("alreadyLoaded").asBoolean()).isTrue();
        assertThat(fixture.served(TABLE)).hasSize(2);
    }

    @Test
    void statusSaysWhatIsPublishedAndWhatIsBroken() throws Exception {
        load("id\n1\n", "L1", new ArrayList<>());
        Table table = fixture.iceberg(TABLE);
        var file = IcebergWriter.data(table, List.of(IcebergWriter.row(table.schema(), 5L)));
        table.newAppend().appendFile(file).commit();
        Files.delete(Path.of(file.location().replaceFirst("^file:(//)?", "")));

        poll();

        JsonNode status = call("status", Map.of()).get("tables").get(0);
        assertThat(status.get("table").asText()).isEqualTo("main.t");
        assertThat(status.get("rows").asInt()).isEqualTo(1);
        assertThat(status.get("build").get("filesRead").asInt()).isEqualTo(1);
        assertThat(status.get("error").get("code").asText()).isEqualTo("SOURCE_FILE_MISSING");
        table.newDelete().deleteFile(file).commit();
        poll();
        assertThat(call("status", Map.of()).get("tables").get(0).has("error")).isFalse();
    }

    @Test
    void aTableOfAnotherEngineIsServedOnRequestAndFollowedByPolling() throws Exception {
        load("id\n1\n", "L1", new ArrayList<>());
        fixture.lake.setProperties(TABLE, Map.of("narwhal.serve", "false"));
        node.discover();
        assertThat(fixture.pointers().read(TABLE)).isEmpty();

        JsonNode served = call("serve", Map.of("table", "main.t", "replicas", 1));
        Table table = fixture.iceberg(TABLE);
        table.newAppend().appendFile(IcebergWriter.data(table, List.of(IcebergWriter.row(table.schema(), 5L))))
                .commit();
        poll();

        assertThat(served.get("rows").asInt()).isEqualTo(1);
        assertThat(fixture.served(TABLE)).containsExactly("[1]", "[5]");
    }

    /// Found by the simulator, world 16: the leader had been stopped and stayed, and nothing was published any more.
    @Test
    void aTableThatIsServedAgainIsLedAlthoughZooKeeperFailedWhenItWasRetired() throws Exception {
        node.close();
        AtomicBoolean broken = new AtomicBoolean();
        node = fixture.node(new PointersThatBreakAfterARemoval(fixture.pointers(), broken));
        for (int partition = 0; partition < ClusterImage.LEADER_PARTITIONS; partition++) {
            node.lead(partition, 9);
        }
        load("id\n1\n", "L1", new ArrayList<>());
        fixture.lake.setProperties(TABLE, Map.of("narwhal.serve", "false"));
        node.discover();
        assertThat(broken).isTrue();
        broken.set(false);

        call("serve", Map.of("table", "main.t", "replicas", 1));

        assertThat(fixture.served(TABLE)).containsExactly("[1]");
    }

    private record PointersThatBreakAfterARemoval(PointerStore inner, AtomicBoolean broken) implements PointerStore {
        @Override
        public Optional<Pointer> read(TableName table) {
            if (broken.get()) {
                throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE, "the test wants the pointers to fail");
            }
            return inner.read(table);
        }

        @Override
        public Map<TableName, Pointer> readAll() {
            return inner.readAll();
        }

        @Override
        public Outcome compareAndSet(TableName table, Optional<Pointer> expected, VersionId next) {
            return inner.compareAndSet(table, expected, next);
        }

        @Override
        public Outcome remove(TableName table, Pointer expected) {
            broken.set(true);
            return inner.remove(table, expected);
        }

        @Override
        public AutoCloseable watch(Runnable listener) {
            return inner.watch(listener);
        }
    }

    @Test
    void aTableDroppedByAnotherEngineLosesItsPointerAndAfterTheRetentionItsFiles() throws Exception {
        load("id\n1\n", "L1", new ArrayList<>());
        fixture.catalog.dropTable(TableIdentifier.of("main", "t"), false);

        node.discover();

        assertThat(fixture.pointers().read(TABLE)).isEmpty();
        assertThat(fixture.store.list("")).isNotEmpty();
        assertFails("refresh", Map.of("table", "main.t"), ErrorCode.TABLE_NOT_FOUND, "main.t");
    }

    @Test
    void badRequestsAreTypedErrors() {
        assertFails("load", Map.of("table", "t", "files", List.of()), ErrorCode.INVALID_REQUEST, "at least one file");
        assertFails("load", Map.of("table", "t", "files", List.of("x.csv"), "wrong", 1),
                ErrorCode.INVALID_REQUEST, "wrong");
        assertFails("refresh", Map.of(), ErrorCode.INVALID_REQUEST, "no table");
        assertFails("serve", Map.of("table", "nope"), ErrorCode.TABLE_NOT_FOUND, "nope");
        assertFails("dance", Map.of(), ErrorCode.INVALID_REQUEST, "dance");
    }

    @Test
    void aTableLedElsewhereIsRefusedWithItsLeader() {
        node.standBy(ClusterImage.leaderPartition(TABLE));

        assertFails("refresh", Map.of("table", "main.t"), ErrorCode.CLUSTER_UNAVAILABLE, "leader is [ingest-1]");
    }

    private void poll() {
        fixture.advance(Duration.ofMinutes(2));
        node.discover();
        fixture.scheduler.runAll();
    }

    private JsonNode load(String csv, String loadId, List<String> phases) throws Exception {
        Path file = directory.resolve("in.csv");
        Files.writeString(file, csv);
        byte[] body = JSON.writeValueAsBytes(Map.of("table", "main.t", "files", List.of(file.toString()), "loadId",
                loadId));
        return JSON.readTree(node.call("load", body, step -> phases.add(phase(step))));
    }

    private static String phase(byte[] step) {
        try {
            return JSON.readTree(step).get("phase").asText();
        } catch (IOException e) {
            throw new AssertionError(new String(step, StandardCharsets.UTF_8), e);
        }
    }

    private JsonNode call(String action, Map<String, Object> body) throws Exception {
        return JSON.readTree(node.call(action, JSON.writeValueAsBytes(body), progress -> { }));
    }

    private void assertFails(String action, Map<String, Object> body, ErrorCode code, String part) {
        assertThatThrownBy(() -> call(action, body)).isInstanceOfSatisfying(NarwhalException.class, e -> {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
            assertThat(e.getMessage()).contains(part);
        });
    }
}
