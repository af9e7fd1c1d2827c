package org.narwhaldb.engine.expression;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Casts of lists, structs (field by position) and maps, part by part.
final class NestedCast {
    /// From the shape of one type to that of another; raises what a cast raises.
    private interface ValueCast {
        Object cast(Object value);
    }

    private NestedCast() {}

    /// null if there is no such cast.
    static Conversion conversion(ColumnType from, ColumnType to) {
        if (from.kind() != to.kind() || from.fields().size() != to.fields().size()) {
            return null;
        }
        ValueCast cast = valueCast(from, to);
        return (column, row, target) -> {
            try {
                return target.put(cast.cast(Columns.valueAt(column, row, from)));
            } catch (NarwhalException e) {
                return e.code() == ErrorCode.NUMERIC_OUT_OF_RANGE ? e.code() : ErrorCode.INVALID_CAST;
            }
        };
    }

    private static ValueCast valueCast(ColumnType from, ColumnType to) {
        if (!from.isNested() || !to.isNested()) {
            return scalarCast(from, to);
        }
        if (from.kind() != to.kind() || from.fields().size() != to.fields().size()) {
            throw NarwhalException.of(ErrorCode.TYPE_MISMATCH, "CAST: there is no cast from %s to %s", from, to);
        }
        ValueCast[] parts = new ValueCast[from.fields().size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = valueCast(from.fields().get(i).type(), to.fields().get(i).type());
        }
        return value -> value == null ? null : castParts((Object[]) value, from.kind(), parts);
    }

    private static Object castParts(Object[] values, Kind kind, ValueCast[] parts) {
        Object[] result = kind == Kind.MAP ? new Object[values.length][] : new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = switch (kind) {
                case MAP -> {
                    Object[] entry = (Object[]) values[i];
                    yield new Object[] {parts[0].cast(entry[0]), parts[1].cast(entry[1])};
                }
                case STRUCT -> parts[i].cast(values[i]);
                default -> parts[0].cast(values[i]);
            };
        }
        return result;
    }

    private static ValueCast scalarCast(ColumnType from, ColumnType to) {
        CompiledExpression cast = Casts.compile(new ReferenceExpression(0, from), to, ScalarFunction.CAST);
        return value -> value == null ? null : Columns.valueAt(
                cast.evaluate(new Batch(1, List.of(Columns.constant(value, from, 1)))), 0, to);
    }
}
