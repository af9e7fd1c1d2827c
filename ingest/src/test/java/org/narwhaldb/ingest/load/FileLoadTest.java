package org.narwhaldb.ingest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.ingest.IngestFixture;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;

class FileLoadTest {
    private static final TableName TABLE = new TableName("main", "t");

    @TempDir
    private Path directory;
    private IngestFixture fixture;

    @BeforeEach
    void open() {
        fixture = new IngestFixture(directory, 1);
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void aCsvFileBecomesATableWithGuessedTypes() throws Exception {
        write("a.csv", "id,name,price,day,at\n1,\"x, y\",1.5,2020-01-02,2020-01-02T03:04:05Z\n2,,2,,\n");

        LoadResult result = load("a.csv");

        assertThat(result.rows()).isEqualTo(2);
        assertThat(fixture.lake.load(TABLE).fields()).extracting(field -> field.name() + " " + field.type())
                .containsExactly("id LONG", "name STRING", "price DOUBLE", "day DATE", "at TIMESTAMP_TZ");
        assertThat(fixture.referee(TABLE)).containsExactly("[1, x, y, 1.5, 2020-01-02, 2020-01-02T03:04:05Z]",
                "[2, null, 2.0, null, null]");
        assertThat(fixture.lake.load(TABLE).spec().served()).isTrue();
    }

    @Test
    void jsonLinesAndArraysAndCompressedFilesLoadTogether() throws Exception {
        write("a.json", "{\"time\": \"2015-09-12T00:46:58.771Z\", \"n\": 1}\n\n{\"n\": 2, \"tags\": [\"x\"]}\n");
        write("b.jsonl.gz", gzip("{\"n\": 3}\n"));
        write("c.ndjson.zst", Zstd.compress("{\"n\": 4}\n".getBytes(StandardCharsets.UTF_8)));
        write("d.json", " [{\"n\": 5},\n {\"n\": 6}]");

        LoadResult result = load(request("*.json*", "*.ndjson.zst").timeColumn("time").build());

        assertThat(result.rows()).isEqualTo(6);
        assertThat(fixture.lake.load(TABLE).fields()).extracting(Object::toString)
                .containsExactly("time TIMESTAMP", "n LONG", "tags LIST[element STRING]");
        assertThat(fixture.lake.load(TABLE).spec().timeColumn()).isEqualTo("time");
    }

    @Test
    void largeFilesAreReadAtTheSameTimeAndAllOrNothing() throws Exception {
        String padding = "x".repeat(1_000);
        for (int file = 0; file < 4; file++) {
            StringBuilder text = new StringBuilder("id,padding\n");
            for (int row = 0; row < 3_000; row++) {
                text.append(file * 3_000 + row).append(',').append(padding).append('\n');
            }
            write("f" + file + ".csv", text.toString());
        }

        LoadResult result = load("f*.csv");

        assertThat(result.rows()).isEqualTo(12_000);
        assertThat(fixture.referee(TABLE)).hasSize(12_000).doesNotHaveDuplicates();

        write("f2.csv", "id,padding\nno number,x\n");
        assertFails(request("f*.csv").build(), ErrorCode.BAD_INPUT_ROW, "f2.csv", "line [2]", "no number");
        assertThat(fixture.referee(TABLE)).hasSize(12_000);
    }

    @Test
    void aSecondLoadMatchesColumnsByNameAndFillsMissingOnesWithNull() throws Exception {
        write("a.csv", "id,name\n1,x\n");
        write("b.tsv", "name\ty\n".replace("\ty", "") + "z\n");
        load("a.csv");

        load("b.tsv");

        assertThat(fixture.referee(TABLE)).containsExactly("[1, x]", "[null, z]");
    }

    @Test
    void aRepeatedLoadIdAddsNothing() throws Exception {
        write("a.csv", "id\n1\n");
        LoadResult first = load(request("a.csv").loadId("L1").build());

        LoadResult second = load(request("a.csv").loadId("L1").build());

        assertThat(second.alreadyLoaded()).isTrue();
        assertThat(second.snapshotId()).isEqualTo(first.snapshotId());
        assertThat(fixture.referee(TABLE)).hasSize(1);
    }

    @Test
    void overwriteReplacesAllRows() throws Exception {
        write("a.csv", "id\n1\n2\n");
        write("b.csv", "id\n3\n");
        load("a.csv");

        load(request("b.csv").overwrite(true).build());

        assertThat(fixture.referee(TABLE)).containsExactly("[3]");
    }

    @Test
    void badRowsArePassedOverUpToTheNumberAllowedAndReported() throws Exception {
        write("good.csv", "id,day\n1,2020-01-01\n");
        load("good.csv");
        write("a.csv", "id,day\n2,2020-02-30\nx,2020-01-01\n3,2020-01-03\n4\n");

        assertFails(request("a.csv").build(), ErrorCode.BAD_INPUT_ROW, "a.csv", "line [2]", "column [day]",
                "[2020-02-30]", "DATE");
        assertFails(request("a.csv").maxErrors(2).build(), ErrorCode.BAD_INPUT_ROW, "line [5]", "1 fields");
        assertThat(fixture.referee(TABLE)).hasSize(1);

        LoadResult result = load(request("a.csv").maxErrors(3).build());

        assertThat(result.rejected()).isEqualTo(3);
        assertThat(result.rejections()).hasSize(3).anyMatch(line -> line.contains("line [3]")
                && line.contains("column [id]"));
        assertThat(fixture.referee(TABLE)).hasSize(2);
    }

    @Test
    void whatDoesNotFitIsRefusedByNameAndLeavesNothing() throws Exception {
        write("good.csv", "id,name\n1,x\n");
        load("good.csv");
        write("unknown.csv", "id,nmae\n1,x\n");
        write("unknown.json", "{\"id\": 1}\n{\"id\": 2, \"extra\": 1}\n");
        write("broken.json", "{\"id\": 1}\n{\"id\": \n");
        write("array.json", "[{\"id\": 1}, {\"id\"");
        write("noise.csv", new byte[] {'i', 'd', '\n', (byte) 0xC3, '\n'});
        write("cut.csv.gz", Arrays.copyOf(gzip("id\n" + "1234567\n".repeat(10_000)), 60));
        byte[] zstd = Zstd.compress(("id\n" + "1234567\n".repeat(10_000)).getBytes(StandardCharsets.UTF_8));
        write("cut.csv.zst", Arrays.copyOf(zstd, zstd.length - 5));
        write("fake.csv.gz", "id\n1\n");
        write("fake.parquet", "PAR1 not really");
        write("what.txt", "id\n1\n");
        long filesBefore = dataFiles();

        assertFails(request("unknown.csv").build(), ErrorCode.SCHEMA_MISMATCH, "[nmae]", "unknown.csv");
        assertFails(request("unknown.json").build(), ErrorCode.SCHEMA_MISMATCH, "[extra]", "line [2]");
        assertFails(request("broken.json").build(), ErrorCode.BAD_INPUT_ROW, "broken.json", "line [2]");
        assertFails(request("array.json").maxErrors(5).build(), ErrorCode.BAD_INPUT_FILE, "array.json");
        assertFails(request("noise.csv").build(), ErrorCode.BAD_INPUT_FILE, "noise.csv", "UTF-8");
        assertFails(request("cut.csv.gz").build(), ErrorCode.BAD_INPUT_FILE, "cut.csv.gz");
        assertFails(request("cut.csv.zst").build(), ErrorCode.BAD_INPUT_FILE, "cut.csv.zst");
        assertFails(request("fake.csv.gz").build(), ErrorCode.BAD_INPUT_FILE, "fake.csv.gz");
        assertFails(request("fake.parquet").build(), ErrorCode.BAD_INPUT_FILE, "fake.parquet");
        assertFails(request("what.txt").build(), ErrorCode.BAD_INPUT_FILE, "what.txt");
        assertFails(request("absent.csv").build(), ErrorCode.FILE_NOT_FOUND, "absent.csv");
        assertFails(request("good.csv").timeColumn("name").build(), ErrorCode.INVALID_PARAMETER, "[name]");
        assertFails(request("good.csv").timeColumn("nope").build(), ErrorCode.COLUMN_NOT_FOUND, "[nope]");
        assertFails(request("good.csv").createOnly(true).build(), ErrorCode.TABLE_EXISTS, "main.t");

        assertThat(fixture.referee(TABLE)).hasSize(1);
        assertThat(dataFiles()).isEqualTo(filesBefore);
    }

    @Test
    void aFailedFirstLoadLeavesNoTable() throws Exception {
        write("a.csv", "id\n" + "1\n".repeat(100_001) + "x\n");

        assertFails(request("a.csv").build(), ErrorCode.BAD_INPUT_ROW, "line [100003]", "[x]");

        assertThat(fixture.lake.exists(TABLE)).isFalse();
    }

    private LoadResult load(String... files) {
        return load(request(files).build());
    }

    private LoadResult load(LoadRequest request) {
        return new FileLoad(fixture.lake, fixture.random).run(TABLE, request, progress -> { });
    }

    private void assertFails(LoadRequest request, ErrorCode code, String... parts) {
        assertThatThrownBy(() -> load(request)).as(request.files().toString())
                .isInstanceOfSatisfying(NarwhalException.class, e -> {
                    assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
                    assertThat(e.getMessage()).contains(parts);
                });
    }

    private RequestBuilder request(String... files) {
        return new RequestBuilder(Stream.of(files).map(file -> directory.resolve(file).toString()).toList());
    }

    private long dataFiles() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("warehouse"))) {
            return files.filter(file -> file.toString().endsWith(".parquet")).count();
        }
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(directory.resolve(name), content);
    }

    private static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static final class RequestBuilder {
        private final List<String> files;
        private String timeColumn;
        private boolean overwrite;
        private long maxErrors;
        private String loadId;
        private boolean createOnly;

        RequestBuilder(List<String> files) {
            this.files = files;
        }

        RequestBuilder timeColumn(String value) {
            timeColumn = value;
            return this;
        }

        RequestBuilder overwrite(boolean value) {
            overwrite = value;
            return this;
        }

        RequestBuilder maxErrors(long value) {
            maxErrors = value;
            return this;
        }

        RequestBuilder loadId(String value) {
            loadId = value;
            return this;
        }

        RequestBuilder createOnly(boolean value) {
            createOnly = value;
            return this;
        }

        LoadRequest build() {
            return new LoadRequest(TABLE.toString(), files, timeColumn, null, overwrite, maxErrors, null, loadId,
                    createOnly);
        }
    }
}
