package org.narwhaldb.store.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.object.TinyS3;

/// A warehouse in S3, and files loaded from there.
class S3LakeTest {
    @TempDir Path directory;

    @Test
    void tablesAndSourcesMayBeInS3() throws Exception {
        try (TinyS3 s3 = new TinyS3()) {
            Map<String, String> properties = new HashMap<>(s3.properties());
            properties.putAll(Map.of("type", "jdbc", "uri", "jdbc:sqlite:" + directory.resolve("c.db"),
                    "warehouse", "s3://lake/warehouse"));
            try (Lake lake = Lake.open("s3", properties)) {
                LakeTable table = lake.create(LakeFixture.NAME, List.of(new Field(0, "id", ColumnType.LONG, false)),
                        Map.of());
                try (LakeLoad load = table.newLoad("rows")) {
                    load.writeRow(new Object[] {7L});
                    load.commit(false);
                }
                String written = lake.load(LakeFixture.NAME).sourceFiles().keySet().iterator().next();
                s3.objects().put("in/2026/a b.parquet", s3.objects().get(written.substring("s3://".length())));
                s3.objects().put("in/2026/c.csv", "id\n5".getBytes(StandardCharsets.UTF_8));

                List<String> found = lake.expand(List.of("s3://in/*/*.parquet"));
                assertThat(found).containsExactly("s3://in/2026/a b.parquet");
                assertThat(lake.parquetColumns(found.getFirst())).extracting(Field::name).containsExactly("id");
                assertThat(lake.open("s3://in/2026/c.csv").stream().readAllBytes()).hasSize(4);
                try (LakeLoad load = lake.load(LakeFixture.NAME).newLoad("copy")) {
                    load.addParquet(found.getFirst());
                    load.commit(false);
                }

                LakeTable now = lake.load(LakeFixture.NAME);
                assertThat(now.sourceFiles().values().stream()
                        .flatMap(file -> LakeFixture.liveRows(now, file).stream()))
                        .containsExactly("[7]", "[7]");
                s3.objects().remove(written.substring("s3://".length()));
                assertThatThrownBy(() -> LakeFixture.liveRows(now, now.sourceFiles().get(written)))
                        .isInstanceOfSatisfying(NarwhalException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_FILE_MISSING))
                                        .hasMessageContaining(written);
            }
        }
    }
}
