package org.narwhaldb.engine.expression;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.error.ErrorCode;

/// Values as text, in one canonical form each: `true`; `-12`; `1.50` (a decimal shows its scale); a double as the
/// shortest decimal that denotes it, in the form of `Double.toString` (`1.5`, `1.0E10`, `NaN`, `Infinity`; -0 as
/// `0.0`); `2024-02-29`; `12:30:00.5`; `2024-02-29 12:30:00`, with a zone `2024-02-29 12:30:00+00`; a UUID with
/// hyphens; binary as the text that its bytes are; lists `[1, 2]`, structs `{name: 1}`, maps `{key=value}`, NULL in
/// them as `NULL`.
final class ValueTexts {
    private ValueTexts() {}

    static Conversion conversion(ColumnType from) {
        return switch (from.kind()) {
            case BINARY, FIXED -> (column, row, target) -> {
                BytesColumn bytes = (BytesColumn) column;
                if (!Conversions.isUtf8(bytes.bytes(), bytes.start(row), bytes.end(row))) {
                    return ErrorCode.INVALID_CAST;
                }
                append(column, row, from, target.bytes());
                return null;
            };
            default -> (column, row, target) -> {
                append(column, row, from, target.bytes());
                return null;
            };
        };
    }

    private static void append(Column column, int row, ColumnType type, BytesBuilder target) {
        switch (type.kind()) {
            case BOOLEAN -> append(Boolean.toString(((BooleanColumn) column).values()[row]), target);
            case INT, LONG -> append(Long.toString(((LongColumn) column).values()[row]), target);
            case DECIMAL -> append(
                    new BigDecimal(Numbers.unscaled(column, row), type.scale()).toPlainString(), target);
            case FLOAT -> append(Float.toString((float) ((DoubleColumn) column).values()[row] + 0.0f), target);
            case DOUBLE -> append(Double.toString(((DoubleColumn) column).values()[row] + 0.0), target);
            case DATE, TIME, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS, TIMESTAMP_TZ_NS ->
                    appendTime(((LongColumn) column).values()[row], type, target);
            case STRING, BINARY, FIXED -> {
                BytesColumn bytes = (BytesColumn) column;
                target.append(bytes.bytes(), bytes.start(row), bytes.end(row) - bytes.start(row));
            }
            case UUID -> {
                String digits = HexFormat.of().formatHex(((BytesColumn) column).value(row));
                append(String.join("-", digits.substring(0, 8), digits.substring(8, 12), digits.substring(12, 16),
                        digits.substring(16, 20), digits.substring(20)), target);
            }
            case STRUCT, LIST, MAP -> appendNested((Object[]) Columns.valueAt(column, row, type), type, target);
        }
    }

    private static void appendTime(long value, ColumnType type, BytesBuilder target) {
        Ticks ticks = Ticks.of(type);
        if (type.kind() != Kind.TIME) {
            TimeTexts.formatDate(ticks.day(value), target);
        }
        if (Ticks.isDateOrTimestamp(type) && !ticks.isDays()) {
            target.append((byte) ' ');
        }
        if (!ticks.isDays()) {
            TimeTexts.formatTime(ticks.inDay(value), ticks, target);
        }
        if (type.kind() == Kind.TIMESTAMP_TZ || type.kind() == Kind.TIMESTAMP_TZ_NS) {
            append("+00", target);
        }
    }

    private static void appendNested(Object[] values, ColumnType type, BytesBuilder target) {
        append(type.kind() == Kind.LIST ? "[" : "{", target);
        for (int i = 0; i < values.length; i++) {
            append(i == 0 ? "" : ", ", target);
            switch (type.kind()) {
                case STRUCT -> {
                    append(type.fields().get(i).name() + ": ", target);
                    appendValue(values[i], type.fields().get(i).type(), target);
                }
                case MAP -> {
                    Object[] entry = (Object[]) values[i];
                    appendValue(entry[0], type.fields().getFirst().type(), target);
                    append("=", target);
                    appendValue(entry[1], type.fields().getLast().type(), target);
                }
                default -> appendValue(values[i], type.fields().getFirst().type(), target);
            }
        }
        append(type.kind() == Kind.LIST ? "]" : "}", target);
    }

    private static void appendValue(Object value, ColumnType type, BytesBuilder target) {
        if (value == null) {
            append("NULL", target);
        } else if (type.kind() == Kind.BINARY || type.kind() == Kind.FIXED) {
            append(HexFormat.of().formatHex((byte[]) value), target);
        } else {
            append(Columns.constant(value, type, 1), 0, type, target);
        }
    }

    private static void append(String text, BytesBuilder target) {
        target.append(text.getBytes(StandardCharsets.UTF_8));
    }
}
