package org.narwhaldb.engine.scan;

import java.math.BigInteger;
import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// From the type a segment was built with to the table's type of today, along Iceberg's type promotions
/// (https://iceberg.apache.org/spec/#schema-evolution): int to long, float to double, decimals of more digits, date to
/// timestamp; structs by field id, with NULL for fields that came later.
record Widening(ColumnType from, ColumnType to) {
    private static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final long NANOS_PER_DAY = 86_400_000_000_000L;

    /// @throws NarwhalException SCHEMA_MISMATCH if no promotion leads there
    static Widening of(ColumnType from, ColumnType to, String segment, String column) {
        if (!leads(from, to)) {
            throw NarwhalException.of(ErrorCode.SCHEMA_MISMATCH,
                    "Segment [%s] holds column [%s] as [%s], which does not widen to the table's [%s]; rebuild it",
                    segment, column, from, to);
        }
        return new Widening(from, to);
    }

    private static boolean leads(ColumnType from, ColumnType to) {
        if (from.kind() == to.kind()) {
            return switch (from.kind()) {
                case DECIMAL -> from.scale() == to.scale() && from.precision() <= to.precision();
                case FIXED -> from.precision() == to.precision();
                case STRUCT -> to.fields().stream().allMatch(field -> leads(from.fields(), field));
                case LIST, MAP -> leads(from.fields().getFirst().type(), to.fields().getFirst().type())
                        && leads(from.fields().getLast().type(), to.fields().getLast().type());
                case BOOLEAN, INT, LONG, FLOAT, DOUBLE, DATE, TIME, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS,
                        TIMESTAMP_TZ_NS, STRING,
                        BINARY, UUID -> true;
            };
        }
        return switch (from.kind()) {
            case INT -> to.kind() == Kind.LONG;
            case FLOAT -> to.kind() == Kind.DOUBLE;
            case DATE -> to.kind() == Kind.TIMESTAMP || to.kind() == Kind.TIMESTAMP_NS;
            default -> false;
        };
    }

    private static boolean leads(List<Field> from, Field to) {
        return from.stream().filter(field -> field.id() == to.id()).allMatch(field -> leads(field.type(), to.type()));
    }

    /// Whether a stored value is the same number or text under the new type, be it of another physical form.
    boolean keepsValues() {
        return isIdentity() || from.kind() == Kind.DECIMAL;
    }

    private boolean isIdentity() {
        if (from.isNested() || from.kind() == Kind.DATE) {
            return from.equals(to);
        }
        return from.physical() == to.physical();
    }

    Column column(Column column, int count) {
        if (isIdentity()) {
            return column;
        }
        return switch (column) {
            case LongColumn(long[] values, boolean[] nulls) when to.physical() == Physical.INT128 -> {
                long[] high = new long[count];
                for (int row = 0; row < count; row++) {
                    high[row] = values[row] >> 63;
                }
                yield new Int128Column(high, values, nulls);
            }
            case LongColumn days -> {
                long[] widened = new long[count];
                for (int row = 0; row < count; row++) {
                    widened[row] = days.isNull(row) ? 0 : instant(days.values()[row]);
                }
                yield new LongColumn(widened, days.nulls());
            }
            case NestedColumn nested -> {
                Object[] widened = new Object[count];
                for (int row = 0; row < count; row++) {
                    widened[row] = nested.isNull(row) ? null : value(nested.values()[row]);
                }
                yield new NestedColumn(widened, nested.nulls());
            }
            case Column.BooleanColumn _, Column.DoubleColumn _, Int128Column _, Column.BytesColumn _ -> column;
        };
    }

    /// A value that stands alone, in the shape of `NestedValues`.
    Object value(Object value) {
        if (value == null || isIdentity()) {
            return value;
        }
        return switch (to.kind()) {
            case DECIMAL -> value instanceof Long unscaled && to.physical() == Physical.INT128
                    ? BigInteger.valueOf(unscaled) : value;
            case TIMESTAMP, TIMESTAMP_NS -> from.kind() == Kind.DATE ? (Object) instant((Long) value) : value;
            case STRUCT -> struct((Object[]) value);
            case LIST -> list((Object[]) value);
            case MAP -> map((Object[]) value);
            case BOOLEAN, INT, LONG, FLOAT, DOUBLE, DATE, TIME, TIMESTAMP_TZ, TIMESTAMP_TZ_NS, STRING, BINARY, FIXED,
                    UUID -> value;
        };
    }

    private long instant(long days) {
        try {
            return Math.multiplyExact(days, to.kind() == Kind.TIMESTAMP_NS ? NANOS_PER_DAY : MICROS_PER_DAY);
        } catch (ArithmeticException e) {
            throw new NarwhalException(ErrorCode.DATETIME_OUT_OF_RANGE,
                    "The date [%d] days from 1970-01-01 does not fit [%s]".formatted(days, to), e);
        }
    }

    private Object[] struct(Object[] values) {
        Object[] widened = new Object[to.fields().size()];
        for (int target = 0; target < widened.length; target++) {
            Field field = to.fields().get(target);
            for (int source = 0; source < values.length; source++) {
                if (from.fields().get(source).id() == field.id()) {
                    widened[target] = new Widening(from.fields().get(source).type(), field.type()).value(
                            values[source]);
                }
            }
        }
        return widened;
    }

    private Object[] list(Object[] values) {
        Widening element = part(0);
        Object[] widened = new Object[values.length];
        for (int index = 0; index < values.length; index++) {
            widened[index] = element.value(values[index]);
        }
        return widened;
    }

    private Object[][] map(Object[] entries) {
        Object[][] widened = new Object[entries.length][];
        for (int index = 0; index < entries.length; index++) {
            Object[] entry = (Object[]) entries[index];
            widened[index] = new Object[] {part(0).value(entry[0]), part(1).value(entry[1])};
        }
        return widened;
    }

    private Widening part(int index) {
        return new Widening(from.fields().get(index).type(), to.fields().get(index).type());
    }
}
