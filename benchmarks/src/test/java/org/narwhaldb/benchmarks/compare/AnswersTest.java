package org.narwhaldb.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.narwhaldb.benchmarks.engine.Answer;
import org.narwhaldb.benchmarks.query.BenchQuery;

/// The judge must not be lenient: what it lets pass and what it does not.
final class AnswersTest {
    @Test
    void exactValuesAreTheSameWhateverJavaTypeCarriesThem() {
        assertThat(same(12L, BigInteger.valueOf(12))).isTrue();
        assertThat(same(new BigDecimal("1.50"), new BigDecimal("1.5"))).isTrue();
        assertThat(same(12L, BigInteger.valueOf(13))).isFalse();
        assertThat(same(new BigDecimal("1.50"), new BigDecimal("1.51"))).isFalse();
        assertThat(same(Long.MAX_VALUE, BigInteger.valueOf(Long.MAX_VALUE - 1))).isFalse();
        assertThat(same("a", "a ")).isFalse();
        assertThat(same(true, true)).isTrue();
        assertThat(same(null, 0L)).isFalse();
        assertThat(same(LocalDate.of(2026, 1, 2), LocalDate.of(2026, 1, 2).atStartOfDay())).isTrue();
        assertThat(same(LocalDate.of(2026, 1, 2), LocalDate.of(2026, 1, 2).atTime(0, 1))).isFalse();
    }

    @Test
    void doublesMayDifferByABillionth() {
        assertThat(same(1e12, 1e12 + 100)).isTrue();
        assertThat(same(1e12, 1e12 + 10_000)).isFalse();
        assertThat(same(0.0, 1e-300)).isFalse();
        assertThat(same(Double.NaN, Double.NaN)).isTrue();
    }

    @Test
    void aRoundedDecimalIsHeldAgainstADoubleByItsLastDigit() {
        assertThat(same(new BigDecimal("0.333333"), 1 / 3.0)).isTrue();
        assertThat(same(new BigDecimal("0.333334"), 1 / 3.0)).isFalse();
    }

    @Test
    void anOrderedAnswerIsComparedRowByRow() {
        Answer forth = answer(List.of("x"), List.of(1L), List.of(2L));
        Answer back = answer(List.of("x"), List.of(2L), List.of(1L));

        assertThat(Answers.difference(forth, back, true)).isPresent();
        assertThat(Answers.difference(forth, back, false)).isEmpty();
        assertThat(Answers.difference(forth, answer(List.of("x"), List.of(1L)), false)).isPresent();
    }

    @Test
    void anApproximateValueMustLieWithinItsBoundsAndTheOthersMustBeExact() {
        BenchQuery query = new BenchQuery("q", "c", "", "", true, List.of("n"), Optional.of(""));
        Answer exact = answer(List.of("k", "n", "n_low", "n_high"), List.of("a", 100L, 97L, 103L));

        assertThat(Answers.outOfBounds(query, answer(List.of("k", "n"), List.of("a", 102L)), exact)).isEmpty();
        assertThat(Answers.outOfBounds(query, answer(List.of("k", "n"), List.of("a", 104L)), exact)).isPresent();
        assertThat(Answers.outOfBounds(query, answer(List.of("k", "n"), List.of("b", 100L)), exact)).isPresent();
        assertThat(Answers.error(query, answer(List.of("k", "n"), List.of("a", 102L)), exact)).isEqualTo(0.02);
    }

    private static boolean same(Object ours, Object theirs) {
        return Answers.difference(answer(List.of("x"), Arrays.asList(ours)), answer(List.of("x"), Arrays.asList(theirs)), true).isEmpty();
    }

    @SafeVarargs
    private static Answer answer(List<String> columns, List<Object>... rows) {
        return new Answer(columns, List.of(rows));
    }
}
