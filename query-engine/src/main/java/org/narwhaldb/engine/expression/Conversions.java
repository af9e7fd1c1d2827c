package org.narwhaldb.engine.expression;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.error.ErrorCode;

/// The table of casts, by target. To an integer and to a decimal rounds half away from zero; a double counts as the
/// shortest decimal that denotes it. To a coarser time unit cuts off toward the past. Between a timestamp with a zone
/// and one without: UTC (the planner shifts by the session's zone).
final class Conversions {
    private Conversions() {}

    /// null if there is no such cast.
    static Conversion of(ColumnType from, ColumnType to) {
        return switch (to.kind()) {
            case BOOLEAN -> toBoolean(from);
            case INT, LONG, DECIMAL -> toExact(from);
            case FLOAT, DOUBLE -> toReal(from, to.kind() == Kind.FLOAT);
            case DATE, TIME, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS, TIMESTAMP_TZ_NS -> toTime(from, to);
            case STRING -> ValueTexts.conversion(from);
            case BINARY -> from.physical() == ColumnType.Physical.BYTES ? copyBytes(-1) : null;
            case FIXED -> from.physical() == ColumnType.Physical.BYTES ? copyBytes(to.precision()) : null;
            case UUID -> toUuid(from);
            case STRUCT, LIST, MAP -> NestedCast.conversion(from, to);
        };
    }

    private static Conversion toBoolean(ColumnType from) {
        return switch (from.kind()) {
            case INT, LONG, DECIMAL -> (column, row, target) -> target.put(Numbers.unscaled(column, row).signum() != 0);
            case FLOAT, DOUBLE -> (column, row, target) -> target.put(((DoubleColumn) column).values()[row] != 0);
            case STRING -> (column, row, target) -> {
                BytesColumn text = (BytesColumn) column;
                Boolean value = TextParsing.toBoolean(text.bytes(), text.start(row), text.end(row));
                return value == null ? ErrorCode.INVALID_CAST : target.put(value.booleanValue());
            };
            default -> null;
        };
    }

    private static Conversion toExact(ColumnType from) {
        int scale = from.kind() == Kind.DECIMAL ? from.scale() : 0;
        return switch (from.kind()) {
            case BOOLEAN -> (column, row, target) ->
                    target.putNumber(((BooleanColumn) column).values()[row] ? 1 : 0, 0);
            case INT, LONG, DECIMAL -> (column, row, target) -> column instanceof LongColumn(long[] values, _)
                    ? target.putNumber(values[row], scale)
                    : target.putNumber(((Int128Column) column).high()[row], ((Int128Column) column).low()[row], scale);
            case FLOAT, DOUBLE -> (column, row, target) ->
                    realToExact(((DoubleColumn) column).values()[row], from.kind() == Kind.FLOAT, target);
            case STRING -> (column, row, target) -> {
                BytesColumn text = (BytesColumn) column;
                return textToExact(text.bytes(), text.start(row), text.end(row), target);
            };
            default -> null;
        };
    }

