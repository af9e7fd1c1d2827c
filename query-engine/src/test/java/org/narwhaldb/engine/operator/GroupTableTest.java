package org.narwhaldb.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.ColumnBuilder;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.segment.ColumnType;

class GroupTableTest {
    private static final ColumnType[] TYPES = {
        ColumnType.LONG, ColumnType.STRING, ColumnType.BOOLEAN, ColumnType.DOUBLE, ColumnType.decimal(30, 4)
    };

    private final Seed seed = new Seed();
    private final RandomGenerator random = seed.random();

    @Test
    void keysAreNumberedInOrderOfAppearanceWhateverTheirRangesGrowTo() {
        for (int round = 0; round < 60; round++) {
            ColumnType[] types = new ColumnType[1 + random.nextInt(4)];
            Arrays.setAll(types, _ -> TYPES[random.nextInt(random.nextBoolean() ? 2 : TYPES.length)]);
            check(types, true);
            check(types, false);
        }
    }

    @Test
    void manyNumbersAreFoundAgain() {
        for (long step : new long[] {1, 3, 1_000_003, Long.MAX_VALUE / 200_000}) {
            TestMemory memory = new TestMemory(Long.MAX_VALUE);
            Reservation reservation = new Reservation(memory);
            GroupTable table = new GroupTable(List.of(ColumnType.LONG), false, reservation);
            int[] groups = new int[Batch.ROWS_MAX];
            for (int from = 0; from < 200_000; from += 4_000) {
                table.assign(new Column[] {multiples(from, step)}, 4_000, groups);
                assertThat(groups[0]).isEqualTo(from);
                assertThat(groups[3_999]).isEqualTo(from + 3_999);
            }
            for (int from = 0; from < 204_000; from += 4_000) {
                table.find(new Column[] {multiples(from, step)}, 4_000, groups);
                assertThat(groups[17]).isEqualTo(from < 200_000 ? from + 17 : -1);
            }
            reservation.close();
            assertThat(memory.reservedBytes()).isZero();
        }
    }

    /// Two dictionaries of the same texts in another order, NULLs, and texts without codes.
    @Test
    void textsAreNumberedByTheirCodesUntilAnotherDictionaryComes() {
        String[] texts = new String[300];
        Arrays.setAll(texts, text -> "text " + text);
        String[] others = new String[300];
        Arrays.setAll(others, text -> "text " + (texts.length + 50 - text));
        Column.BytesColumn first = dictionary(texts);
        Column.BytesColumn second = dictionary(others);
        for (int round = 0; round < 20; round++) {
            TestMemory memory = new TestMemory(Long.MAX_VALUE);
            Reservation reservation = new Reservation(memory);
            GroupTable table = new GroupTable(List.of(ColumnType.STRING), true, reservation);
            Map<String, Integer> expected = new HashMap<>();
            int switches = random.nextInt(6);
            for (int batch = 0; batch < 8; batch++) {
                Column.BytesColumn dictionary = batch <= switches || random.nextBoolean() ? first : second;
                Column.BytesColumn rows = rows(dictionary, 500, batch > 5 && random.nextBoolean());
                // as when memory runs short: once rows are looked up, none is added
                boolean adds = batch < 5;
                int[] groups = new int[Batch.ROWS_MAX];
                if (adds) {
                    table.assign(new Column[] {rows}, 500, groups);
                } else {
                    table.find(new Column[] {rows}, 500, groups);
                }
                for (int row = 0; row < 500; row++) {
                    String key = rows.isNull(row) ? null : new String(rows.value(row), StandardCharsets.UTF_8);
                    int number = adds ? expected.computeIfAbsent(key, _ -> expected.size()) : expected.getOrDefault(key, -1);
                    assertThat(groups[row]).as("%s %s", key, seed).isEqualTo(number);
                }
                assertThat(table.size()).isEqualTo(expected.size());
            }
            Column.BytesColumn keys = (Column.BytesColumn) table.keys(0, 0, table.size());
            expected.forEach((key, number) -> assertThat(keys.isNull(number) ? null : new String(keys.value(number), StandardCharsets.UTF_8))
                    .isEqualTo(key));
            reservation.close();
            assertThat(memory.reservedBytes()).isZero();
        }
    }

    private static Column.BytesColumn dictionary(String[] texts) {
        int[] offsets = new int[texts.length + 1];
        StringBuilder pool = new StringBuilder();
        for (int text = 0; text < texts.length; text++) {
            pool.append(texts[text]);
            offsets[text + 1] = pool.length();
        }
        return new Column.BytesColumn(pool.toString().getBytes(StandardCharsets.UTF_8), offsets, null, null);
    }

