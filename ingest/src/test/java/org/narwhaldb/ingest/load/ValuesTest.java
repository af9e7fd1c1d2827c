package org.narwhaldb.ingest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

class ValuesTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void textBecomesExactlyTheValueItSays() {
        assertThat(TextValues.parse(ColumnType.LONG, "-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
        assertThat(TextValues.parse(ColumnType.DOUBLE, "1e3")).isEqualTo(1000.0);
        assertThat(TextValues.parse(ColumnType.FLOAT, "0.1")).isEqualTo((double) 0.1f);
        assertThat(TextValues.parse(ColumnType.decimal(10, 2), "12.5")).isEqualTo(1250L);
        assertThat(TextValues.parse(ColumnType.decimal(38, 2), "1e20")).isEqualTo(BigInteger.TEN.pow(22));
        assertThat(TextValues.parse(ColumnType.DATE, "1969-12-31")).isEqualTo(-1L);
        assertThat(TextValues.parse(ColumnType.TIMESTAMP, "2015-09-12T00:46:58.771Z"))
                .isEqualTo(1_442_018_818_771_000L);
        assertThat(TextValues.parse(ColumnType.TIMESTAMP, "2015-09-12 02:46:58.771+02:00"))
                .isEqualTo(1_442_018_818_771_000L);
        assertThat(TextValues.parse(ColumnType.TIMESTAMP, "1970-01-02")).isEqualTo(86_400_000_000L);
        assertThat(TextValues.parse(ColumnType.TIMESTAMP_NS, "1970-01-01T00:00:00.000000001")).isEqualTo(1L);
        assertThat(TextValues.parse(ColumnType.TIME, "00:00:01")).isEqualTo(1_000_000L);
        assertThat((byte[]) TextValues.parse(ColumnType.STRING, " é "))
                .isEqualTo(" é ".getBytes(StandardCharsets.UTF_8));
        assertThat((byte[]) TextValues.parse(ColumnType.UUID, "00000000-0000-0001-0000-000000000002")).hasSize(16)
                .endsWith(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "INT|2147483648", "INT|1.0", "INT|x", "LONG|9223372036854775808", "LONG|' 1'", "DOUBLE|1d", "DOUBLE|0x1p3",
                "DOUBLE|1e999",
        "BOOLEAN|yes", "DATE|2020-02-30", "DATE|2020-01-01T00:00:00", "TIME|25:00",
        "TIMESTAMP|2020-01-01T00:00:00.0000001",
        "TIMESTAMP|yesterday", "UUID|1-1-1-1-1", "BINARY|%%"})
    void textThatIsNoSuchValueIsRefused(String kind, String text) {
        ColumnType type = new ColumnType(ColumnType.Kind.valueOf(kind), 0, 0, List.of());

        assertThatThrownBy(() -> TextValues.parse(type, text)).isInstanceOf(RowProblem.class)
                .hasMessage("value [" + text + "] is no " + kind);
    }

    @Test
    void aDecimalIsNeverRounded() {
        assertThatThrownBy(() -> TextValues.parse(ColumnType.decimal(5, 2), "1.005")).isInstanceOf(RowProblem.class);
        assertThatThrownBy(() -> TextValues.parse(ColumnType.decimal(5, 2), "1000")).isInstanceOf(RowProblem.class);
    }

    @Test
    void jsonFitsNestedColumnsOrSaysWhatDoesNot() throws Exception {
        ColumnType struct = ColumnType.struct(List.of(
                new Field(1, "a", ColumnType.LONG, true), new Field(2, "b",
                ColumnType.list(new Field(3, "element", ColumnType.STRING, true)), true)));

        Object[] value = (Object[]) JsonValues.parse(struct, JSON.readTree("{\"b\": [\"x\", null], \"a\": 1}"));

        assertThat(value[0]).isEqualTo(1L);
        assertThat((Object[]) value[1]).hasSize(2).endsWith((Object) null);
        assertThatThrownBy(() -> JsonValues.parse(struct, JSON.readTree("{\"c\": 1}"))).isInstanceOf(RowProblem.class)
                .hasMessageContaining("[c]");
        assertThatThrownBy(() -> JsonValues.parse(ColumnType.LONG, JSON.readTree("1.5")))
                .isInstanceOf(RowProblem.class);
        assertThat((byte[]) JsonValues.parse(ColumnType.STRING, JSON.readTree("{\"x\": 1}")))
                .isEqualTo("{\"x\":1}".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1|2||LONG", "1|2.5|1e3|DOUBLE", "1|x||STRING", "007|1||STRING", "true|FALSE||BOOLEAN", "true|1||STRING",
                "2020-01-01|||DATE",
        "2020-01-01|2020-01-01 10:00:00||TIMESTAMP", "2020-01-01T00:00:00Z|||TIMESTAMP_TZ",
        "99999999999999999999|||STRING", "|||STRING",
        "1.2.3|||STRING", "2020-13-01|||STRING", "-0.5|.5||DOUBLE", "NaN|1.0||STRING", "1-2|||STRING"})
    void aTypeIsGuessedOnlyWhenEveryValueIsWrittenThatWay(String first, String second, String third, String kind) {
        TypeGuess guess = new TypeGuess();
        for (String text : new String[] {first, second, third}) {
            guess.add(new RecordSource.Cell.Text(text == null ? "" : text));
        }

        assertThat(guess.type(false).kind()).isEqualTo(ColumnType.Kind.valueOf(kind));
    }

    @Test
    void theTimeColumnIsATimestampInUtc() {
        TypeGuess guess = new TypeGuess();
        guess.add(new RecordSource.Cell.Text("2015-09-12T00:46:58.771Z"));

        assertThat(guess.type(true)).isEqualTo(ColumnType.TIMESTAMP);
    }

    @Test
    void jsonObjectsAndListsBecomeStructsAndListsAndMixturesText() throws Exception {
        TypeGuess object = new TypeGuess();
        object.add(new RecordSource.Cell.Json(JSON.readTree("{\"a\": 1}")));
        object.add(new RecordSource.Cell.Json(JSON.readTree("{\"b\": [1.5]}")));
        TypeGuess mixed = new TypeGuess();
        mixed.add(new RecordSource.Cell.Json(JSON.readTree("{\"a\": 1}")));
        mixed.add(new RecordSource.Cell.Json(JSON.readTree("[1]")));

        assertThat(object.type(false).toString()).isEqualTo("STRUCT[a LONG, b LIST[element DOUBLE]]");
        assertThat(mixed.type(false)).isEqualTo(ColumnType.STRING);
    }
}
