package org.narwhaldb.engine.expression;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.engine.batch.ColumnBuilder;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;

/// Access into lists, structs and maps.
final class NestedFunctions {
    /// The part of one row's value, or null.
    private interface Part {
        Object of(Object[] container, Column[] columns, int row);
    }

    private NestedFunctions() {}

    static CompiledExpression compile(Call call, List<CompiledExpression> arguments) {
        ColumnType container = arguments.getFirst().type();
        if (!container.isNested()) {
            throw Numbers.unsupported(call.function(), container);
        }
        return switch (call.function()) {
            case STRUCT_FIELD -> field(call, arguments, container);
            case CARDINALITY -> Casts.coerce(part(ColumnType.LONG, List.of(arguments.getFirst()),
                    (values, _, _) -> (long) values.length), call.type());
            default -> element(call, arguments, container);
        };
    }

    private static CompiledExpression field(Call call, List<CompiledExpression> arguments, ColumnType container) {
        CompiledExpression position = Casts.coerce(arguments.get(1), ColumnType.LONG);
        if (container.kind() != Kind.STRUCT || !(arguments.get(1) instanceof ConstantExpression)) {
            throw Numbers.unsupported(call.function(), container);
        }
        long index = ((LongColumn) position.evaluate(new Batch(1, List.of()))).values()[0];
        ColumnType type = container.fields().get((int) index).type();
        return Casts.coerce(
                part(type, List.of(arguments.getFirst()), (values, _, _) -> values[(int) index]), call.type());
    }

    private static CompiledExpression element(Call call, List<CompiledExpression> arguments, ColumnType container) {
        if (container.kind() == Kind.LIST) {
            CompiledExpression index = Casts.coerce(arguments.get(1), ColumnType.LONG);
            CompiledExpression element = part(container.fields().getFirst().type(),
                    List.of(arguments.getFirst(), index), (values, columns, row) -> {
                        long at = ((LongColumn) columns[1]).values()[row];
                        return at >= 1 && at <= values.length ? values[(int) at - 1] : null;
                    });
            return Casts.coerce(element, call.type());
        }
        if (container.kind() != Kind.MAP) {
            throw Numbers.unsupported(call.function(), container);
        }
        ColumnType keyType = container.fields().getFirst().type();
        CompiledExpression key = Casts.coerce(arguments.get(1), keyType);
        CompiledExpression value = part(container.fields().getLast().type(), List.of(arguments.getFirst(), key),
                (entries, columns, row) -> find(entries, Columns.valueAt(columns[1], row, keyType), keyType));
        return Casts.coerce(value, call.type());
    }

    private static Object find(Object[] entries, Object key, ColumnType keyType) {
        for (Object entry : entries) {
            Object[] pair = (Object[]) entry;
            if (ValueOrder.compare(pair[0], key, keyType) == 0) {
                return pair[1];
            }
        }
        return null;
    }

    private static CompiledExpression part(ColumnType type, List<CompiledExpression> arguments, Part part) {
        return new StrictCall(type, arguments, (columns, rowCount, nulls) -> {
            Object[] values = ((NestedColumn) columns[0]).values();
            ColumnBuilder result = ColumnBuilder.of(type);
            for (int row = 0; row < rowCount; row++) {
                result.appendValue(Nulls.isNull(nulls, row) ? null : part.of((Object[]) values[row], columns, row));
            }
            return result.build();
        });
    }
}
