package org.narwhaldb.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.narwhaldb.engine.expression.Plans.assertFails;
import static org.narwhaldb.engine.expression.Plans.bytes;
import static org.narwhaldb.engine.expression.Plans.call;
import static org.narwhaldb.engine.expression.Plans.column;
import static org.narwhaldb.engine.expression.Plans.longs;
import static org.narwhaldb.engine.expression.Plans.text;
import static org.narwhaldb.engine.expression.Plans.value;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;

class TextFunctionTest {
    private static final String[] PIECES = {"a", "b", "ab", "A", "ä", "日", "😀", "%", "_", ".", "\\", " ", "ß"};

    private static Object text(ScalarFunction function, Expression... arguments) {
        return value(call(function, ColumnType.STRING, arguments));
    }

    private static Object number(ScalarFunction function, Expression... arguments) {
        return value(call(function, ColumnType.LONG, arguments));
    }

    private static Object test(ScalarFunction function, Expression... arguments) {
        return value(call(function, ColumnType.BOOLEAN, arguments));
    }

    private static String random(Random random, int pieces) {
        StringBuilder result = new StringBuilder();
        for (int i = random.nextInt(pieces + 1); i > 0; i--) {
            result.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return result.toString();
    }

    /// What the code points `[from, to)` are, cut to what there is.
    private static String points(String text, long from, long to) {
        int[] points = text.codePoints().toArray();
        int start = (int) Math.clamp(from, 0, points.length);
        int end = (int) Math.clamp(to, start, points.length);
        return new String(points, start, end - start);
    }

    @Test
    void texts_are_counted_and_cut_in_code_points() {
        Seed seed = Seed.next();
        Random random = seed.random();
        for (int i = 0; i < 1_500; i++) {
            String text = random(random, 8);
            String other = random(random, 2);
            long n = random.nextInt(-3, 9);
            long length = random.nextInt(0, 6);
            int size = text.codePointCount(0, text.length());
            Expression argument = Plans.text(text);
            String what = "[%s] [%s] %d %d %s".formatted(text, other, n, length, seed);

            assertThat(number(ScalarFunction.CHARACTER_LENGTH, argument)).as(what).isEqualTo((long) size);
            assertThat(number(ScalarFunction.OCTET_LENGTH, argument)).as(what).isEqualTo((long) bytes(text).length);
            assertThat(text(ScalarFunction.SUBSTRING, argument, longs(n))).as(what)
                    .isEqualTo(points(text, n - 1, size));
            assertThat(text(ScalarFunction.SUBSTRING, argument, longs(n), longs(length))).as(what)
                    .isEqualTo(points(text, n - 1, n - 1 + length));
            assertThat(text(ScalarFunction.LEFT, argument, longs(n))).as(what)
                    .isEqualTo(points(text, 0, n < 0 ? size + n : n));
            assertThat(text(ScalarFunction.RIGHT, argument, longs(n))).as(what)
                    .isEqualTo(points(text, n < 0 ? Math.min(-n, size) : size - n, size));
            assertThat(text(ScalarFunction.REVERSE, argument)).as(what)
                    .isEqualTo(new StringBuilder(text).reverse().toString());
            assertThat(text(ScalarFunction.UPPER, argument)).as(what).isEqualTo(text.toUpperCase(Locale.ROOT));
            assertThat(text(ScalarFunction.LOWER, argument)).as(what).isEqualTo(text.toLowerCase(Locale.ROOT));
            int at = text.indexOf(other);
            assertThat(number(ScalarFunction.POSITION, Plans.text(other), argument)).as(what)
                    .isEqualTo(at < 0 ? 0L : text.codePointCount(0, at) + 1L);
            assertThat(text(ScalarFunction.REPLACE, argument, Plans.text(other), Plans.text("<>"))).as(what)
                    .isEqualTo(other.isEmpty() ? text : text.replace(other, "<>"));
            assertThat(test(ScalarFunction.STARTS_WITH, argument, Plans.text(other))).as(what)
                    .isEqualTo(text.startsWith(other));
            assertThat(text(ScalarFunction.CONCAT, argument, Plans.text(other), argument)).as(what)
                    .isEqualTo(text + other + text);
            assertThat(text(ScalarFunction.REPEAT, argument, longs(n))).as(what)
                    .isEqualTo(text.repeat((int) Math.max(0, n)));
        }
    }

    @Test
    void like_agrees_with_a_regular_expression() {
        Seed seed = Seed.next();
        Random random = seed.random();
        for (int i = 0; i < 8_000; i++) {
            String text = random(random, 7);
            String pattern = random(random, 5);
            StringBuilder regex = new StringBuilder();
            pattern.codePoints().forEach(point -> regex.append(
                    point == '%' ? ".*" : point == '_' ? "." : Pattern.quote(Character.toString(point))));
            boolean expected = Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();

            assertThat(test(ScalarFunction.LIKE, Plans.text(text), Plans.text(pattern)))
                    .as("[%s] LIKE [%s] %s", text, pattern, seed).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a%b, a!%b, true", "axb, a!%b, false", "a_b, a!_b, true", "axb, a!_b, false", "a!b, a!!b, true",
                "a!!, a!!!!, true"
    })
    void an_escape_takes_the_meaning_from_what_follows(String text, String pattern, boolean expected) {
        assertThat(test(ScalarFunction.LIKE, Plans.text(text), Plans.text(pattern), Plans.text("!")))
                .isEqualTo(expected);
    }

    @Test
    void a_wrong_pattern_is_an_invalid_parameter() {
        ErrorCode code = ErrorCode.INVALID_PARAMETER;
        assertFails(code, "a!b",
                call(ScalarFunction.LIKE, ColumnType.BOOLEAN, Plans.text("x"), Plans.text("a!b"), Plans.text("!")));
        assertFails(code, "a!",
                call(ScalarFunction.LIKE, ColumnType.BOOLEAN, Plans.text("x"), Plans.text("a!"), Plans.text("!")));
        assertFails(code, "ab",
                call(ScalarFunction.LIKE, ColumnType.BOOLEAN, Plans.text("x"), Plans.text("a"), Plans.text("ab")));
        assertFails(code, "(", call(ScalarFunction.REGEXP_LIKE, ColumnType.BOOLEAN, Plans.text("x"), Plans.text("(")));
        assertThat(test(ScalarFunction.LIKE, Plans.text("x"), Plans.text(null))).isNull();
        Expression variable =
                call(ScalarFunction.LIKE, ColumnType.BOOLEAN, Plans.text("x"), column(0, ColumnType.STRING));
        assertThatThrownBy(() -> ExpressionCompiler.compile(variable)).hasMessageContaining("must be a literal");
    }

    @Test
    void a_regular_expression_is_searched_in_the_text() {
        assertThat(test(ScalarFunction.REGEXP_LIKE, Plans.text("xaabx"), Plans.text("a+b"))).isEqualTo(true);
        assertThat(test(ScalarFunction.REGEXP_LIKE, Plans.text("xaabx"), Plans.text("^a+b$"))).isEqualTo(false);
        assertThat(test(ScalarFunction.REGEXP_LIKE, Plans.text("😀"), Plans.text("^.$"))).isEqualTo(true);
    }

    @Test
    void trimming_removes_any_of_the_characters() {
        assertThat(text(ScalarFunction.TRIM_BOTH, Plans.text("  a b "), Plans.text(" "))).isEqualTo("a b");
        assertThat(text(ScalarFunction.TRIM_LEADING, Plans.text("xäyxa"), Plans.text("xyä"))).isEqualTo("a");
        assertThat(text(ScalarFunction.TRIM_TRAILING, Plans.text("a😀😀"), Plans.text("😀"))).isEqualTo("a");
        assertThat(text(ScalarFunction.TRIM_BOTH, Plans.text("xxx"), Plans.text("x"))).isEqualTo("");
        assertThat(text(ScalarFunction.TRIM_BOTH, Plans.text("xxx"), Plans.text(""))).isEqualTo("xxx");
    }

    @ParameterizedTest
    @CsvSource({"a, 3, xy, xya, axy", "a, 4, xy, xyxa, axyx", "abc, 2, x, ab, ab", "日, 3, 😀, 😀😀日, 日😀😀",
            "a, -1, x, '', ''"})
    void padding_fills_or_cuts(String text, long length, String fill, String left, String right) {
        assertThat(text(ScalarFunction.LPAD, Plans.text(text), longs(length), Plans.text(fill))).isEqualTo(left);
        assertThat(text(ScalarFunction.RPAD, Plans.text(text), longs(length), Plans.text(fill))).isEqualTo(right);
    }

    @Test
    void parts_are_counted_from_one() {
        Expression text = Plans.text("a||b||c");
        Expression delimiter = Plans.text("||");
        assertThat(text(ScalarFunction.SPLIT_PART, text, delimiter, longs(1))).isEqualTo("a");
        assertThat(text(ScalarFunction.SPLIT_PART, text, delimiter, longs(3))).isEqualTo("c");
        assertThat(text(ScalarFunction.SPLIT_PART, text, delimiter, longs(4))).isEqualTo("");
        assertThat(text(ScalarFunction.SPLIT_PART, text, Plans.text(""), longs(1))).isEqualTo("a||b||c");
        assertFails(ErrorCode.INVALID_PARAMETER, "[0]",
                call(ScalarFunction.SPLIT_PART, ColumnType.STRING, text, delimiter, longs(0)));
    }

    @Test
    void a_text_without_bounds_is_refused() {
        Expression text = Plans.text("abc");
        assertFails(ErrorCode.INVALID_PARAMETER, "[-1]",
                call(ScalarFunction.SUBSTRING, ColumnType.STRING, text, longs(1), longs(-1)));
        assertFails(ErrorCode.LIMIT_EXCEEDED, "REPEAT",
                call(ScalarFunction.REPEAT, ColumnType.STRING, text, longs(Long.MAX_VALUE)));
        assertFails(ErrorCode.LIMIT_EXCEEDED, "LPAD",
                call(ScalarFunction.LPAD, ColumnType.STRING, text, longs(Long.MAX_VALUE)));
        assertThat(text(ScalarFunction.SUBSTRING, text, longs(Long.MIN_VALUE), longs(Long.MAX_VALUE))).isEqualTo("");
        assertThat(text(ScalarFunction.SUBSTRING, text, longs(2), longs(Long.MAX_VALUE))).isEqualTo("bc");
        assertThat(text(ScalarFunction.SUBSTRING, text, longs(Long.MAX_VALUE))).isEqualTo("");
        assertThat(text(ScalarFunction.REPEAT, Plans.text(""), longs(Long.MAX_VALUE))).isEqualTo("");
    }

    @Test
    void null_in_any_place_gives_null() {
        Expression none = Plans.text(null);
        Expression some = Plans.text("abc");
        for (Object result : List.of(
                List.of(ScalarFunction.CONCAT, some, none), List.of(ScalarFunction.CONCAT, none, some),
                        List.of(ScalarFunction.REPLACE, some, none, some),
                List.of(ScalarFunction.REPLACE, some, some, none), List.of(ScalarFunction.TRIM_BOTH, some, none),
                        List.of(ScalarFunction.LEFT, some, longs(null)),
                List.of(ScalarFunction.SPLIT_PART, some, some, longs(null)),
                        List.of(ScalarFunction.LPAD, some, longs(3), none))) {
            List<?> parts = (List<?>) result;
            Expression[] arguments = parts.subList(1, parts.size()).toArray(Expression[]::new);
            assertThat(text((ScalarFunction) parts.getFirst(), arguments)).as("%s", parts).isNull();
        }
    }

    @Test
    void broken_utf8_is_neither_lost_nor_fatal() {
        Literal broken = new Literal(new byte[] {(byte) 0x80, 'a', (byte) 0xE6, (byte) 0x97}, ColumnType.STRING);
        assertThat(number(ScalarFunction.CHARACTER_LENGTH, broken)).isEqualTo(3L);
        assertThat(ConstantEvaluator.evaluate(call(ScalarFunction.SUBSTRING, ColumnType.STRING, broken, longs(1))))
                .isEqualTo(broken.value());
        assertThat(test(ScalarFunction.LIKE, broken, Plans.text("_a_"))).isEqualTo(true);
    }
}
