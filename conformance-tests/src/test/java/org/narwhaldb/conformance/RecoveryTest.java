package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.narwhaldb.conformance.IcebergTables.row;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.narwhaldb.segment.error.NarwhalException;

/// Iceberg is the only durable truth: what Narwhal keeps beside it may be lost or damaged while the cluster is down, and all
/// tables answer the same again, never wrongly in between.
@Tag("slow")
final class RecoveryTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()),
            Types.NestedField.required(3, "born", Types.DateType.get()));
    private static final List<String> TABLES = List.of("plain", "deleted");

    private OwnCluster cluster;
    private List<Rows> answers;

    /// Two tables of several segments each, the second with deletes.
    @BeforeEach
    void start() {
        cluster = OwnCluster.started(SharedCluster.temporaryHome());
        try (IcebergTables lake = new IcebergTables(cluster.home().catalogProperties())) {
            for (String name : TABLES) {
                Table table = lake.create(name, SCHEMA, PartitionSpec.unpartitioned(), 2);
                table.updateProperties().set("narwhal.time-column", "born").set("narwhal.segment-time", "month").commit();
                DataFile first = lake.append(table, rows(0));
                lake.append(table, rows(1_000));
                if (name.equals("deleted")) {
                    lake.deletePositions(table, first, 0, 5, 999);
                }
                cluster.serve("main." + name);
            }
        }
        answers = answers();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static Record[] rows(int from) {
        Record[] rows = new Record[1_000];
        Arrays.setAll(rows, index -> row(SCHEMA, (long) from + index, index % 7 == 0 ? null : "name" + index % 50,
                LocalDate.of(2026, 1, 1).plusDays(index % 90)));
        return rows;
    }

    private List<Rows> answers() {
        List<Rows> rows = new ArrayList<>();
        for (String name : TABLES) {
            rows.add(cluster.query("SELECT * FROM main." + name));
            rows.add(cluster.query("SELECT name, count(*), sum(id), min(born) FROM main." + name + " GROUP BY name"));
        }
        return rows;
    }

    /// Until the tables answer; whatever is answered on the way is right.
    private void assertAnswersTheSame() {
        cluster.await("all tables answer", () -> {
            try {
                List<Rows> now = answers();
                for (int index = 0; index < now.size(); index++) {
                    now.get(index).assertEqualTo(answers.get(index), false, "answer " + index);
                }
                return true;
            } catch (NarwhalException e) {
                assertThat(e.code().kind().name()).as("typed, and nobody's bug: %s", e.getMessage()).isNotEqualTo("INTERNAL");
                return false;
            }
        });
    }

    @Test
    void everythingButIcebergMayBeLost() {
        cluster.stop();
        SharedCluster.delete(cluster.home().zooKeeper());
        SharedCluster.delete(cluster.home().segmentStore());
        SharedCluster.delete(cluster.home().cache());

        cluster.start();

        assertAnswersTheSame();
    }

    @Test
    void zooKeepersDataMayBeLostAndTheSegmentsAreUsedAgain() {
        cluster.stop();
        SharedCluster.delete(cluster.home().zooKeeper());

        cluster.start();

        assertAnswersTheSame();
        assertThat(cluster.status("main.plain").path("lastBuild").path("filesRead").asInt()).as("files read again").isZero();
    }

    @Test
    void theSegmentStoreMayBeLostWhileZooKeeperNamesItsVersions() {
        cluster.stop();
        SharedCluster.delete(cluster.home().segmentStore());

        cluster.start();

        assertAnswersTheSame();
    }

    @Test
    void aFlippedBitIsFoundNamedAndMended() {
        damageAndMend("a flipped bit", RecoveryTest::flipped);
    }

    @Test
    void aTruncatedSegmentIsFoundNamedAndMended() {
        damageAndMend("a truncated file", content -> Arrays.copyOf(content, content.length - 100));
    }

    @Test
    void aLostSegmentIsMended() {
        damageAndMend("a lost file", content -> null);
    }

    /// One segment of each table; the other segments are not built again.
    private void damageAndMend(String what, UnaryOperator<byte[]> damage) {
        cluster.stop();
        List<String> damaged = new ArrayList<>();
        for (String name : TABLES) {
            Path file = files(name, ".seg").getFirst();
            damaged.add(file.getFileName().toString());
            change(file, damage);
        }

        cluster.start();

        assertAnswersTheSame();
        for (int index = 0; index < TABLES.size(); index++) {
            assertPartlyBuilt(TABLES.get(index), what);
            assertThat(failures()).as("servers name the file").contains(damaged.get(index));
        }
    }

    private void assertPartlyBuilt(String name, String what) {
        var build = cluster.status("main." + name).path("lastBuild");
        assertThat(build.path("segmentsBuilt").asInt()).as("%s in [%s]: segments built, %s", what, name, build).isPositive();
        assertThat(build.path("segmentsReused").asInt()).as("%s in [%s]: segments reused, %s", what, name, build).isPositive();
    }

    @Test
    void aDamagedLiveRowsFileIsMended() {
        cluster.stop();
        change(files("deleted", ".rows").getFirst(), RecoveryTest::flipped);

        cluster.start();

        assertAnswersTheSame();
        assertPartlyBuilt("deleted", "a damaged live-rows file");
    }

    @Test
    void damagedVersionFilesAreWrittenAgain() {
        cluster.stop();
        for (String name : TABLES) {
            files(name, "").stream().filter(file -> !file.toString().endsWith(".seg") && !file.toString().endsWith(".rows"))
                    .forEach(file -> change(file, RecoveryTest::flipped));
        }

        cluster.start();

        assertAnswersTheSame();
    }

    /// As after an upgrade: the versions that stand were published for another format.
    @Test
    void segmentsOfAnotherFormatAreBuiltAgain() {
        cluster.stop();
        for (String name : TABLES) {
            files(name, ".json").forEach(file -> change(file, RecoveryTest::ofAnotherLayout));
        }
        withAnotherFormat();

        cluster.start();

        assertAnswersTheSame();
        for (String name : TABLES) {
            var build = cluster.status("main." + name).path("lastBuild");
            assertThat(build.path("segmentsBuilt").asInt()).as("segments built of [%s]: %s", name, build).isPositive();
            assertThat(build.path("segmentsReused").asInt()).as("segments reused of [%s]: %s", name, build).isZero();
        }
    }

    @Test
    void segmentsOfAnotherFormatThatNoVersionTellsOfAreBuiltAgain() {
        cluster.stop();
        withAnotherFormat();

        cluster.start();

        assertAnswersTheSame();
    }

    private void withAnotherFormat() {
        for (Path folder : List.of(cluster.home().segmentStore(), cluster.home().cache())) {
            files(folder, ".seg").forEach(file -> change(file, RecoveryTest::ofAnotherFormat));
        }
    }

    /// The header says version 1, and checks.
    private static byte[] ofAnotherFormat(byte[] segment) {
        ByteBuffer header = ByteBuffer.wrap(segment, 0, 64).order(ByteOrder.LITTLE_ENDIAN);
        CRC32C checksum = new CRC32C();
        checksum.update(header.putInt(4, 1).limit(60));
        header.limit(64).putInt(60, (int) checksum.getValue());
        return segment;
    }

    private static byte[] ofAnotherLayout(byte[] head) {
        String text = new String(head, StandardCharsets.UTF_8);
        String before = text.substring(text.indexOf("\"checksum\":\"") + 12).substring(0, 16);
        String body = text.substring(text.indexOf("\"version\":") + 10, text.length() - 2);
        String changed = body.replaceFirst("(\"specHash\":\"[a-z]+-)[0-9a-f]{4}", "$10000");
        assertThat(changed).isNotEqualTo(body);
        return text.replace(body, changed).replace(before, sha256(changed).substring(0, 16)).getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSegmentDamagedWhileItIsServedIsFoundByTheNextBuildOverIt() {
        // another file under the same name: the servers keep the one they have mapped
        for (Path file : files("deleted", ".seg")) {
            byte[] content = read(file);
            change(file, _ -> null);
            change(file, _ -> Arrays.copyOf(content, content.length / 2));
        }

        try (IcebergTables lake = new IcebergTables(cluster.home().catalogProperties())) {
            Table table = lake.load("deleted");
            Schema id = table.schema().select("id");
            table.newRowDelta().addDeletes(lake.equalityDeletes(table, null, id, row(id, 1_500L), row(id, 7L))).commit();
            cluster.awaitSnapshot("main.deleted", table.currentSnapshot().snapshotId());

            cluster.query("SELECT * FROM main.deleted").assertEqualTo(lake.read("deleted"), false, "after a delete over damaged segments");
        }
    }

    private static byte[] flipped(byte[] content) {
        content[content.length / 3] ^= 0x10;
        return content;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param change of the file's bytes; null deletes it
    private static void change(Path file, UnaryOperator<byte[]> change) {
        try {
            byte[] content = change.apply(Files.exists(file) ? Files.readAllBytes(file) : new byte[0]);
            if (content == null) {
                Files.delete(file);
            } else {
                Files.write(file, content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> files(String table, String suffix) {
        return files(cluster.home().segmentStore(), suffix).stream()
                .filter(file -> file.toString().contains("/" + table + "/")).toList();
    }

    private static List<Path> files(Path folder, String suffix) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix)).filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String failures() {
        StringBuilder failures = new StringBuilder();
        cluster.fullStatus().path("servers").forEach(server -> failures.append(server.path("status").path("failed")));
        return failures.toString();
    }
}
