package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.narwhaldb.conformance.IcebergTables.row;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.narwhaldb.launcher.client.NarwhalClient;

/// Readers that never pause while all rows of a table change under them, by overwrites and by deletes committed through
/// Iceberg's API: every answer is the total of one committed snapshot, whole, and for one reader never an older one than it saw
/// before.
final class AtomicityTest {
    private static final int FILES = 6;
    private static final int ROWS_PER_FILE = 500;
    private static final int READERS = 2;
    /// A slow machine is given time until its readers have seen a few of the snapshots.
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "generation", Types.LongType.get()),
            Types.NestedField.required(2, "amount", Types.LongType.get()),
            Types.NestedField.required(3, "day", Types.DateType.get()));
    private static OwnCluster cluster;
    private static IcebergTables lake;

    @BeforeAll
    static void start() {
        cluster = OwnCluster.shared();
        lake = new IcebergTables(cluster.home().catalogProperties());
    }

    @AfterAll
    static void stop() {
        lake.close();
    }

    @Test
    void aReaderSeesOnlyWholeSnapshots() {
        run("quick", Duration.ofSeconds(3));
    }

    @Test
    @Tag("slow")
    void aReaderSeesOnlyWholeSnapshotsForLonger() {
        run("longer", Duration.ofSeconds(20));
    }

    /// What one snapshot answers.
    private record Totals(long count, long sum, long least, long greatest) {}

    private static void run(String name, Duration length) {
        Table table = lake.create(name, SCHEMA, PartitionSpec.unpartitioned(), 2);
        table.updateProperties().set("narwhal.time-column", "day").commit();
        List<DataFile> files = files(table, 0);
        AppendFiles append = table.newAppend();
        files.forEach(append::appendFile);
        append.commit();
        cluster.serve("main." + name);

        Map<Totals, Integer> committed = new ConcurrentHashMap<>();
        committed.put(totals(0, 0), 0);
        AtomicBoolean stopped = new AtomicBoolean();
        Set<Totals> distinct = ConcurrentHashMap.newKeySet();
        List<List<Totals>> seen = new ArrayList<>();
        try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            List<Future<List<Totals>>> reading = new ArrayList<>();
            for (int reader = 0; reader < READERS; reader++) {
                reading.add(readers.submit(() -> read(name, distinct, stopped)));
            }
            try {
                long start = System.nanoTime();
                write(table, files, committed, name, () -> System.nanoTime() - start >= length.toNanos()
                        && (distinct.size() > 2 || System.nanoTime() - start >= PATIENCE.toNanos()));
            } finally {
                stopped.set(true);
            }
            for (Future<List<Totals>> each : reading) {
                seen.add(each.get());
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError("A reader failed", e);
        }

        for (List<Totals> answers : seen) {
            int before = 0;
            for (Totals answer : answers) {
                assertThat(committed).as("answer [%s], of [%d]", answer, answers.size()).containsKey(answer);
                assertThat(committed.get(answer)).as("no step back").isGreaterThanOrEqualTo(before);
                before = committed.get(answer);
            }
        }
        assertThat(distinct).as("snapshots seen, of [%d]", committed.size()).hasSizeGreaterThan(2);
    }

    /// Overwrites all rows, deletes some positions of every file, one file each a commit, waits until it is answered, and again.
    private static void write(
            Table table, List<DataFile> first, Map<Totals, Integer> committed, String name, BooleanSupplier enough) {
        List<DataFile> files = first;
        int generation = 0;
        do {
            for (int deleted = 0; deleted < 2; deleted++) {
                committed.put(totals(generation, deleted + 1), committed.size());
                lake.deletePositions(table, files.get(deleted), 0, 7, ROWS_PER_FILE - 1);
            }
            cluster.awaitSnapshot("main." + name, table.currentSnapshot().snapshotId());
            generation++;
            files = files(table, generation);
            committed.put(totals(generation, 0), committed.size());
            OverwriteFiles overwrite = table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
            files.forEach(overwrite::addFile);
            overwrite.commit();
            cluster.awaitSnapshot("main." + name, table.currentSnapshot().snapshotId());
        } while (!enough.getAsBoolean());
    }

    /// Of a generation of which `deletedFiles` files have lost three rows. All rows of a generation have its amount, so that a
    /// mix of two shows.
    private static Totals totals(int generation, int deletedFiles) {
        long rows = (long) FILES * ROWS_PER_FILE - 3L * deletedFiles;
        return new Totals(rows, rows * (generation * 1_000L + 1), generation, generation);
    }

    private static List<DataFile> files(Table table, int generation) {
        List<DataFile> files = new ArrayList<>();
        for (int file = 0; file < FILES; file++) {
            List<Record> rows = new ArrayList<>();
            for (int index = 0; index < ROWS_PER_FILE; index++) {
                rows.add(row(SCHEMA, (long) generation, generation * 1_000L + 1,
                        LocalDate.of(2026, 1, 1).plusDays(index % 5 * 40L)));
            }
            files.add(lake.write(table, rows));
        }
        return files;
    }

    private static List<Totals> read(String name, Set<Totals> distinct, AtomicBoolean stopped) {
        String sql = "SELECT count(*), sum(amount), min(generation), max(generation) FROM main." + name;
        List<Totals> answers = new ArrayList<>();
        try (NarwhalClient client = cluster.connect()) {
            while (!stopped.get()) {
                List<Object> answer = Rows.of(client, sql).rows().getFirst();
                answers.add(new Totals((Long) answer.get(0), (Long) answer.get(1), (Long) answer.get(2), (Long) answer.get(3)));
                distinct.add(answers.getLast());
            }
        }
        return answers;
    }
}