    private Column.BytesColumn rows(Column.BytesColumn dictionary, int count, boolean isPlain) {
        int[] codes = new int[count];
        boolean[] nulls = new boolean[count];
        for (int row = 0; row < count; row++) {
            codes[row] = random.nextInt(dictionary.offsets().length - 1);
            nulls[row] = random.nextInt(9) == 0;
        }
        Column.BytesColumn rows = new Column.BytesColumn(dictionary.bytes(), dictionary.offsets(), codes, nulls);
        if (!isPlain) {
            return rows;
        }
        String[] texts = new String[count];
        Arrays.setAll(texts, row -> new String(rows.value(row), StandardCharsets.UTF_8));
        Column.BytesColumn plain = dictionary(texts);
        return new Column.BytesColumn(plain.bytes(), plain.offsets(), null, nulls);
    }

    private static Column multiples(int from, long step) {
        long[] values = new long[4_000];
        Arrays.setAll(values, row -> (from + row) * step);
        return new Column.LongColumn(values, null);
    }

    private void check(ColumnType[] types, boolean nullsAreKeys) {
        TestMemory memory = new TestMemory(Long.MAX_VALUE);
        Reservation reservation = new Reservation(memory);
        GroupTable table = new GroupTable(List.of(types), nullsAreKeys, reservation);
        Map<List<Object>, Integer> expected = new HashMap<>();
        List<List<Object>> inOrder = new ArrayList<>();
        int[] groups = new int[Batch.ROWS_MAX];
        long scale = 10;
        for (int batch = 0; batch < 12; batch++) {
            scale = random.nextInt(4) == 0 ? scale * (1L << random.nextInt(24)) : scale;
            int count = 1 + random.nextInt(500);
            Column[] columns = columns(types, count, scale, nullsAreKeys);
            table.assign(columns, count, groups);
            for (int row = 0; row < count; row++) {
                List<Object> key = key(columns, row, types);
                int group = expected.computeIfAbsent(key, _ -> expected.size());
                if (group == inOrder.size()) {
                    inOrder.add(key);
                }
                assertThat(groups[row]).as("%s of %s, %s", key, Arrays.toString(types), seed).isEqualTo(group);
            }
        }
        assertThat(table.size()).isEqualTo(expected.size());
        checkKeys(table, types, inOrder);
        checkFind(table, types, expected, scale, nullsAreKeys);
        reservation.close();
        assertThat(memory.reservedBytes()).isZero();
    }

    private void checkKeys(GroupTable table, ColumnType[] types, List<List<Object>> inOrder) {
        int from = random.nextInt(table.size());
        int count = Math.min(1_000, table.size() - from);
        Column[] keys = new Column[types.length];
        Arrays.setAll(keys, key -> table.keys(key, from, count));
        for (int row = 0; row < count; row++) {
            assertThat(key(keys, row, types)).as("%s, %s", Arrays.toString(types), seed)
                    .isEqualTo(inOrder.get(from + row));
        }
    }

    private void checkFind(GroupTable table, ColumnType[] types, Map<List<Object>, Integer> expected, long scale,
            boolean nullsAreKeys) {
        int[] groups = new int[Batch.ROWS_MAX];
        Column[] columns = columns(types, 1_000, scale * (random.nextInt(3) + 1), true);
        table.find(columns, 1_000, groups);
        for (int row = 0; row < 1_000; row++) {
            List<Object> key = key(columns, row, types);
            assertThat(groups[row]).as("%s of %s, %s", key, Arrays.toString(types), seed)
                    .isEqualTo(key.contains(null) && !nullsAreKeys ? -1 : expected.getOrDefault(key, -1));
        }
    }

    private Column[] columns(ColumnType[] types, int count, long scale, boolean withNulls) {
        Column[] columns = new Column[types.length];
        for (int key = 0; key < types.length; key++) {
            ColumnBuilder builder = ColumnBuilder.of(types[key]);
            boolean hasNulls = withNulls && random.nextBoolean();
            for (int row = 0; row < count; row++) {
                builder.appendValue(hasNulls && random.nextInt(9) == 0 ? null : value(types[key], scale));
            }
            columns[key] = builder.build();
        }
        return columns;
    }

    private Object value(ColumnType type, long scale) {
        return switch (type.physical()) {
            case LONG -> switch (random.nextInt(scale > 1L << 40 ? 40 : 1 << 20)) {
                case 0 -> Long.MIN_VALUE;
                case 1 -> Long.MAX_VALUE;
                default -> random.nextLong(-7, Math.max(8, scale));
            };
            case BYTES -> ("v" + random.nextLong(Math.clamp(scale, 8, 3_000))).getBytes(StandardCharsets.UTF_8);
            case BOOLEAN -> random.nextBoolean();
            case DOUBLE -> (double) random.nextInt(-5, 5);
            case INT128 -> BigInteger.valueOf(random.nextInt(9)).shiftLeft(70);
            case NESTED -> throw new IllegalArgumentException(type.toString());
        };
    }

    private static List<Object> key(Column[] columns, int row, ColumnType[] types) {
        List<Object> key = new ArrayList<>();
        for (int column = 0; column < columns.length; column++) {
            key.add(TestRows.plain(Columns.valueAt(columns[column], row, types[column])));
        }
        return key;
    }
}
