package org.narwhaldb.engine.expression;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Values from text. White space around a value is skipped; null means that the text is none.
final class TextParsing {
    /// The longest text that is looked at as a number: BigDecimal needs quadratic time.
    private static final int NUMBER_BYTES_MAX = 1_000;
    private static final int EXPONENT_DIGITS_MAX = 5;

    private TextParsing() {}

    static Boolean toBoolean(byte[] bytes, int start, int end) {
        return switch (trimmed(bytes, start, end).toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "on", "1" -> Boolean.TRUE;
            case "false", "f", "no", "n", "off", "0" -> Boolean.FALSE;
            default -> null;
        };
    }

    /// `[+-] digits [. digits] [e [+-] digits]`, with digits before the point, after it, or both.
    static BigDecimal toDecimal(byte[] bytes, int start, int end) {
        String text = trimmed(bytes, start, end);
        return isNumber(text) ? new BigDecimal(text) : null;
    }

    /// A number as `Double.parseDouble` reads it: as [#toDecimal], NaN, Infinity, -Infinity, in any case, also `inf`.
    static String toReal(byte[] bytes, int start, int end) {
        String text = trimmed(bytes, start, end);
        if (isNumber(text)) {
            return text;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "nan" -> "NaN";
            case "inf", "+inf", "infinity", "+infinity" -> "Infinity";
            case "-inf", "-infinity" -> "-Infinity";
            default -> null;
        };
    }

    /// 32 hexadecimal digits, with hyphens after the 8th, 12th, 16th and 20th or without; perhaps in braces.
    static byte[] toUuid(byte[] bytes, int start, int end) {
        String text = trimmed(bytes, start, end);
        if (text.startsWith("{") && text.endsWith("}") && text.length() > 1) {
            text = text.substring(1, text.length() - 1);
        }
        if (text.length() == 36 && text.charAt(8) == '-' && text.charAt(13) == '-' && text.charAt(18) == '-'
                && text.charAt(23) == '-') {
            text = text.replace("-", "");
        }
        if (text.length() != 32) {
            return null;
        }
        byte[] result = new byte[16];
        for (int i = 0; i < 32; i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return null;
            }
            result[i / 2] = (byte) (result[i / 2] << 4 | digit);
        }
        return result;
    }

    private static String trimmed(byte[] bytes, int start, int end) {
        int from = start;
        int to = end;
        while (from < to && isSpace(bytes[from])) {
            from++;
        }
        while (to > from && isSpace(bytes[to - 1])) {
            to--;
        }
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    static boolean isSpace(byte value) {
        return value == ' ' || (value >= '\t' && value <= '\r');
    }

    private static boolean isNumber(String text) {
        int at = 0;
        int length = text.length();
        if (length == 0 || length > NUMBER_BYTES_MAX) {
            return false;
        }
        if (text.charAt(0) == '+' || text.charAt(0) == '-') {
            at++;
        }
        int whole = digits(text, at);
        at += whole;
        int fraction = 0;
        if (at < length && text.charAt(at) == '.') {
            fraction = digits(text, at + 1);
            at += 1 + fraction;
        }
        if (whole + fraction == 0) {
            return false;
        }
        if (at < length && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (at < length && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            int exponent = digits(text, at);
            if (exponent == 0 || exponent > EXPONENT_DIGITS_MAX) {
                return false;
            }
            at += exponent;
        }
        return at == length;
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at - from;
    }
}
