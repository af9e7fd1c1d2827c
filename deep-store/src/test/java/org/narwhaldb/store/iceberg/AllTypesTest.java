package org.narwhaldb.store.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.narwhaldb.store.iceberg.LakeFixture.row;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.narwhaldb.segment.Field;

/// Every Iceberg type we have a home for, with random values and NULLs: read from each file format, and written by our
/// loads.
class AllTypesTest {
    private static final Types.StructType POINT = Types.StructType.of(
            Types.NestedField.optional(101, "x", Types.DoubleType.get()),
            Types.NestedField.optional(102, "tags", Types.ListType.ofOptional(103, Types.StringType.get())));
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.optional(1, "c_boolean", Types.BooleanType.get()),
            Types.NestedField.optional(2, "c_int", Types.IntegerType.get()),
            Types.NestedField.required(3, "c_long", Types.LongType.get()),
            Types.NestedField.optional(4, "c_float", Types.FloatType.get()),
            Types.NestedField.optional(5, "c_double", Types.DoubleType.get()),
            Types.NestedField.optional(6, "c_decimal9", Types.DecimalType.of(9, 2)),
            Types.NestedField.optional(7, "c_decimal18", Types.DecimalType.of(18, 6)),
            Types.NestedField.optional(8, "c_decimal38", Types.DecimalType.of(38, 10)),
            Types.NestedField.optional(9, "c_date", Types.DateType.get()),
            Types.NestedField.optional(10, "c_time", Types.TimeType.get()),
            Types.NestedField.optional(11, "c_timestamp", Types.TimestampType.withoutZone()),
            Types.NestedField.optional(12, "c_timestamp_tz", Types.TimestampType.withZone()),
            Types.NestedField.optional(13, "c string", Types.StringType.get()),
            Types.NestedField.optional(14, "c_uuid", Types.UUIDType.get()),
            Types.NestedField.optional(15, "c_fixed", Types.FixedType.ofLength(5)),
            Types.NestedField.optional(16, "c_binary", Types.BinaryType.get()),
            Types.NestedField.optional(17, "c_struct", POINT),
            Types.NestedField.optional(18, "c_list", Types.ListType.ofOptional(104, Types.DecimalType.of(20, 1))),
            Types.NestedField.optional(19, "c_map", Types.MapType.ofOptional(105, 106, Types.StringType.get(),
                    Types.LongType.get())),
            Types.NestedField.optional(20, "c_deep", Types.ListType.ofOptional(107, Types.MapType.ofOptional(108, 109,
                    Types.LongType.get(), Types.StructType.of(
                            Types.NestedField.optional(110, "when", Types.TimestampType.withZone()),
                            Types.NestedField.optional(111, "id", Types.UUIDType.get()))))));

    @TempDir Path directory;
    private final long seed = Optional.ofNullable(Long.getLong("narwhal.seed"))
            .orElseGet(() -> new Random().nextLong());
    private final Random random = new Random(seed);

    private Object orNull(Object value) {
        return random.nextInt(5) == 0 ? null : value;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private String string() {
        return random.ints(random.nextInt(12), 'a', 0x2fff).filter(Character::isDefined)
                .filter(each -> !Character.isSurrogate((char) each))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private BigDecimal decimal(int precision, int scale) {
        BigInteger limit = BigInteger.TEN.pow(precision);
        return new BigDecimal(new BigInteger(limit.bitLength() + 8, random).mod(limit).multiply(
                BigInteger.valueOf(random.nextBoolean() ? 1 : -1)), scale);
    }

    /// Microseconds that are never whole nanoseconds of something else: see `RowText.ofGeneric`.
    private LocalDateTime timestamp() {
        return LocalDateTime.ofEpochSecond(random.nextLong(-60_000_000_000L, 200_000_000_000L),
                random.nextInt(1_000_000) * 1000,
                ZoneOffset.UTC);
    }

    private Record point() {
        List<Object> tags = new ArrayList<>();
        for (int index = random.nextInt(3); index > 0; index--) {
            tags.add(orNull(string()));
        }
        GenericRecord point = GenericRecord.create(POINT);
        point.set(0, orNull(random.nextDouble()));
        point.set(1, orNull(tags));
        return point;
    }

    private Object deep() {
        Types.StructType inner = SCHEMA.findType("c_deep").asListType().elementType().asMapType().valueType()
                .asStructType();
        List<Object> list = new ArrayList<>();
        for (int index = random.nextInt(3); index > 0; index--) {
            Map<Long, Object> map = new LinkedHashMap<>();
            for (int entry = random.nextInt(3); entry > 0; entry--) {
                GenericRecord record = GenericRecord.create(inner);
                record.set(0, orNull(timestamp().atOffset(ZoneOffset.UTC)));
                record.set(1, orNull(new UUID(random.nextLong(), random.nextLong())));
                map.put(random.nextLong(), orNull(record));
            }
            list.add(orNull(map));
        }
        return list;
    }

    private Record randomRow() {
        List<Object> decimals = new ArrayList<>();
        Map<String, Object> map = new LinkedHashMap<>();
        for (int index = random.nextInt(4); index > 0; index--) {
            decimals.add(orNull(decimal(20, 1)));
            map.put(string() + index, orNull(random.nextLong()));
        }
        return row(SCHEMA, orNull(random.nextBoolean()), orNull(random.nextInt()), random.nextLong(),
                orNull(Float.intBitsToFloat(random.nextInt())), orNull(Double.longBitsToDouble(random.nextLong())),
                orNull(decimal(9, 2)), orNull(decimal(18, 6)), orNull(decimal(38, 10)),
                orNull(LocalDate.ofEpochDay(random.nextInt(-700_000, 2_000_000))),
                orNull(LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000L) * 1000)), orNull(timestamp()),
                orNull(timestamp().atOffset(ZoneOffset.UTC)), orNull(string()),
                        orNull(new UUID(random.nextLong(), random.nextLong())),
                orNull(bytes(5)), orNull(ByteBuffer.wrap(bytes(random.nextInt(9)))), orNull(point()), orNull(decimals),
                        orNull(map),
                orNull(deep()));
    }

    @ParameterizedTest
    @EnumSource(value = FileFormat.class, names = {"PARQUET", "AVRO", "ORC"})
    void allTypesAreReadFromEveryFormat(FileFormat format) throws Exception {
        try (LakeFixture fixture = new LakeFixture(directory)) {
            Table table = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 2);
            Record[] rows = new Record[300];
            Arrays.setAll(rows, index -> randomRow());
            table.newAppend().appendFile(fixture.write(table, format, rows)).commit();

            assertThat(fixture.ours()).as("seed %d", seed).hasSize(rows.length).isEqualTo(fixture.referee());
        }
    }

    @Test
    void allTypesAreWrittenSoThatIcebergReadsThem() throws Exception {
        try (LakeFixture fixture = new LakeFixture(directory)) {
            Table source = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 2);
            Record[] rows = new Record[300];
            Arrays.setAll(rows, index -> randomRow());
            source.newAppend().appendFile(fixture.write(source, rows)).commit();
            List<String> expected = fixture.referee();

            LakeTable loaded = fixture.load();
            LakeTable.SourceFile file = loaded.sourceFiles().values().iterator().next();
            ShapeSink sink = new ShapeSink();
            try (LakeLoad load = loaded.newLoad("copy"); SourceRows all = loaded.read(file, loaded.fields())) {
                while (all.next()) {
                    Object[] row = new Object[loaded.fields().size()];
                    for (int column = 0; column < row.length; column++) {
                        all.appendTo(column, sink);
                        row[column] = sink.take();
                    }
                    load.writeRow(row);
                }
                load.commit(true);
            }

            assertThat(fixture.referee()).as("seed %d", seed).isEqualTo(expected);
            assertThat(fixture.ours()).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(value = FileFormat.class, names = {"PARQUET", "AVRO", "ORC"})
    void nanosecondsOfFormatThree(FileFormat format) throws Exception {
        Schema schema = new Schema(Types.NestedField.optional(1, "a", Types.TimestampNanoType.withoutZone()),
                Types.NestedField.optional(2, "b", Types.TimestampNanoType.withZone()));
        try (LakeFixture fixture = new LakeFixture(directory)) {
            Table table = fixture.create(schema, PartitionSpec.unpartitioned(), 3);
            Record[] rows = new Record[50];
            Arrays.setAll(rows, index -> row(schema, orNull(nanos()), orNull(nanos().atOffset(ZoneOffset.UTC))));
            table.newAppend().appendFile(fixture.write(table, format, rows)).commit();

            assertThat(fixture.ours()).as("seed %d", seed).hasSize(50).isEqualTo(fixture.referee());
        }
    }

    private LocalDateTime nanos() {
        return LocalDateTime.ofEpochSecond(random.nextLong(-9_000_000_000L, 9_000_000_000L),
                random.nextInt(1_000_000) * 1000 + 1,
                ZoneOffset.UTC);
    }

    @Test
    void aTableWithAllTypesIsCreatedFromOurFields() throws Exception {
        try (LakeFixture fixture = new LakeFixture(directory)) {
            List<Field> fields = IcebergTypes.fields(SCHEMA.columns());

            LakeTable created = fixture.lake.create(LakeFixture.NAME, fields, new HashMap<>());

            assertThat(created.fields().toString()).isEqualTo(fields.toString());
            assertThat(fixture.table().schema().columns()).hasSize(fields.size());
            assertThat(created.properties().get("schema.name-mapping.default"))
                    .isEqualTo(NameMappingParser.toJson(MappingUtil.create(fixture.table().schema())));
        }
    }
}
