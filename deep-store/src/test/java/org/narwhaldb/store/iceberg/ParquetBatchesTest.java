package org.narwhaldb.store.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.narwhaldb.segment.ValueBatch;

/// Files of random columns, values, NULLs, pages, dictionaries that overflow, and row groups: what is decoded here must be
/// what Iceberg's generic reader gives, also after the table's columns were widened.
class ParquetBatchesTest {
    private static final int FILES = 3;
    private static final int ROWS = 4_000;

    @TempDir Path directory;
    private final long seed = Optional.ofNullable(Long.getLong("narwhal.seed")).orElseGet(() -> new Random().nextLong());
    private final Random random = new Random(seed);

    @ParameterizedTest
    @EnumSource(WriterVersion.class)
    void batchesHaveTheValuesOfIcebergsGenericReader(WriterVersion version) throws Exception {
        try (LakeFixture fixture = new LakeFixture(directory)) {
            Schema schema = randomSchema();
            Table table = fixture.create(schema, PartitionSpec.unpartitioned(), 2);
            for (int file = 0; file < FILES; file++) {
                table.newAppend().appendFile(write(table, version, file)).commit();
            }
            assertThat(fixture.ours()).as("seed %d", seed).hasSize(FILES * ROWS).isEqualTo(fixture.referee());

            widen(table);
            assertThat(fixture.ours()).as("seed %d", seed).isEqualTo(fixture.referee());
        }
    }

    @ParameterizedTest
    @EnumSource(WriterVersion.class)
    void columnsNeedNotBeAskedForInEveryBatch(WriterVersion version) throws Exception {
        try (LakeFixture fixture = new LakeFixture(directory)) {
            Table table = fixture.create(randomSchema(), PartitionSpec.unpartitioned(), 2);
            table.newAppend().appendFile(write(table, version, 0)).commit();
            LakeTable loaded = fixture.load();
            LakeTable.SourceFile file = loaded.sourceFiles().values().iterator().next();
            List<String> expected = new ArrayList<>();
            ShapeSink sink = new ShapeSink();
            try (SourceRows rows = loaded.read(file, loaded.fields())) {
                while (rows.next()) {
                    rows.appendTo(0, sink);
                    expected.add(RowText.ofShape(sink.take()));
                }
            }

            try (SourceBatches batches = loaded.readBatches(file, loaded.fields())) {
                for (int batch = 0; batches.next(); batch++) {
                    if (random.nextInt(3) > 0) {
                        int row = random.nextInt(batches.rowCount());
                        assertThat(text(batches.column(0), row)).as("seed %d", seed)
                                .isEqualTo(expected.get((int) batches.position() + row));
                    }
                }
            }
        }
    }

    private static String text(ValueBatch batch, int row) {
        if (!(batch instanceof ValueBatch.Shapes) && batch.isNull() != null && batch.isNull()[row]) {
            return "null";
        }
        ShapeSink sink = new ShapeSink();
        switch (batch) {
            case ValueBatch.Booleans booleans -> sink.appendBoolean(booleans.values()[row]);
            case ValueBatch.Longs longs -> sink.appendLong(longs.values()[row]);
            case ValueBatch.Doubles doubles -> sink.appendDouble(doubles.values()[row]);
            case ValueBatch.Codes codes -> sink.appendBytes(codes.dictionary().bytes(),
                    codes.dictionary().starts()[codes.codes()[row]], codes.dictionary().length(codes.codes()[row]));
            case ValueBatch.Bytes bytes -> sink.appendBytes(bytes.values().bytes(), bytes.values().starts()[row],
                    bytes.values().length(row));
            case ValueBatch.Shapes shapes -> sink.appendNested(shapes.values()[row]);
        }
        return RowText.ofShape(sink.take());
    }

    private Schema randomSchema() {
        List<Types.NestedField> columns = new ArrayList<>();
        List<Type> types = List.of(Types.BooleanType.get(), Types.IntegerType.get(), Types.LongType.get(),
                Types.FloatType.get(), Types.DoubleType.get(), Types.DecimalType.of(9, 2), Types.DecimalType.of(18, 3),
                Types.DecimalType.of(30, 4), Types.DateType.get(), Types.TimeType.get(),
                Types.TimestampType.withoutZone(), Types.TimestampType.withZone(), Types.StringType.get(),
                Types.StringType.get(), Types.BinaryType.get(), Types.FixedType.ofLength(7), Types.UUIDType.get(),
                Types.ListType.ofOptional(100, Types.LongType.get()));
        for (int column = 1; column <= 8; column++) {
            Type type = types.get(random.nextInt(types.size()));
            if (type.isListType()) {
                type = Types.ListType.ofOptional(100 + column, Types.LongType.get());
            }
            columns.add(Types.NestedField.of(column, random.nextInt(3) > 0, "c" + column, type));
        }
        return new Schema(columns);
    }

