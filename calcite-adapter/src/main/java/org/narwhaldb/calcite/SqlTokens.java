package org.narwhaldb.calcite;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.ColumnType;

/// A statement's text as a shape with holes where its literals stood, and the literals. Two statements of one shape have the same
/// tokens but for the values of literals, whose types are part of the shape. Blanks and comments count as one blank.
///
/// Only plain strings, exact numbers, dates and timestamps make holes; everything else (LIMIT, intervals, binary strings,
/// numbers with an exponent, negative numbers' signs) stays in the shape as it is written.
///
/// @param literals in the order of the text
record SqlTokens(String shape, List<Literal> literals) {
    private static final char HOLE = '\u0001';
    private static final Set<String> BEFORE_TEXT = Set.of("AND", "BETWEEN", "IN", "OR", "NOT");
    private static final Set<String> BEFORE_COUNT = Set.of("LIMIT", "OFFSET", "FIRST", "NEXT");
    private static final int INT_DIGITS_MAX = 9;
    private static final int LONG_DIGITS_MAX = 18;
    private static final int MICRO_DIGITS = 6;

    /// @param end the position behind its last character
    record Literal(Expression.Literal value, int end) {}

    /// Empty if the text cannot be cut safely: it contains control characters, or something does not end.
    static Optional<SqlTokens> of(String sql) {
        Cutter cutter = new Cutter(sql);
        return cutter.cut() ? Optional.of(new SqlTokens(cutter.shape.toString(), List.copyOf(cutter.literals))) : Optional.empty();
    }

    private static final class Cutter {
        private final String sql;
        private final StringBuilder shape;
        private final List<Literal> literals = new ArrayList<>();
        private int at;
        /// The last word, upper case, while nothing but blanks came after it; else empty.
        private String word = "";

        Cutter(String sql) {
            this.sql = sql;
            this.shape = new StringBuilder(sql.length());
        }

        private char peek(int ahead) {
            return at + ahead < sql.length() ? sql.charAt(at + ahead) : '\0';
        }

        boolean cut() {
            while (at < sql.length()) {
                char next = sql.charAt(at);
                if (Character.isWhitespace(next)) {
                    at++;
                    blank();
                } else if (next < ' ') {
                    return false;
                } else if (next == '-' && peek(1) == '-') {
                    int end = sql.indexOf('\n', at);
                    at = end < 0 ? sql.length() : end;
                    blank();
                } else if (next == '/' && peek(1) == '*' && peek(2) != '+') {
                    int end = sql.indexOf("*/", at + 2);
                    if (end < 0) {
                        return false;
                    }
                    at = end + 2;
                    blank();
                } else if (next == '\'' || next == '"') {
                    if (!quoted(next)) {
                        return false;
                    }
                } else if (Character.isJavaIdentifierStart(next)) {
                    word();
                } else if (isDigit(next) || next == '.' && isDigit(peek(1))) {
                    number();
                } else {
                    shape.append(next);
                    at++;
                    word = "";
                }
            }
            return true;
        }

        private void blank() {
            if (!shape.isEmpty() && shape.charAt(shape.length() - 1) != ' ') {
                shape.append(' ');
            }
        }

        private void word() {
            int start = at;
            while (at < sql.length() && Character.isJavaIdentifierPart(sql.charAt(at))) {
                at++;
            }
            boolean qualified = !shape.isEmpty() && shape.charAt(shape.length() - 1) == '.';
            shape.append(sql, start, at);
            word = qualified ? "." : sql.substring(start, at).toUpperCase(java.util.Locale.ROOT);
        }

        private boolean quoted(char quote) {
            int start = at;
            boolean prefixed = !shape.isEmpty() && (Character.isJavaIdentifierPart(shape.charAt(shape.length() - 1))
                    || shape.charAt(shape.length() - 1) == '&');
            int end = start + 1;
            while (true) {
                end = sql.indexOf(quote, end);
                if (end < 0) {
                    return false;
                }
                if (end + 1 >= sql.length() || sql.charAt(end + 1) != quote) {
                    break;
                }
                end += 2;
            }
            at = end + 1;
            Hole hole = quote == '"' || prefixed ? null : text(sql.substring(start + 1, end).replace("''", "'"));
            add(hole, start);
            return true;
        }

        private Hole text(String value) {
            return switch (word) {
                case "DATE" -> date(value);
                case "TIMESTAMP" -> timestamp(value);
                default -> !word.isEmpty() && !BEFORE_TEXT.contains(word) ? null
                        : new Hole("s", new Expression.Literal(value.getBytes(StandardCharsets.UTF_8), ColumnType.STRING));
            };
        }

        private void number() {
            int start = at;
            boolean prefixed = !shape.isEmpty() && (Character.isJavaIdentifierPart(shape.charAt(shape.length() - 1))
                    || shape.charAt(shape.length() - 1) == '.');
            int point = -1;
            while (at < sql.length() && (isDigit(sql.charAt(at)) || sql.charAt(at) == '.' && point < 0)) {
                point = sql.charAt(at) == '.' ? at : point;
                at++;
            }
            boolean more = at < sql.length() && (Character.isJavaIdentifierPart(sql.charAt(at)) || sql.charAt(at) == '.');
            while (at < sql.length() && Character.isJavaIdentifierPart(sql.charAt(at))) {
                at++;
            }
            add(prefixed || more || BEFORE_COUNT.contains(word) ? null
                    : number(sql.substring(start, at), point < 0 ? -1 : point - start), start);
        }

        private static Hole number(String text, int point) {
            if (text.length() > LONG_DIGITS_MAX || point == text.length() - 1) {
                return null;
            }
            if (point < 0) {
                return new Hole(text.length() <= INT_DIGITS_MAX ? "i" : "l" + text.length(),
                        new Expression.Literal(Long.parseLong(text), ColumnType.LONG));
            }
            BigDecimal value = new BigDecimal(text);
            int scale = value.scale();
            ColumnType type = ColumnType.decimal(Math.max(value.precision(), scale), scale);
            return new Hole("d" + value.precision() + "." + scale, new Expression.Literal(Literals.unscaled(value, type), type));
        }

        private void add(Hole hole, int start) {
            if (hole == null) {
                shape.append(sql, start, at);
            } else {
                shape.append(HOLE).append(hole.type());
                literals.add(new Literal(hole.value(), at));
            }
            word = "";
        }
    }

    private record Hole(String type, Expression.Literal value) {}

    private static Hole date(String text) {
        try {
            return text.length() != "yyyy-mm-dd".length() ? null
                    : new Hole("D", new Expression.Literal(LocalDate.parse(text).toEpochDay(), ColumnType.DATE));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Hole timestamp(String text) {
        int seconds = "yyyy-mm-dd hh:mm:ss".length();
        int fraction = Math.max(0, text.length() - seconds - 1);
        if (text.length() < seconds || text.charAt("yyyy-mm-dd".length()) != ' ' || fraction > MICRO_DIGITS) {
            return null;
        }
        try {
            LocalDateTime time = LocalDateTime.parse(text.replace(' ', 'T'));
            long micros = time.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + time.getNano() / 1_000;
            return new Hole("T" + fraction, new Expression.Literal(micros, ColumnType.TIMESTAMP));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }
}
