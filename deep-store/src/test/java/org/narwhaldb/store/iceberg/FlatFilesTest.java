package org.narwhaldb.store.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Files written column by column hold the rows, and tell of them, as files that Iceberg's writer wrote.
class FlatFilesTest {
    private static final List<ColumnType> TYPES = List.of(ColumnType.LONG, ColumnType.BOOLEAN, ColumnType.INT,
            ColumnType.FLOAT, ColumnType.DOUBLE, ColumnType.decimal(9, 2), ColumnType.decimal(18, 6),
            ColumnType.decimal(38, 10), ColumnType.DATE, ColumnType.TIME, ColumnType.TIMESTAMP, ColumnType.TIMESTAMP_TZ,
            ColumnType.STRING, ColumnType.UUID, ColumnType.fixed(5), ColumnType.BINARY);

    @TempDir
    private Path directory;

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void rowsAndMetricsAreThoseOfTheWriterOfRows() throws Exception {
        List<Field> columns = new ArrayList<>();
        for (ColumnType type : TYPES) {
            columns.add(new Field(columns.size() + 1, "c" + columns.size(), type, !columns.isEmpty()));
        }
        List<Object[]> rows = rows(random.nextInt(1, 3_000));
        Map<String, String> small = Map.of("write.parquet.page-row-limit", String.valueOf(random.nextInt(1, 700)),
                "write.parquet.row-group-size-bytes", String.valueOf(random.nextInt(1_000, 60_000)),
                "write.parquet.dict-size-bytes", String.valueOf(random.nextInt(100, 20_000)));
        try (LakeFixture ours = new LakeFixture(directory.resolve("ours"));
                LakeFixture theirs = new LakeFixture(directory.resolve("theirs"))) {
            DataFile flat = write(ours, ours.lake.create(LakeFixture.NAME, columns, small), rows);
            DataFile wise = write(theirs, theirs.lake.create(LakeFixture.NAME, columns,
                    Map.of("write.parquet.page-version", "v1")), rows);

            assertThat(ours.referee()).as("seed %d", seed).hasSize(rows.size()).isEqualTo(theirs.referee());
            assertThat(ours.ours()).as("seed %d", seed).isEqualTo(theirs.ours());
            assertThat(flat.recordCount()).isEqualTo(wise.recordCount());
            assertThat(flat.valueCounts()).as("seed %d", seed).isEqualTo(wise.valueCounts());
            assertThat(flat.nullValueCounts()).as("seed %d", seed).isEqualTo(wise.nullValueCounts());
            // that writer counts no NaNs of floats, and knows no bounds of them where there are some
            assertThat(flat.nanValueCounts()).as("seed %d", seed).containsAllEntriesOf(wise.nanValueCounts());
            for (Types.NestedField column : ours.table().schema().columns()) {
                if (column.type() == Types.FloatType.get()) {
                    continue;
                }
                assertThat(bounds(flat, column)).as("seed %d: %s", seed, column).isEqualTo(bounds(wise, column));
            }
        }
    }

    private static List<Object> bounds(DataFile file, Types.NestedField column) {
        List<Object> bounds = new ArrayList<>();
        for (var side : List.of(file.lowerBounds(), file.upperBounds())) {
            bounds.add(side.containsKey(column.fieldId())
                    ? Conversions.fromByteBuffer(column.type(), side.get(column.fieldId())).toString() : "none");
        }
        return bounds;
    }

    private static DataFile write(LakeFixture fixture, LakeTable table, List<Object[]> rows) throws Exception {
        try (LakeLoad load = table.newLoad("x")) {
            rows.forEach(load::writeRow);
            load.commit(false);
        }
        try (CloseableIterable<FileScanTask> tasks = fixture.table().newScan().includeColumnStats().planFiles()) {
            return tasks.iterator().next().file();
        }
    }

    /// With columns without values, of few values, of runs, and of all kinds.
    private List<Object[]> rows(int count) {
        List<Object[]> rows = new ArrayList<>();
        int[] distinct = TYPES.stream().mapToInt(type -> 1 << random.nextInt(12)).toArray();
        int[] nulls = TYPES.stream().mapToInt(type -> random.nextInt(4) * 3).toArray();
        int[] run = TYPES.stream().mapToInt(type -> 1 + random.nextInt(20)).toArray();
        for (int row = 0; row < count; row++) {
            Object[] values = new Object[TYPES.size()];
            for (int column = 0; column < values.length; column++) {
                boolean same = row % run[column] != 0;
                boolean isNull = column > 0 && random.nextInt(9) < nulls[column];
                values[column] = same ? rows.getLast()[column] : isNull ? null
                        : value(TYPES.get(column), new SplittableRandom(random.nextInt(distinct[column])));
            }
            rows.add(values);
        }
        return rows;
    }

    private static Object value(ColumnType type, SplittableRandom of) {
        return switch (type.kind()) {
            case BOOLEAN -> of.nextBoolean();
            case INT -> (long) of.nextInt();
            case FLOAT -> of.nextInt(20) == 0 ? Double.NaN : (double) (float) of.nextDouble(-9, 9);
            case DOUBLE -> of.nextInt(20) == 0 ? Double.NaN : of.nextInt(9) == 0 ? -0.0 : of.nextDouble(-9, 9);
            case DECIMAL -> type.precision() == 38 ? (Object) BigInteger.valueOf(of.nextLong()).multiply(BigInteger.TEN.pow(15))
                    : (Object) of.nextLong(-999_999_999, 1_000_000_000);
            case DATE -> of.nextLong(-20_000, 40_000);
            case TIME -> of.nextLong(86_400_000_000L);
            case STRING -> ("s".repeat(of.nextInt(30)) + of.nextInt(1000) + "é").getBytes(StandardCharsets.UTF_8);
            case UUID -> bytes(of, 16);
            case FIXED -> bytes(of, 5);
            case BINARY -> bytes(of, of.nextInt(20));
            default -> of.nextLong(-1L << 50, 1L << 50);
        };
    }

    private static byte[] bytes(SplittableRandom of, int length) {
        byte[] bytes = new byte[length];
        of.nextBytes(bytes);
        return bytes;
    }
}
