package org.narwhaldb.ingest.load;

import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.store.iceberg.LakeLoad;

/// The usual forms of values, read byte by byte without an object for any: numbers of digits, ISO dates and times. What is
/// not of these forms is left to `TextValues`, which also says what is wrong; where both read a text, they agree.
final class QuickValues {
    private static final int DIGITS_MAX = 18;
    /// Powers of ten, and integers, up to which a double is exact: one division of such is rounded once, so rightly
    /// (Clinger, "How to read floating point numbers accurately", 1990).
    private static final int EXACT_POWER_MAX = 22;
    private static final long EXACT_INTEGER_MAX = 1L << 53;
    private static final double[] POWERS = new double[EXACT_POWER_MAX + 1];
    private static final long NONE = Long.MIN_VALUE;

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private QuickValues() {}

    /// Sets a column to the value that a text says.
    ///
    /// @param text valid UTF-8
    /// @return false if it was not set
    static boolean put(ColumnType type, byte[] text, int from, int to, LakeLoad.Rows rows, int column) {
        return switch (type.kind()) {
            case STRING -> {
                rows.setBytes(column, text, from, to - from);
                yield true;
            }
            case LONG -> put(whole(text, from, to), rows, column);
            case INT -> {
                long value = whole(text, from, to);
                yield value == (int) value && put(value, rows, column);
            }
            case DOUBLE -> putReal(text, from, to, false, rows, column);
            case FLOAT -> putReal(text, from, to, true, rows, column);
            case DECIMAL -> type.physical() == ColumnType.Physical.LONG
                    && put(decimal(type, text, from, to), rows, column);
            case DATE -> put(QuickTimes.epochDay(text, from, to), rows, column);
            case TIMESTAMP, TIMESTAMP_TZ -> put(QuickTimes.timestamp(text, from, to, 1_000_000), rows, column);
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> put(QuickTimes.timestamp(text, from, to, 1_000_000_000), rows, column);
            default -> false;
        };
    }

    private static boolean put(long value, LakeLoad.Rows rows, int column) {
        if (value == NONE) {
            return false;
        }
        rows.setLong(column, value);
        return true;
    }

    private static long whole(byte[] text, int from, int to) {
        boolean negative = from < to && text[from] == '-';
        int first = negative ? from + 1 : from;
        if (first == to || to - first > DIGITS_MAX) {
            return NONE;
        }
        long number = 0;
        for (int i = first; i < to; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return NONE;
            }
            number = number * 10 + digit;
        }
        return negative ? -number : number;
    }

    /// Of digits with at most one point between them, as many as fit the type for certain.
    private static long decimal(ColumnType type, byte[] text, int from, int to) {
        boolean negative = from < to && text[from] == '-';
        int first = negative ? from + 1 : from;
        int point = point(text, first, to);
        int places = point < 0 ? 0 : to - point - 1;
        int whole = to - first - (point < 0 ? 0 : places + 1);
        if (places > type.scale() || whole > type.precision() - type.scale()) {
            return NONE;
        }
        long number = digits(text, first, to, point);
        if (number == NONE) {
            return NONE;
        }
        for (int i = places; i < type.scale(); i++) {
            number *= 10;
        }
        return negative ? -number : number;
    }

    private static boolean putReal(byte[] text, int from, int to, boolean single, LakeLoad.Rows rows, int column) {
        boolean negative = from < to && text[from] == '-';
        int first = negative ? from + 1 : from;
        int point = point(text, first, to);
        long number = digits(text, first, to, point);
        int places = point < 0 ? 0 : to - point - 1;
        if (number == NONE || number > EXACT_INTEGER_MAX) {
            return false;
        }
        double value = number / POWERS[places];
        value = negative ? -value : value;
        rows.setDouble(column, single ? (float) value : value);
        return true;
    }

    /// Where the point is; -1 if there is none.
    private static int point(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] == '.') {
                return i;
            }
        }
        return -1;
    }

    /// The digits as an integer, the point left out; NONE if there is anything else, none on a side of the point, or too
    /// many.
    private static long digits(byte[] text, int from, int to, int point) {
        if (from >= to || to - from > DIGITS_MAX + 1 || point == from || point == to - 1
                || point < 0 && to - from > DIGITS_MAX) {
            return NONE;
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = text[i] - '0';
            if (digit >= 0 && digit <= 9) {
                number = number * 10 + digit;
            } else if (i != point) {
                return NONE;
            }
        }
        return number;
    }
}
