package org.narwhaldb.engine.expression;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Functions of text that give a boolean or a number.
final class TextTests {
    /// One text at a time.
    private interface Test {
        boolean test(byte[] bytes, int start, int end);
    }

    private TextTests() {}

    static CompiledExpression compile(Call call, List<CompiledExpression> arguments) {
        for (CompiledExpression argument : arguments) {
            if (argument.type().physical() != Physical.BYTES) {
                throw Numbers.unsupported(call.function(), argument.type());
            }
        }
        return switch (call.function()) {
            case LIKE -> like(call, arguments);
            case REGEXP_LIKE -> regularExpression(call, arguments);
            case STARTS_WITH -> new StrictCall(ColumnType.BOOLEAN, arguments, (columns, rowCount, nulls) -> {
                BytesColumn text = (BytesColumn) columns[0];
                BytesColumn prefix = (BytesColumn) columns[1];
                boolean[] result = new boolean[rowCount];
                for (int row = 0; row < rowCount; row++) {
                    result[row] = !Nulls.isNull(nulls, row) && Utf8.startsWith(text.bytes(), text.start(row),
                            text.end(row), prefix.bytes(), prefix.start(row), prefix.end(row));
                }
                return new BooleanColumn(result, nulls);
            });
            case POSITION -> numbers(call, arguments, TextTests::position);
            case OCTET_LENGTH -> numbers(call, arguments,
                    (columns, row) -> columns[0].end(row) - columns[0].start(row));
            default -> arguments.getFirst().type().kind() == Kind.STRING
                    ? numbers(call, arguments,
                            (columns, row) -> Utf8.length(columns[0].bytes(), columns[0].start(row),
                                    columns[0].end(row)))
                    : numbers(call, arguments, (columns, row) -> columns[0].end(row) - columns[0].start(row));
        };
    }

    private interface Measure {
        long of(BytesColumn[] columns, int row);
    }

    private static CompiledExpression numbers(Call call, List<CompiledExpression> arguments, Measure measure) {
        StrictCall longs = new StrictCall(ColumnType.LONG, arguments, (columns, rowCount, nulls) -> {
            BytesColumn[] texts = new BytesColumn[columns.length];
            System.arraycopy(columns, 0, texts, 0, texts.length);
            long[] result = new long[rowCount];
            for (int row = 0; row < rowCount; row++) {
                if (!Nulls.isNull(nulls, row)) {
                    result[row] = measure.of(texts, row);
                }
            }
            return new LongColumn(result, nulls);
        });
        return Casts.coerce(longs, call.type());
    }

    private static long position(BytesColumn[] columns, int row) {
        BytesColumn needle = columns[0];
        BytesColumn text = columns[1];
        int start = text.start(row);
        int found = Utf8.indexOf(text.bytes(), start, text.end(row), needle.bytes(), needle.start(row),
                needle.end(row));
        return found < 0 ? 0 : Utf8.length(text.bytes(), start, found) + 1L;
    }

    private static CompiledExpression like(Call call, List<CompiledExpression> arguments) {
        byte[] pattern = literal(call, arguments, 1);
        byte[] escape = arguments.size() > 2 ? literal(call, arguments, 2) : null;
        if (pattern == null || (arguments.size() > 2 && escape == null)) {
            return new ConstantExpression(null, ColumnType.BOOLEAN);
        }
        LikeMatcher matcher = LikeMatcher.compile(pattern, escape);
        return test(arguments.getFirst(), matcher::matches);
    }

    private static CompiledExpression regularExpression(Call call, List<CompiledExpression> arguments) {
        byte[] source = literal(call, arguments, 1);
        if (source == null) {
            return new ConstantExpression(null, ColumnType.BOOLEAN);
        }
        String text = new String(source, StandardCharsets.UTF_8);
        Pattern pattern;
        try {
            pattern = Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new NarwhalException(ErrorCode.INVALID_PARAMETER,
                    "REGEXP_LIKE: [%s] is no regular expression: %s at position %d".formatted(
                            text, e.getDescription(), e.getIndex() + 1), e);
        }
        return test(arguments.getFirst(), (bytes, start, end) -> find(pattern, bytes, start, end));
    }

    private static boolean find(Pattern pattern, byte[] bytes, int start, int end) {
        try {
            return pattern.matcher(new String(bytes, start, end - start, StandardCharsets.UTF_8)).find();
        } catch (StackOverflowError e) {
            throw new NarwhalException(ErrorCode.LIMIT_EXCEEDED,
                    "REGEXP_LIKE: [%s] recurses too deeply on a text of %d bytes; write it without nested repetition"
                            .formatted(pattern, end - start), e);
        }
    }

    private static CompiledExpression test(CompiledExpression text, Test test) {
        return new StrictCall(ColumnType.BOOLEAN, List.of(text), (columns, rowCount, nulls) -> {
            BytesColumn column = (BytesColumn) columns[0];
            boolean[] result = new boolean[rowCount];
            for (int row = 0; row < rowCount; row++) {
                result[row] = !Nulls.isNull(nulls, row)
                        && test.test(column.bytes(), column.start(row), column.end(row));
            }
            return new BooleanColumn(result, nulls);
        });
    }

    /// The bytes of an argument that must be a literal; null if it is NULL.
    static byte[] literal(Call call, List<CompiledExpression> arguments, int index) {
        CompiledExpression argument = arguments.get(index);
        if (!(argument instanceof ConstantExpression)) {
            throw NarwhalException.of(ErrorCode.NOT_SUPPORTED,
                    "%s: argument %d must be a literal", call.function(), index + 1);
        }
        Batch oneRow = new Batch(1, List.of());
        return (byte[]) Columns.valueAt(argument.evaluate(oneRow), 0, argument.type());
    }
}
