package org.narwhaldb.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class ArrowBatchesTest {
    @Test
    void everyTypeComesBackFromItsArrowSchema() {
        List<Field> fields = RandomBatches.everyType();

        List<Field> back = ArrowBatches.fields(ArrowBatches.schema(fields));

        assertThat(back).isEqualTo(fields.stream().map(field ->
                new Field(field.id(), field.name(), positioned(field.type()), true)).toList());
    }

    private static ColumnType positioned(ColumnType type) {
        List<Field> children = new ArrayList<>();
        for (Field child : type.fields()) {
            children.add(new Field(children.size(), child.name(), positioned(child.type()), child.nullable()));
        }
        return new ColumnType(type.kind(), type.precision(), type.scale(), children);
    }

    @Test
    void severalBatchesBecomeOneRootAndComeBackCut() {
        long seed = Seeds.next();
        Random random = new Random(seed);
        List<Field> fields = RandomBatches.everyType();
        List<Batch> sent = List.of(RandomBatches.batch(fields, 4000, random), RandomBatches.batch(fields, 3, random),
                RandomBatches.batch(fields, 1000, random));
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(ArrowBatches.schema(fields), allocator)) {
            ArrowBatches.load(root, fields, sent, allocator);

            assertThat(ArrowBatches.batches(root, fields).stream().map(Batch::rowCount)).containsExactly(4096, 907);
            RandomBatches.assertSame(sent, List.of(ArrowBatches.batch(root, fields, 0, 4000),
                    ArrowBatches.batch(root, fields, 4000, 3), ArrowBatches.batch(root, fields, 4003, 1000)));
        } catch (AssertionError e) {
            throw new AssertionError("narwhal.seed=" + seed, e);
        }
    }

    @Test
    void arrowsOwnReadersSeeTheValues() {
        List<Field> fields = List.of(new Field(0, "n", ColumnType.LONG, true),
                new Field(1, "s", ColumnType.STRING, true),
                new Field(2, "d", ColumnType.decimal(5, 2), true),
                new Field(3, "l", ColumnType.list(new Field(0, "element", ColumnType.STRING, true)), true),
                new Field(4, "m", ColumnType.map(new Field(0, "k", ColumnType.STRING, false),
                        new Field(1, "v", ColumnType.INT, true)), true));
        Batch batch = new Batch(2, List.of(
                BoxedColumns.column(ColumnType.LONG, new Object[] {null, -7L}),
                BoxedColumns.column(ColumnType.STRING, new Object[] {"é".getBytes(
                        java.nio.charset.StandardCharsets.UTF_8), null}),
                BoxedColumns.column(ColumnType.decimal(5, 2), new Object[] {-1L, 12345L}),
                BoxedColumns.column(fields.get(3).type(), new Object[] {null, new Object[] {"a".getBytes(), null}}),
                BoxedColumns.column(fields.get(4).type(), new Object[] {new Object[][] {{"k".getBytes(), 5L}}, null})));
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(ArrowBatches.schema(fields), allocator)) {
            ArrowBatches.load(root, fields, List.of(batch), allocator);

            assertThat(((BigIntVector) root.getVector(0)).getObject(0)).isNull();
            assertThat(((BigIntVector) root.getVector(0)).get(1)).isEqualTo(-7);
            assertThat(((VarCharVector) root.getVector(1)).getObject(0)).hasToString("é");
            assertThat(((DecimalVector) root.getVector(2)).getObject(0)).isEqualTo("-0.01");
            assertThat(((DecimalVector) root.getVector(2)).getObject(1)).isEqualTo("123.45");
            assertThat(((ListVector) root.getVector(3)).getObject(0)).isNull();
            assertThat(((ListVector) root.getVector(3)).getObject(1)).hasToString("[\"a\",null]");
            assertThat(((MapVector) root.getVector(4)).getObject(0)).hasToString("[{\"key\":\"k\",\"value\":5}]");
        }
    }

    @Test
    void anIntThatDoesNotFitIsRefusedUnlessItsRowIsNull() {
        List<Field> fields = List.of(new Field(0, "small", ColumnType.INT, true));
        long[] values = {1L << 40, 3};
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(ArrowBatches.schema(fields), allocator)) {
            Batch bad = new Batch(2, List.of(new Column.LongColumn(values, null)));
            assertThatThrownBy(() -> ArrowBatches.load(root, fields, List.of(bad), allocator))
                    .isInstanceOfSatisfying(NarwhalException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.NUMERIC_OUT_OF_RANGE))
                    .hasMessageContaining("small");

            ArrowBatches.load(root, fields, List.of(
                    new Batch(2, List.of(new Column.LongColumn(values, new boolean[] {true, false})))), allocator);
            assertThat(root.getRowCount()).isEqualTo(2);
        }
    }

    @Test
    void anAllocatorThatRefusesIsATypedErrorAndNothingLeaks() {
        List<Field> fields = List.of(new Field(0, "a", ColumnType.LONG, true),
                new Field(1, "b", ColumnType.LONG, true));
        Batch batch = new Batch(4096, List.of(new Column.LongColumn(new long[4096], null),
                new Column.LongColumn(new long[4096], null)));
        try (BufferAllocator allocator = new RootAllocator(40_000);
                VectorSchemaRoot root = VectorSchemaRoot.create(ArrowBatches.schema(fields), allocator)) {
            assertThatThrownBy(() -> ArrowBatches.load(root, fields, List.of(batch), allocator))
                    .isInstanceOfSatisfying(NarwhalException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_MEMORY_EXCEEDED));
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
    }
}
