package org.narwhaldb.ingest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.narwhaldb.ingest.Seed;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class CsvRecordsTest {
    private static final int[] LETTERS = "a\",\n\r \té😀".codePoints().toArray();

    @Test
    void readsBackWhateverAWriterQuoted() {
        Seed seed = Seed.draw();
        SplittableRandom random = seed.random();
        for (int round = 0; round < 300; round++) {
            int width = 1 + random.nextInt(4);
            List<List<String>> rows = new ArrayList<>();
            String lineEnd = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
            StringBuilder text = new StringBuilder(String.join(",", List.of("a", "b", "c", "d").subList(0, width)))
                    .append(lineEnd);
            for (int row = random.nextInt(6); row > 0; row--) {
                List<String> fields = new ArrayList<>();
                for (int column = 0; column < width; column++) {
                    fields.add(randomText(random));
                }
                rows.add(fields);
                text.append(String.join(",", fields.stream().map(field -> "\"" + field.replace("\"", "\"\"") + "\"")
                        .toList())).append(lineEnd);
            }

            List<List<String>> read = all(text.toString());

            assertThat(read).as("%s round %d: %s", seed, round, text).isEqualTo(rows);
        }
    }

    @Test
    void takesPlainFieldsEmptyFieldsAndAMissingLastLineEnd() {
        assertThat(all("a,b\n1,\n\n,x y\n3,\"\"")).containsExactly(List.of("1", ""), List.of("", "x y"),
                List.of("3", ""));
        assertThat(all("a\n5\" wide\n")).containsExactly(List.of("5\" wide"));
    }

    @Test
    void aRowOfTheWrongWidthIsOneBadRowAndReadingGoesOn() {
        CsvRecords records = records("a,b\n1,2\n1,2,3\n\"x\"y,1\n4,5\n");

        assertThat(records.next()).isTrue();
        assertThatThrownBy(records::next).isInstanceOf(RowProblem.class)
                .hasMessage("has 3 fields, the header names 2 columns");
        assertThat(records.line()).isEqualTo(3);
        assertThatThrownBy(records::next).isInstanceOf(RowProblem.class)
                .hasMessageContaining("text after its closing quote");
        assertThat(records.line()).isEqualTo(4);
        assertThat(records.next()).isTrue();
        assertThat(records.line()).isEqualTo(5);
        assertThat(records.next()).isFalse();
    }

    @Test
    void aFileThatEndsInsideQuotesIsCutOff() {
        assertThatThrownBy(() -> all("a,b\n1,2\n3,\"oops\n4,5\n"))
                .isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT_FILE))
                .hasMessageContaining("line [3]");
    }

    @Test
    void aHeaderWithoutNamesOrWithATwinIsRefused() {
        for (String text : List.of("", "a,,b\n", "a,b,a\n")) {
            assertThatThrownBy(() -> all(text)).as(text)
                    .isInstanceOfSatisfying(NarwhalException.class,
                    e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT_FILE));
        }
    }

    @Test
    void textThatIsNoUtf8IsRefusedWithItsLine() {
        byte[] text = "a,b\n1,2\n\"x\",_y\n".getBytes(StandardCharsets.UTF_8);
        text[12] = (byte) 0xE9;
        CsvRecords records = new CsvRecords("f.csv", new TextBuffer("f.csv", SlowStream.of(text)), ',');

        assertThat(records.next()).isTrue();
        assertThatThrownBy(records::next).isInstanceOf(NarwhalException.class).hasMessageContaining("line [3]: it is not UTF-8");
    }

    private static CsvRecords records(String text) {
        return new CsvRecords("f.csv", new TextBuffer("f.csv", SlowStream.of(text.getBytes(StandardCharsets.UTF_8))), ',');
    }

    private static List<List<String>> all(String text) {
        CsvRecords records = records(text);
        List<List<String>> rows = new ArrayList<>();
        while (records.next()) {
            List<String> row = new ArrayList<>();
            for (int index = 0; index < records.names().size(); index++) {
                row.add(((RecordSource.Cell.Text) records.cell(index)).text());
            }
            rows.add(row);
        }
        return rows;
    }

    private static String randomText(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int each = random.nextInt(6); each > 0; each--) {
            text.appendCodePoint(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }
}
