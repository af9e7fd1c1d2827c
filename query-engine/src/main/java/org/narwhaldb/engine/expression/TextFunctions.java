package org.narwhaldb.engine.expression;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Functions that make text of text; binary strings are taken as bytes instead of code points by SUBSTRING, LEFT and
/// RIGHT.
final class TextFunctions {
    /// The longest value that REPEAT, LPAD and RPAD make, in bytes.
    private static final int MADE_BYTES_MAX = 1 << 24;
    private static final byte[] SPACE = {' '};

    /// Appends the value of one row.
    private interface Maker {
        void append(Column[] columns, int row, BytesBuilder target);
    }

    private TextFunctions() {}

    static CompiledExpression compile(Call call, List<CompiledExpression> arguments) {
        for (CompiledExpression argument : arguments) {
            Physical physical = argument.type().physical();
            if (physical != Physical.BYTES && physical != Physical.LONG) {
                throw Numbers.unsupported(call.function(), argument.type());
            }
        }
        boolean binary = arguments.getFirst().type().kind() != Kind.STRING;
        ScalarFunction function = call.function();
        Maker maker = switch (function) {
            case SUBSTRING -> (columns, row, target) -> substring(columns, row, target, binary);
            case UPPER, LOWER -> (columns, row, target) ->
                    changeCase(bytes(columns, 0), row, target, function == ScalarFunction.UPPER);
            case CONCAT -> TextFunctions::concatenate;
            case TRIM_BOTH, TRIM_LEADING, TRIM_TRAILING -> (columns, row, target) -> trim(columns, row, target,
                    function != ScalarFunction.TRIM_TRAILING, function != ScalarFunction.TRIM_LEADING);
            case REPLACE -> TextFunctions::replace;
            case LEFT -> (columns, row, target) -> left(columns, row, target, binary);
            case RIGHT -> (columns, row, target) -> right(columns, row, target, binary);
            case REVERSE -> TextFunctions::reverse;
            case REPEAT -> TextFunctions::repeat;
            case LPAD, RPAD -> (columns, row, target) -> pad(columns, row, target, function);
            case SPLIT_PART -> TextFunctions::splitPart;
            default -> throw new IllegalStateException(function + " makes no text");
        };
        return new StrictCall(call.type(), arguments, (columns, rowCount, nulls) -> {
            BytesBuilder target = new BytesBuilder(rowCount, rowCount * 8);
            for (int row = 0; row < rowCount; row++) {
                if (!Nulls.isNull(nulls, row)) {
                    maker.append(columns, row, target);
                }
                target.endEntry();
            }
            return target.build(nulls);
        });
    }

    private static BytesColumn bytes(Column[] columns, int index) {
        return (BytesColumn) columns[index];
    }

    private static long number(Column[] columns, int index, int row) {
        return ((LongColumn) columns[index]).values()[row];
    }

    private static int skip(byte[] bytes, int at, int end, long count, boolean binary) {
        return binary ? at + (int) Math.min(end - at, count) : Utf8.skip(bytes, at, end, count);
    }

