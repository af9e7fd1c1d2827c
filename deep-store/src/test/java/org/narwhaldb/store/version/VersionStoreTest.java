package org.narwhaldb.store.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.object.ObjectStores;
import org.narwhaldb.store.version.TableVersion.BuildReport;
import org.narwhaldb.store.version.TableVersion.ChunkReference;
import org.narwhaldb.store.version.TableVersion.ColumnStatistics;
import org.narwhaldb.store.version.VersionStore.SegmentChange;
import org.narwhaldb.store.version.VersionStore.SourceChange;

class VersionStoreTest {
    private static final TableName TABLE = new TableName("a.b", "t/ü");

    @TempDir Path directory;
    private final long seed = Optional.ofNullable(Long.getLong("narwhal.seed"))
            .orElseGet(() -> new Random().nextLong());
    private final Random random = new Random(seed);
    private ObjectStore objects;
    private VersionStore store;

    @BeforeEach
    void open() {
        objects = ObjectStores.open(directory.toString(), Map.of());
        store = VersionStores.over(objects);
    }

    private static SegmentEntry segment(String id, long variant) {
        return new SegmentEntry(id, variant == 0 ? "" : "live" + variant, "segments/" + id + ".segment",
                variant == 0 ? "" : "live/" + id + variant, 1000, (int) (1000 - variant), 123_456,
                        0xFEDC_BA98_7654_3210L + variant,
                Map.of(1, new SegmentEntry.ColumnBounds(-5L, 1L << 60, variant),
                        7, new SegmentEntry.ColumnBounds("aa".getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 200},
                                0)),
                List.of("s3://bucket/data/" + id + ".parquet"));
    }

    private static SourceEntry source(String path, long variant) {
        return new SourceEntry(path, variant, 5000, variant == 0 ? List.of() : List.of("d" + variant, "d#4"));
    }

    private TableVersion version(
            VersionId id, int shardCount, List<ChunkReference> chunks, List<ChunkReference> sources, Map<Integer,
                    ColumnStatistics> statistics) {
        List<Field> fields = List.of(new Field(1, "when", ColumnType.TIMESTAMP_TZ, false),
                new Field(2, "price", ColumnType.decimal(38, 4), true),
                new Field(3, "tags", ColumnType.list(new Field(4, "element", ColumnType.fixed(3), true)), true));
        return new TableVersion(id, id.counter() > 1 ? new VersionId(id.incarnation(), id.counter() - 1) : null, 9,
                TABLE, "uuid-1", 77L,
                12, 3, "spec", shardCount, 2, null, fields, 1_700_000_000_000L, 10, 2, statistics, chunks, sources,
                new BuildReport(1, 2, 3, 4, 5, 6, 7, 8));
    }

    private VersionId id(long counter) {
        return new VersionId("0123456789abcdef", counter);
    }

    @Test
    void randomChangesEqualANaiveMap() {
        Map<String, SegmentEntry> segments = new TreeMap<>();
        Map<String, SourceEntry> sources = new TreeMap<>();
        List<ChunkReference> segmentChunks = List.of();
        List<ChunkReference> sourceChunks = List.of();
        int shardCount = 16;
        for (int step = 1; step <= 75; step++) {
            if (step == 70) {
                shardCount = 32;
            }
            // mostly small, now and then large; overlapping ids make replacements and removals
            int size = random.nextInt(12) == 0 ? 2000 : random.nextInt(8);
            List<SegmentEntry> added = new ArrayList<>();
            List<SourceEntry> addedSources = new ArrayList<>();
            for (int index = 0; index < size; index++) {
                long variant = random.nextInt(3);
                added.add(segment("segment-" + random.nextInt(6000), variant));
                addedSources.add(source("file-" + random.nextInt(6000), variant));
            }
            List<String> removed = new ArrayList<>();
            List<String> removedSources = new ArrayList<>();
            List<String> ids = new ArrayList<>(segments.keySet());
            for (int index = random.nextInt(20) == 0 ? ids.size()
                    : Math.min(ids.size(), random.nextInt(6)); index > 0; index--) {
                removed.add(ids.get(random.nextInt(ids.size())));
                removedSources.add("file-" + random.nextInt(6000));
            }
            added.removeIf(entry -> removed.contains(entry.segmentId()));
            addedSources.removeIf(entry -> removedSources.contains(entry.path()));

            segmentChunks = store.writeSegments(TABLE, id(step), shardCount, segmentChunks,
                    new SegmentChange(added, removed));
            sourceChunks = store.writeSources(TABLE, id(step), sourceChunks,
                    new SourceChange(addedSources, removedSources));
            added.forEach(entry -> segments.put(entry.segmentId(), entry));
            removed.forEach(segments::remove);
            addedSources.forEach(entry -> sources.put(entry.path(), entry));
            removedSources.forEach(sources::remove);

            if (step % 15 == 0 || step > 68 && step < 72) {
                TableVersion version = version(id(step), shardCount, segmentChunks, sourceChunks, Map.of());
                store.writeHead(version);
                VersionStore fresh = VersionStores.over(objects, 1 << 20);
                TableVersion head = fresh.readHead(TABLE, id(step));
                assertThat(head).as("seed %d, step %d", seed, step).usingRecursiveComparison().isEqualTo(version);
                assertSame(fresh.segments(head, shard -> true), segments, step);
                assertThat(fresh.sources(head)).as("seed %d, step %d", seed, step).isEqualTo(sources);
                int shards = shardCount;
                Map<String, SegmentEntry> some = new TreeMap<>(segments);
                some.values().removeIf(entry -> entry.shard(shards) % 3 != 1);
                assertSame(store.segments(head, shard -> shard % 3 == 1), some, step);
            }
        }
    }

    private void assertSame(Map<String, SegmentEntry> found, Map<String, SegmentEntry> expected, int step) {
        assertThat(List.copyOf(found.keySet())).as("seed %d, step %d", seed, step)
                .isEqualTo(List.copyOf(expected.keySet()));
        assertThat(found.values().stream().map(VersionStoreTest::text).toList())
                .as("seed %d, step %d", seed, step).isEqualTo(expected.values().stream().map(VersionStoreTest::text)
                        .toList());
    }

    private static String text(SegmentEntry entry) {
        List<String> bounds = new ArrayList<>();
        new TreeMap<>(entry.bounds()).forEach((column, each) ->
                bounds.add(column + ":" + JsonValues.write(each.min()) + JsonValues.write(each.max())
                        + each.nullCount()));
        return new SegmentEntry(entry.segmentId(), entry.liveRowsId(), entry.file(), entry.liveRowsFile(),
                entry.rowCount(),
                entry.liveRowCount(), entry.sizeBytes(), entry.checksum(), Map.of(), entry.sources())
                        + bounds.toString();
    }

    @Test
    void publishingOneSegmentToManyWritesLittle() throws Exception {
        List<SegmentEntry> many = new ArrayList<>();
        for (int index = 0; index < 100_000; index++) {
            many.add(segment("%032x".formatted(random.nextLong()), 0));
        }
        List<ChunkReference> chunks = store.writeSegments(TABLE, id(1), 256, List.of(),
                new SegmentChange(many, List.of()));
        assertThat(chunks).hasSizeBetween(25, 60).allMatch(chunk -> chunk.entryCount() <= 4096);
        store.writeHead(version(id(1), 256, chunks, List.of(), Map.of()));
        CountingStore counting = new CountingStore(objects);
        store = VersionStores.over(counting);
        store.segments(version(id(1), 256, chunks, List.of(), Map.of()), shard -> true);
        long worst = 0;

        int publications = 150;
        for (int step = 2; step < publications + 2; step++) {
            long start = counting.bytes;
            chunks = store.writeSegments(TABLE, id(step), 256, chunks,
                    new SegmentChange(List.of(segment("new-" + step, 0)), List.of()));
            store.writeHead(version(id(step), 256, chunks, List.of(), Map.of()));
            worst = Math.max(worst, counting.bytes - start);
        }

        assertThat(counting.puts).isEqualTo(2 * publications);
        assertThat(counting.bytes / publications).as("bytes a publication").isLessThan(20_000);
        assertThat(worst).as("bytes of the worst publication").isLessThan(64_000);
        assertThat(chunks.size()).isLessThan(100);
        assertThat(store.segments(version(id(1), 256, chunks, List.of(), Map.of()), shard -> true))
                .hasSize(100_000 + publications);
    }

    /// Counts what is written.
    private static final class CountingStore implements ObjectStore {
        private final ObjectStore store;
        private int puts;
        private long bytes;

        private CountingStore(ObjectStore store) {
            this.store = store;
        }

        @Override
        public void put(String name, byte[] content) {
            puts++;
            bytes += content.length;
            store.put(name, content);
        }

        @Override
        public void put(String name, Path file) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InputStream read(String name) {
            return store.read(name);
        }

        @Override
        public void download(String name, Path target) {
            store.download(name, target);
        }

        @Override
        public Optional<Path> local(String name) {
            return store.local(name);
        }

        @Override
        public boolean exists(String name) {
            return store.exists(name);
        }

        @Override
        public List<Entry> list(String prefix) {
            return store.list(prefix);
        }

        @Override
        public void delete(String name) {
            store.delete(name);
        }

        @Override
        public String rootUri() {
            return store.rootUri();
        }
    }

    @Test
    void boundsOfEveryShapeSurvive() {
        Map<Integer, ColumnStatistics> statistics = new HashMap<>();
        Object nested = new Object[] {1L, null, new Object[][] {{"k".getBytes(StandardCharsets.UTF_8), 2.5}}};
        Object[] values = {null, true, Long.MIN_VALUE, -0.0, Double.NaN, BigInteger.TWO.pow(120).negate(),
                new byte[] {1, -1}, nested};
        for (int index = 0; index < values.length; index++) {
            statistics.put(index, new ColumnStatistics(values[index], values[values.length - 1 - index], index, 5));
        }
        Map<Integer, SegmentEntry.ColumnBounds> bounds = new HashMap<>();
        statistics.forEach((column, each) -> bounds.put(column,
                new SegmentEntry.ColumnBounds(each.min(), each.max(), 3)));
        SegmentEntry entry = new SegmentEntry("s", "", "f", "", 1, 1, 1, 1, bounds, List.of());
        List<ChunkReference> chunks = store.writeSegments(TABLE, id(1), 4, List.of(),
                new SegmentChange(List.of(entry), List.of()));
        TableVersion version = version(id(1), 4, chunks, List.of(), statistics);
        store.writeHead(version);

        VersionStore fresh = VersionStores.over(objects);
        TableVersion read = fresh.readHead(TABLE, id(1));

        // by equals, which knows NaN
        assertThat(read).usingRecursiveComparison().withEqualsForType(Double::equals, Double.class).isEqualTo(version);
        assertThat(text(fresh.segments(read, shard -> true).get("s"))).isEqualTo(text(entry));
    }

    @Test
    void filesNamesAllThatAVersionNeeds() {
        List<ChunkReference> chunks = store.writeSegments(TABLE, id(1), 4, List.of(),
                new SegmentChange(List.of(segment("one", 0), segment("two", 5)), List.of()));
        List<ChunkReference> sources = store.writeSources(TABLE, id(1), List.of(),
                new SourceChange(List.of(source("file", 0)), List.of()));
        TableVersion version = version(id(1), 4, chunks, sources, Map.of());
        store.writeHead(version);

        assertThat(store.files(version)).containsExactlyInAnyOrder(VersionStores.headFile(TABLE, id(1)),
                chunks.getFirst().file(), sources.getFirst().file(), "segments/one.segment", "segments/two.segment",
                        "live/two5");
        assertThat(objects.list("").stream().map(ObjectStore.Entry::name))
                .containsExactlyInAnyOrder(VersionStores.headFile(TABLE, id(1)), chunks.getFirst().file(),
                        sources.getFirst().file());
    }

    @Test
    void anyDamagedByteIsFoundAndTheFileNamed() throws Exception {
        List<ChunkReference> chunks = store.writeSegments(TABLE, id(1), 4, List.of(),
                new SegmentChange(List.of(segment("one", 0), segment("two", 5)), List.of()));
        TableVersion version = version(id(1), 4, chunks, List.of(), Map.of());
        store.writeHead(version);
        String head = VersionStores.headFile(TABLE, id(1));
        String chunk = chunks.getFirst().file();

        for (String file : List.of(head, chunk)) {
            Path path = objects.local(file).orElseThrow();
            byte[] content = Files.readAllBytes(path);
            for (int position = 0; position < content.length; position++) {
                byte[] flipped = content.clone();
                flipped[position] ^= (byte) (1 << random.nextInt(8));
                Files.write(path, flipped);
                assertCorrupt(file, position);
            }
            for (int length : new int[] {0, 3, content.length / 2, content.length - 1}) {
                Files.write(path, Arrays.copyOf(content, length));
                assertCorrupt(file, length);
            }
            Files.write(path, content);
        }

        Files.delete(objects.local(chunk).orElseThrow());
        assertCorrupt(chunk, -1);
        Files.delete(objects.local(head).orElseThrow());
        assertThatThrownBy(() -> store.readHead(TABLE, id(1))).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
    }

    private void assertCorrupt(String file, int position) {
        assertThatThrownBy(() -> {
            VersionStore fresh = VersionStores.over(objects);
            fresh.segments(fresh.readHead(TABLE, id(1)), shard -> true);
        }).as("seed %d, %s at %d", seed, file, position).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_VERSION)).hasMessageContaining(file);
    }

    @Test
    void aHeadIsNeverReplaced() {
        TableVersion mine = version(id(5), 4, List.of(), List.of(), Map.of());
        TableVersion theirs = version(id(5), 8, List.of(), List.of(), Map.of());
        store.writeHead(mine);
        store.writeHead(mine);

        assertThatThrownBy(() -> store.writeHead(theirs)).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.LOAD_CONFLICT));
        assertThat(store.readHead(TABLE, id(5)).shardCount()).isEqualTo(4);
        assertThat(store.nextFree(TABLE, id(4))).isEqualTo(id(6));
        assertThat(store.heads(TABLE)).containsExactly(id(5));
    }

    @Test
    void tableDirectoriesAreSafeAndDistinct() {
        assertThat(VersionStores.tableDirectory(new TableName("main", "events"))).isEqualTo("tables/main/events");
        assertThat(Stream.of(TABLE, new TableName("a.b", "t"), new TableName("..", ".."), new TableName("a/b", "t"))
                .map(VersionStores::tableDirectory)).doesNotHaveDuplicates()
                .allMatch(name -> name.matches("tables/[^/]+/[^/]+") && !name.contains("/../")
                        && !name.endsWith("/.."));
    }
}
