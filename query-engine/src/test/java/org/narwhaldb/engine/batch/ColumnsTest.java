package org.narwhaldb.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

class ColumnsTest {
    private record Case(ColumnType type, List<Object> values) {
        @Override
        public String toString() {
            return type.toString();
        }

        Column column() {
            ColumnBuilder builder = ColumnBuilder.of(type);
            values.forEach(builder::appendValue);
            return builder.build();
        }
    }

    static List<Case> cases() {
        ColumnType list = ColumnType.list(new Field(0, "element", ColumnType.LONG, true));
        return List.of(
                new Case(ColumnType.BOOLEAN, Arrays.asList(true, null, false, true)),
                new Case(ColumnType.LONG, Arrays.asList(1L, null, -3L, Long.MAX_VALUE)),
                new Case(ColumnType.DOUBLE, Arrays.asList(1.5, null, 1e300, -0.25)),
                new Case(ColumnType.decimal(38, 2), Arrays.asList(BigInteger.TEN.pow(37), null,
                        BigInteger.TEN.pow(37).negate(), BigInteger.ONE.negate())),
                new Case(ColumnType.STRING, Arrays.asList(text("a"), null, text(""), text("äöü"))),
                new Case(list, Arrays.asList(new Object[] {1L, null}, null, new Object[0], new Object[] {2L})));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void values_survive_gathering_slicing_and_building(Case test) {
        Column column = test.column();
        int[] rows = {3, 0, 1, 1, 2};

        assertThat(values(Columns.gather(column, rows, 5), 5, test.type))
                .usingRecursiveComparison().isEqualTo(picked(test, rows));
        assertThat(values(Columns.gather(column, new int[] {0, 2, 9}, 2), 2, test.type))
                .usingRecursiveComparison().isEqualTo(picked(test, 0, 2));
        assertThat(values(Columns.slice(column, 1, 3), 3, test.type))
                .usingRecursiveComparison().isEqualTo(picked(test, 1, 2, 3));
        assertThat(values(Columns.gatherOrNull(column, new int[] {2, -1, 0, 1}, 4), 4, test.type))
                .usingRecursiveComparison()
                        .isEqualTo(Arrays.asList(test.values.get(2), null, test.values.get(0), null));
        assertThat(values(Columns.gatherOrNull(column, new int[] {-1, -1}, 2), 2, test.type)).containsOnlyNulls();
        for (Object value : test.values) {
            assertThat(values(Columns.constant(value, test.type, 3), 3, test.type))
                    .usingRecursiveComparison().isEqualTo(Arrays.asList(value, value, value));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_builder_takes_rows_ranges_and_nulls_and_can_be_used_again(Case test) {
        Column column = test.column();
        ColumnBuilder builder = ColumnBuilder.of(test.type);
        for (int round = 0; round < 2; round++) {
            builder.appendNull();
            builder.appendRange(column, 1, 3);
            builder.appendFrom(column, 0);

            assertThat(builder.size()).isEqualTo(5);
            List<Object> expected = new ArrayList<>(picked(test, 1, 2, 3, 0));
            expected.addFirst(null);
            assertThat(values(builder.build(), 5, test.type)).usingRecursiveComparison().isEqualTo(expected);
        }
    }

    @Test
    void a_builder_keeps_a_dictionary_until_another_one_comes() {
        BytesColumn first = dictionary(new int[] {1, 0, 7}, new boolean[] {false, false, true}, "a", "b");
        BytesColumn second = dictionary(new int[] {0}, null, "c");
        ColumnBuilder builder = ColumnBuilder.of(ColumnType.STRING);

        builder.appendRange(first, 0, 3);
        BytesColumn same = (BytesColumn) builder.build();
        builder.appendRange(first, 0, 3);
        builder.appendRange(second, 0, 1);
        BytesColumn mixed = (BytesColumn) builder.build();

        assertThat(same.bytes()).isSameAs(first.bytes());
        assertThat(texts(same, 3)).containsExactly("b", "a", null);
        assertThat(mixed.codes()).isNull();
        assertThat(texts(mixed, 4)).containsExactly("b", "a", null, "c");
    }

    @Test
    void gathering_shares_a_dictionary_but_copies_plain_entries() {
        BytesColumn coded = dictionary(new int[] {1, 0}, null, "a", "b");
        BytesColumn flat = (BytesColumn) new Case(ColumnType.STRING, List.of(text("x"), text("yz"))).column();

        assertThat(((BytesColumn) Columns.gather(coded, new int[] {1, 1}, 2)).bytes()).isSameAs(coded.bytes());
        assertThat(((BytesColumn) Columns.gather(flat, new int[] {1, 1}, 2)).codes())
                .as("codes promise distinct entries").isNull();
    }

    private static BytesColumn dictionary(int[] codes, boolean[] nulls, String... entries) {
        BytesBuilder builder = new BytesBuilder(1, 1);
        for (String entry : entries) {
            builder.append(text(entry));
            builder.endEntry();
        }
        BytesColumn pool = builder.build(null);
        return new BytesColumn(pool.bytes(), pool.offsets(), codes, nulls);
    }

    private static byte[] text(String value) {
        return value.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static List<String> texts(Column column, int count) {
        return values(column, count, ColumnType.STRING).stream()
                .map(value -> value == null ? null
                        : new String((byte[]) value, java.nio.charset.StandardCharsets.UTF_8))
                .toList();
    }

    private static List<Object> picked(Case test, int... rows) {
        List<Object> result = new ArrayList<>();
        for (int row : rows) {
            result.add(test.values.get(row));
        }
        return result;
    }

    private static List<Object> values(Column column, int count, ColumnType type) {
        List<Object> result = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            result.add(Columns.valueAt(column, row, type));
        }
        return result;
    }
}