    private static void substring(Column[] columns, int row, BytesBuilder target, boolean binary) {
        BytesColumn text = bytes(columns, 0);
        // that far before the text one position is as good as another, and from - 1 must not overflow
        long from = Math.max(number(columns, 1, row), Long.MIN_VALUE + 2);
        int end = text.end(row);
        long count = Long.MAX_VALUE;
        if (columns.length > 2) {
            long length = number(columns, 2, row);
            if (length < 0) {
                throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                        "SUBSTRING: the length [%d] is negative", length);
            }
            count = Math.max(0, length + Math.min(from - 1, 0));
        }
        int first = skip(text.bytes(), text.start(row), end, Math.max(0, from - 1), binary);
        int last = count >= end - first ? end : skip(text.bytes(), first, end, count, binary);
        target.append(text.bytes(), first, last - first);
    }

    private static void changeCase(BytesColumn text, int row, BytesBuilder target, boolean upper) {
        int start = text.start(row);
        int end = text.end(row);
        byte[] bytes = text.bytes();
        if (!Utf8.isAscii(bytes, start, end)) {
            String value = new String(bytes, start, end - start, StandardCharsets.UTF_8);
            String changed = upper ? value.toUpperCase(Locale.ROOT) : value.toLowerCase(Locale.ROOT);
            target.append(changed.getBytes(StandardCharsets.UTF_8));
            return;
        }
        char lowest = upper ? 'a' : 'A';
        byte[] changed = Arrays.copyOfRange(bytes, start, end);
        for (int i = 0; i < changed.length; i++) {
            int letter = changed[i] - lowest;
            changed[i] ^= letter >= 0 & letter < 26 ? 0x20 : 0;
        }
        target.append(changed);
    }

    private static void concatenate(Column[] columns, int row, BytesBuilder target) {
        for (Column column : columns) {
            BytesColumn text = (BytesColumn) column;
            target.append(text.bytes(), text.start(row), text.end(row) - text.start(row));
        }
    }

    private static void trim(Column[] columns, int row, BytesBuilder target, boolean leading, boolean trailing) {
        BytesColumn text = bytes(columns, 0);
        byte[] removed = columns.length > 1 ? bytes(columns, 1).value(row) : SPACE;
        byte[] bytes = text.bytes();
        int start = text.start(row);
        int end = text.end(row);
        while (leading && start < end && isAnyOf(bytes, start, Utf8.next(bytes, start, end), removed)) {
            start = Utf8.next(bytes, start, end);
        }
        while (trailing && start < end && isAnyOf(bytes, Utf8.previous(bytes, end, start), end, removed)) {
            end = Utf8.previous(bytes, end, start);
        }
        target.append(bytes, start, end - start);
    }

    private static boolean isAnyOf(byte[] bytes, int start, int end, byte[] set) {
        for (int at = 0; at < set.length; ) {
            int next = Utf8.next(set, at, set.length);
            if (Arrays.equals(bytes, start, end, set, at, next)) {
                return true;
            }
            at = next;
        }
        return false;
    }

    private static void replace(Column[] columns, int row, BytesBuilder target) {
        BytesColumn text = bytes(columns, 0);
        BytesColumn from = bytes(columns, 1);
        BytesColumn to = bytes(columns, 2);
        int at = text.start(row);
        int end = text.end(row);
        int fromStart = from.start(row);
        int fromEnd = from.end(row);
        while (fromEnd > fromStart) {
            int found = Utf8.indexOf(text.bytes(), at, end, from.bytes(), fromStart, fromEnd);
            if (found < 0) {
                break;
            }
            target.append(text.bytes(), at, found - at);
            target.append(to.bytes(), to.start(row), to.end(row) - to.start(row));
            at = found + fromEnd - fromStart;
        }
        target.append(text.bytes(), at, end - at);
    }

    /// A negative count leaves out that many at the other end.
    private static long count(BytesColumn text, int row, long count, boolean binary) {
        int length = binary ? text.end(row) - text.start(row)
                : Utf8.length(text.bytes(), text.start(row), text.end(row));
        return count < 0 ? Math.max(0, length + count) : Math.min(count, length);
    }

    private static void left(Column[] columns, int row, BytesBuilder target, boolean binary) {
        BytesColumn text = bytes(columns, 0);
        int start = text.start(row);
        long count = count(text, row, number(columns, 1, row), binary);
        target.append(text.bytes(), start, skip(text.bytes(), start, text.end(row), count, binary) - start);
    }

    private static void right(Column[] columns, int row, BytesBuilder target, boolean binary) {
        BytesColumn text = bytes(columns, 0);
        long all = count(text, row, Long.MAX_VALUE, binary);
        long count = count(text, row, number(columns, 1, row), binary);
        int start = skip(text.bytes(), text.start(row), text.end(row), all - count, binary);
        target.append(text.bytes(), start, text.end(row) - start);
    }

    private static void reverse(Column[] columns, int row, BytesBuilder target) {
        BytesColumn text = bytes(columns, 0);
        int start = text.start(row);
        int end = text.end(row);
        while (end > start) {
            int previous = Utf8.previous(text.bytes(), end, start);
            target.append(text.bytes(), previous, end - previous);
            end = previous;
        }
    }

    private static void repeat(Column[] columns, int row, BytesBuilder target) {
        BytesColumn text = bytes(columns, 0);
        int length = text.end(row) - text.start(row);
        long times = length == 0 ? 0 : number(columns, 1, row);
        if (times > MADE_BYTES_MAX / Math.max(1, length)) {
            throw tooLong(ScalarFunction.REPEAT, times + " times " + length + " bytes");
        }
        for (long i = 0; i < times; i++) {
            target.append(text.bytes(), text.start(row), length);
        }
    }

    private static void pad(Column[] columns, int row, BytesBuilder target, ScalarFunction function) {
        BytesColumn text = bytes(columns, 0);
        byte[] fill = columns.length > 2 ? bytes(columns, 2).value(row) : SPACE;
        long length = Math.max(0, number(columns, 1, row));
        int start = text.start(row);
        int end = text.end(row);
        long missing = length - Utf8.length(text.bytes(), start, end);
        if (missing <= 0 || fill.length == 0) {
            target.append(text.bytes(), start, Utf8.skip(text.bytes(), start, end, length) - start);
            return;
        }
        if (missing > MADE_BYTES_MAX / 4) {
            throw tooLong(function, length + " characters");
        }
        if (function == ScalarFunction.RPAD) {
            target.append(text.bytes(), start, end - start);
        }
        int at = 0;
        for (long i = 0; i < missing; i++) {
            int next = Utf8.next(fill, at, fill.length);
            target.append(fill, at, next - at);
            at = next == fill.length ? 0 : next;
        }
        if (function == ScalarFunction.LPAD) {
            target.append(text.bytes(), start, end - start);
        }
    }

    private static NarwhalException tooLong(ScalarFunction function, String what) {
        return NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                "%s: a text of %s is longer than the limit of %d bytes", function, what, MADE_BYTES_MAX);
    }

    private static void splitPart(Column[] columns, int row, BytesBuilder target) {
        BytesColumn text = bytes(columns, 0);
        BytesColumn delimiter = bytes(columns, 1);
        long part = number(columns, 2, row);
        if (part < 1) {
            throw NarwhalException.of(ErrorCode.INVALID_PARAMETER, "SPLIT_PART: parts count from 1, not [%d]", part);
        }
        int at = text.start(row);
        int end = text.end(row);
        int delimiterLength = delimiter.end(row) - delimiter.start(row);
        for (long i = 1; ; i++) {
            int found = delimiterLength == 0 ? -1 : Utf8.indexOf(
                    text.bytes(), at, end, delimiter.bytes(), delimiter.start(row), delimiter.end(row));
            if (i == part) {
                target.append(text.bytes(), at, (found < 0 ? end : found) - at);
                return;
            }
            if (found < 0) {
                return;
            }
            at = found + delimiterLength;
        }
    }
}