    private static ErrorCode realToExact(double value, boolean isFloat, CastTarget target) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return ErrorCode.NUMERIC_OUT_OF_RANGE;
        }
        if (target.type().scale() == 0 && Math.abs(value) < 1L << 52) {
            double size = Math.abs(value);
            long whole = (long) size + (size - Math.floor(size) >= 0.5 ? 1 : 0);
            return target.putNumber(value < 0 ? -whole : whole, 0);
        }
        if (Math.abs(value) >= 1e39) {
            return ErrorCode.NUMERIC_OUT_OF_RANGE;
        }
        BigDecimal exact = isFloat ? new BigDecimal(Float.toString((float) value)) : BigDecimal.valueOf(value);
        return putDecimal(exact, target);
    }

    private static ErrorCode textToExact(byte[] bytes, int start, int end, CastTarget target) {
        BigDecimal number = TextParsing.toDecimal(bytes, start, end);
        if (number == null) {
            return ErrorCode.INVALID_CAST;
        }
        if (number.scale() - (long) number.precision() > ColumnType.DECIMAL_PRECISION_MAX + 1) {
            return target.putNumber(0, 0);
        }
        if ((long) number.precision() - number.scale() > ColumnType.DECIMAL_PRECISION_MAX + 1) {
            return number.signum() == 0 ? target.putNumber(0, 0) : ErrorCode.NUMERIC_OUT_OF_RANGE;
        }
        return putDecimal(number, target);
    }

    private static ErrorCode putDecimal(BigDecimal number, CastTarget target) {
        int scale = target.type().scale();
        return target.putNumber(number.setScale(scale, RoundingMode.HALF_UP).unscaledValue(), scale);
    }

    static double decimalToDouble(long unscaled, int scale) {
        return BigDecimal.valueOf(unscaled, scale).doubleValue();
    }

    private static Conversion toReal(ColumnType from, boolean toFloat) {
        int scale = from.kind() == Kind.DECIMAL ? from.scale() : 0;
        return switch (from.kind()) {
            case BOOLEAN -> (column, row, target) -> target.put(((BooleanColumn) column).values()[row] ? 1.0 : 0.0);
            case INT, LONG, DECIMAL -> (column, row, target) -> {
                BigDecimal number = new BigDecimal(Numbers.unscaled(column, row), scale);
                return target.put(toFloat ? number.floatValue() : number.doubleValue());
            };
            case FLOAT, DOUBLE -> (column, row, target) ->
                    putReal(((DoubleColumn) column).values()[row], toFloat, target);
            case STRING -> (column, row, target) -> {
                BytesColumn text = (BytesColumn) column;
                String number = TextParsing.toReal(text.bytes(), text.start(row), text.end(row));
                if (number == null) {
                    return ErrorCode.INVALID_CAST;
                }
                double value = toFloat ? Float.parseFloat(number) : Double.parseDouble(number);
                boolean overflow = Double.isInfinite(value) && !number.endsWith("y");
                return overflow ? ErrorCode.NUMERIC_OUT_OF_RANGE : target.put(value);
            };
            default -> null;
        };
    }

    private static ErrorCode putReal(double value, boolean toFloat, CastTarget target) {
        double result = toFloat ? (float) value : value;
        return Double.isInfinite(result) && !Double.isInfinite(value)
                ? ErrorCode.NUMERIC_OUT_OF_RANGE : target.put(result);
    }

    private static Conversion toTime(ColumnType from, ColumnType to) {
        Ticks target = Ticks.of(to);
        if (from.kind() == Kind.STRING) {
            return (column, row, sink) -> {
                BytesColumn text = (BytesColumn) column;
                long value = TimeTexts.parse(text.bytes(), text.start(row), text.end(row), to);
                return value == TimeTexts.INVALID ? ErrorCode.INVALID_CAST
                        : value == TimeTexts.OUT_OF_RANGE ? ErrorCode.DATETIME_OUT_OF_RANGE : sink.putTime(value);
            };
        }
        boolean fromDate = from.kind() == Kind.DATE;
        if (!Ticks.isDateOrTimestamp(from) || (fromDate && to.kind() == Kind.TIME)) {
            return null;
        }
        Ticks source = Ticks.of(from);
        if (to.kind() == Kind.DATE) {
            return (column, row, sink) -> sink.putTime(source.day(((LongColumn) column).values()[row]));
        }
        if (to.kind() == Kind.TIME) {
            return (column, row, sink) ->
                    sink.putTime(source.inDay(((LongColumn) column).values()[row]) / source.perMicro());
        }
        if (!fromDate && source.perDay() >= target.perDay()) {
            long divisor = source.perDay() / target.perDay();
            return (column, row, sink) -> sink.putTime(Math.floorDiv(((LongColumn) column).values()[row], divisor));
        }
        long factor = target.perDay() / source.perDay();
        return (column, row, sink) -> {
            long value = ((LongColumn) column).values()[row];
            boolean overflow = Math.multiplyHigh(value, factor) != (value * factor) >> 63;
            return overflow ? ErrorCode.DATETIME_OUT_OF_RANGE : sink.putTime(value * factor);
        };
    }

    /// @param length the only one allowed, or -1
    private static Conversion copyBytes(int length) {
        return (column, row, target) -> {
            BytesColumn source = (BytesColumn) column;
            int count = source.end(row) - source.start(row);
            if (length >= 0 && count != length) {
                return ErrorCode.INVALID_CAST;
            }
            target.bytes().append(source.bytes(), source.start(row), count);
            return null;
        };
    }

    private static Conversion toUuid(ColumnType from) {
        return switch (from.kind()) {
            case STRING -> (column, row, target) -> {
                BytesColumn text = (BytesColumn) column;
                byte[] uuid = TextParsing.toUuid(text.bytes(), text.start(row), text.end(row));
                if (uuid == null) {
                    return ErrorCode.INVALID_CAST;
                }
                target.bytes().append(uuid);
                return null;
            };
            case BINARY, FIXED -> copyBytes(16);
            default -> null;
        };
    }

    static boolean isUtf8(byte[] bytes, int start, int end) {
        if (Utf8.isAscii(bytes, start, end)) {
            return true;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, end - start));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }
}
