package org.narwhaldb.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueHashTest {

    /// Published values of XXH64 with seed 0.
    @ParameterizedTest
    @CsvSource({
        "'', ef46db3751d8e999",
        "a, d24ec4f1a98c6e5b",
        "abc, 44bc2cf5ad770999",
        "Nobody inspects the spammish repetition, fbcea83c8a378bf1"
    })
    void isXxh64(String text, String expected) {
        long hash = ValueHash.hash(text.getBytes(StandardCharsets.UTF_8));

        assertThat("%016x".formatted(hash)).isEqualTo(expected);
    }

    @Test
    void readsTheGivenRangeOnly() {
        byte[] text = "Nobody inspects the spammish repetition".getBytes(StandardCharsets.UTF_8);
        byte[] around = new byte[text.length + 20];
        System.arraycopy(text, 0, around, 7, text.length);

        assertThat(ValueHash.hash(around, 7, text.length)).isEqualTo(ValueHash.hash(text));
    }
}