    private DataFile write(Table table, WriterVersion version, int number) throws IOException {
        Schema schema = table.schema();
        OutputFile output = table.io().newOutputFile(table.location() + "/data/" + version + number + ".parquet");
        Map<String, String> properties = new HashMap<>();
        properties.put(TableProperties.PARQUET_PAGE_ROW_LIMIT, String.valueOf(50 + random.nextInt(2_000)));
        properties.put(TableProperties.PARQUET_PAGE_SIZE_BYTES, String.valueOf(500 + random.nextInt(20_000)));
        properties.put(TableProperties.PARQUET_DICT_SIZE_BYTES, String.valueOf(200 + random.nextInt(20_000)));
        properties.put(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, String.valueOf(10_000 + random.nextInt(500_000)));
        properties.put(TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT, "100");
        properties.put(TableProperties.PARQUET_ROW_GROUP_CHECK_MAX_RECORD_COUNT, "500");
        properties.put(TableProperties.PARQUET_COMPRESSION,
                List.of("zstd", "snappy", "gzip", "uncompressed").get(random.nextInt(4)));
        List<Supplier<Object>> values = schema.columns().stream().map(this::values).toList();
        FileAppender<Record> appender = Parquet.write(output).schema(schema).setAll(properties).writerVersion(version)
                .createWriterFunc(GenericParquetWriter::create).build();
        try (appender) {
            for (int row = 0; row < ROWS; row++) {
                appender.add(LakeFixture.row(schema, values.stream().map(Supplier::get).toArray()));
            }
        }
        return DataFiles.builder(PartitionSpec.unpartitioned()).withPath(output.location()).withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(appender.length()).withMetrics(appender.metrics()).build();
    }

    /// Few or many distinct values, in runs or not, with some share of NULLs.
    private Supplier<Object> values(Types.NestedField column) {
        int distinct = List.of(1, 2, 30, 3_000, 1_000_000).get(random.nextInt(5));
        int nullPercent = column.isRequired() ? 0 : List.of(0, 1, 50, 100).get(random.nextInt(4));
        int run = random.nextBoolean() ? 1 : 200;
        long offset = random.nextLong();
        int[] left = {0};
        Object[] last = {null};
        return () -> {
            if (left[0] == 0) {
                left[0] = 1 + random.nextInt(run);
                last[0] = random.nextInt(100) < nullPercent ? null
                        : value(column.type(), new Random(offset + random.nextInt(distinct)));
            }
            left[0]--;
            return last[0];
        };
    }

    private static Object value(Type type, Random from) {
        return switch (type.typeId()) {
            case BOOLEAN -> from.nextBoolean();
            case INTEGER -> from.nextInt();
            case LONG -> from.nextLong();
            case FLOAT -> from.nextFloat();
            case DOUBLE -> from.nextDouble();
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) type;
                BigInteger limit = BigInteger.TEN.pow(decimal.precision());
                BigInteger unscaled = new BigInteger(limit.bitLength(), from).mod(limit);
                yield new BigDecimal(from.nextBoolean() ? unscaled : unscaled.negate(), decimal.scale());
            }
            case DATE -> LocalDate.ofEpochDay(from.nextInt(100_000));
            case TIME -> LocalTime.ofNanoOfDay(from.nextLong(86_400_000_000L) * 1_000);
            case TIMESTAMP -> {
                LocalDateTime time = LocalDateTime.ofEpochSecond(from.nextInt(), from.nextInt(1_000_000) * 1_000, ZoneOffset.UTC);
                yield ((Types.TimestampType) type).shouldAdjustToUTC() ? time.atOffset(ZoneOffset.UTC) : time;
            }
            case STRING -> "text " + Long.toString(from.nextLong() >>> from.nextInt(64), 36);
            case BINARY -> ByteBuffer.wrap(bytes(from, from.nextInt(40)));
            case FIXED -> bytes(from, ((Types.FixedType) type).length());
            case UUID -> new UUID(from.nextLong(), from.nextLong());
            case LIST -> from.longs(from.nextInt(4)).boxed().toList();
            default -> throw new AssertionError(type);
        };
    }

    private static byte[] bytes(Random from, int length) {
        byte[] bytes = new byte[length];
        from.nextBytes(bytes);
        return bytes;
    }

    private static void widen(Table table) {
        var update = table.updateSchema().addColumn("added", Types.StringType.get());
        for (Types.NestedField column : table.schema().columns()) {
            switch (column.type().typeId()) {
                case INTEGER -> update.updateColumn(column.name(), Types.LongType.get());
                case FLOAT -> update.updateColumn(column.name(), Types.DoubleType.get());
                case DECIMAL -> update.updateColumn(column.name(),
                        Types.DecimalType.of(38, ((Types.DecimalType) column.type()).scale()));
                case BOOLEAN -> update.deleteColumn(column.name());
                default -> update.moveFirst(column.name());
            }
        }
        update.commit();
    }
}
