package org.narwhaldb.ingest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.narwhaldb.ingest.Seed;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;

class JsonRecordsTest {
    private static final List<Field> COLUMNS = List.of(new Field(1, "a", ColumnType.LONG, true),
            new Field(2, "bé", ColumnType.STRING, true), new Field(3, "c", ColumnType.DOUBLE, true),
            new Field(4, "d", ColumnType.BOOLEAN, true), new Field(5, "e", ColumnType.TIMESTAMP, true),
            new Field(6, "f", ColumnType.decimal(12, 3), true),
            new Field(7, "g", ColumnType.list(new Field(8, "element", ColumnType.LONG, true)), true));
    private static final List<String> VALUES = List.of("1", "-0", "0.5", "-1e3", "12345678901234567890", "\"x\"", "\"\"",
            "\"é😀\"", "\"\\u00e9\\n\"", "true", "false", "null", "[1,2]", "{\"z\":1}", "\"12\"", "\"2026-01-02T03:04:05\"",
            "0.10", "1E2");

    private final Seed seed = Seed.draw();
    private final SplittableRandom random = seed.random();

    /// An array is read by Jackson alone.
    @Test
    void linesHoldWhatTheSameObjectsInAnArrayHold() {
        for (int round = 0; round < 300; round++) {
            List<String> objects = new ArrayList<>();
            for (int count = random.nextInt(1, 8); count > 0; count--) {
                objects.add(object());
            }
            String lines = String.join(random.nextBoolean() ? "\r\n" : "\n \n", objects);
            String array = "[" + String.join(",\n", objects) + "]";

            assertThat(rows(lines)).as("%s: %s", seed, lines).isEqualTo(rows(array));
        }
    }

    private String object() {
        Map<String, String> fields = new HashMap<>();
        for (Field field : COLUMNS) {
            if (random.nextInt(5) > 0) {
                fields.put(field.name(), VALUES.get(random.nextInt(VALUES.size())));
            }
        }
        List<String> parts = new ArrayList<>();
        fields.forEach((name, value) -> parts.add("\"" + name + "\"" + blank() + ":" + blank() + value + blank()));
        return "{" + blank() + String.join("," + blank(), parts) + "}" + blank();
    }

    private String blank() {
        return List.of("", "", " ", "\t").get(random.nextInt(4));
    }

    private static List<Object> rows(String text) {
        RecordedRows rows = new RecordedRows(COLUMNS.size());
        List<Object> all = new ArrayList<>();
        RowMapping mapping = new RowMapping(new TableName("main", "t"), COLUMNS, "f.json");
        try (JsonRecords records = records(text)) {
            while (records.next()) {
                try {
                    mapping.put(records, rows);
                    all.add(rows.rows.getLast());
                } catch (RowProblem e) {
                    all.add(e.describe());
                }
            }
        }
        return all;
    }

    private static JsonRecords records(String text) {
        return new JsonRecords("f.json", new TextBuffer("f.json", SlowStream.of(text.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void aBadLineIsOneBadRowWithItsNumber() {
        for (String bad : List.of("{\"a\":1", "{\"a\":01}", "{\"a\":1,}", "{\"a\":1} x", "{\"a\":tru}", "[1]", "7",
                "{\"a\":1,\"a\":2}", "{\"a\":\"\t\"}", "{\"a\":.5}", "{\"a\":1.}", "{\"a\" 1}", "{a:1}")) {
            try (JsonRecords records = records("{\"a\":1}\n\r\n" + bad + "\r\n{\"a\":3}")) {
                assertThat(records.next()).isTrue();
                assertThatThrownBy(records::next).as(bad).isInstanceOf(RowProblem.class);
                assertThat(records.line()).as(bad).isEqualTo(3);
                assertThat(records.next()).as(bad).isTrue();
                assertThat(records.line()).as(bad).isEqualTo(4);
                assertThat(records.next()).as(bad).isFalse();
            }
        }
    }

    @Test
    void textThatIsNoUtf8IsRefusedWithItsLine() {
        byte[] text = "{\"a\":\"x\"}\n{\"a\":\"_\"}\n".getBytes(StandardCharsets.UTF_8);
        text[16] = (byte) 0xE9;
        try (JsonRecords records = new JsonRecords("f.json", new TextBuffer("f.json", SlowStream.of(text)))) {
            assertThat(records.next()).isTrue();
            assertThatThrownBy(records::next).isInstanceOf(NarwhalException.class)
                    .hasMessageContaining("line [2]: it is not UTF-8");
        }
    }
}
