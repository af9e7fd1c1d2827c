package org.narwhaldb.engine.plan;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Writes the form that [PlanCodec] specifies.
final class PlanEncoder {
    static final int REFERENCE = 0;
    static final int LITERAL = 1;
    static final int CALL = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    private int depth;

    void header() {
        out.write('N');
        out.write('P');
        out.write(PlanCodec.VERSION);
    }

    byte[] bytes() {
        checkSize(0);
        return out.toByteArray();
    }

    void node(PlanNode node) {
        enter();
        out.write(PlanTag.of(node).ordinal());
        switch (node) {
            case PlanNode.Scan scan -> {
                unsigned(scan.scanId());
                table(scan.table());
                fields(scan.columns());
                optional(scan.predicate());
            }
            case PlanNode.SystemScan scan -> {
                table(scan.table());
                fields(scan.columns());
            }
            case PlanNode.Values values -> values(values);
            case PlanNode.Filter filter -> {
                node(filter.input());
                expression(filter.predicate());
            }
            case PlanNode.Project project -> {
                node(project.input());
                expressions(project.expressions());
                fields(project.output());
            }
            case PlanNode.Aggregate aggregate -> aggregate(aggregate);
            case PlanNode.Sort sort -> {
                node(sort.input());
                unsigned(sort.orders().size());
                sort.orders().forEach(this::order);
                signed(sort.offset());
                signed(sort.limit());
            }
            case PlanNode.Limit limit -> {
                node(limit.input());
                signed(limit.offset());
                signed(limit.limit());
            }
            case PlanNode.Join join -> join(join);
            case PlanNode.Union union -> {
                unsigned(union.inputs().size());
                union.inputs().forEach(this::node);
                fields(union.output());
            }
            case PlanNode.RemoteSource source -> {
                unsigned(source.fragmentId());
                fields(source.output());
            }
            case PlanNode.Window window -> window(window);
            case PlanNode.Exchange exchange -> {
                node(exchange.input());
                unsigned(exchange.keys());
                unsigned(exchange.partitions());
            }
        }
        depth--;
    }

    private void values(PlanNode.Values values) {
        fields(values.output());
        unsigned(values.rows().size());
        for (List<Expression.Literal> row : values.rows()) {
            unsigned(row.size());
            row.forEach(this::expression);
        }
    }

    private void aggregate(PlanNode.Aggregate aggregate) {
        node(aggregate.input());
        out.write(aggregate.mode().ordinal());
        columns(aggregate.keys());
        unsigned(aggregate.calls().size());
        for (AggregateCall call : aggregate.calls()) {
            unsigned(call.function().ordinal());
            columns(call.arguments());
            flag(call.distinct());
            signed(call.filter());
            text(call.name());
            type(call.type());
        }
        fields(aggregate.output());
    }

    private void join(PlanNode.Join join) {
        out.write(join.type().ordinal());
        node(join.left());
        node(join.right());
        columns(join.leftKeys());
        columns(join.rightKeys());
        optional(join.residual());
        fields(join.output());
    }

    private void window(PlanNode.Window window) {
        node(window.input());
        columns(window.partition());
        unsigned(window.orders().size());
        window.orders().forEach(this::order);
        unsigned(window.calls().size());
        for (WindowCall call : window.calls()) {
            unsigned(call.function().ordinal());
            expressions(call.arguments());
            flag(call.ignoreNulls());
            flag(call.frame().byRows());
            bound(call.frame().lower());
            bound(call.frame().upper());
            optional(call.frame().key());
            text(call.name());
            type(call.type());
        }
        fields(window.output());
    }

    private void bound(WindowFrame.Bound bound) {
        unsigned(bound.kind().ordinal());
        optional(bound.offset());
    }

    private void order(SortOrder order) {
        unsigned(order.column());
        flag(order.descending());
        flag(order.nullsFirst());
    }

    private void table(TableReference table) {
        text(table.schema());
        text(table.table());
    }

    private void optional(Expression expression) {
        flag(expression != null);
        if (expression != null) {
            expression(expression);
        }
    }

    private void expressions(List<Expression> expressions) {
        unsigned(expressions.size());
        expressions.forEach(this::expression);
    }

    void expression(Expression expression) {
        enter();
        switch (expression) {
            case Expression.InputReference reference -> {
                out.write(REFERENCE);
                unsigned(reference.index());
                type(reference.type());
            }
            case Expression.Literal literal -> {
                out.write(LITERAL);
                type(literal.type());
                value(literal.value(), literal.type());
            }
            case Expression.Call call -> {
                out.write(CALL);
                unsigned(call.function().ordinal());
                type(call.type());
                expressions(call.arguments());
            }
        }
        depth--;
    }

    private void fields(List<Field> fields) {
        unsigned(fields.size());
        for (Field field : fields) {
            signed(field.id());
            text(field.name());
            type(field.type());
            flag(field.nullable());
        }
    }

    private void type(ColumnType type) {
        enter();
        unsigned(type.kind().ordinal());
        switch (type.kind()) {
            case DECIMAL, FIXED -> {
                unsigned(type.precision());
                unsigned(type.scale());
            }
            case STRUCT, LIST, MAP -> fields(type.fields());
            case BOOLEAN, INT, LONG, FLOAT, DOUBLE, DATE, TIME, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS,
                    TIMESTAMP_TZ_NS, STRING,
                    BINARY, UUID -> { }
        }
        depth--;
    }

    private void value(Object value, ColumnType type) {
        enter();
        flag(value != null);
        if (value != null) {
            try {
                switch (type.physical()) {
                    case BOOLEAN -> flag((Boolean) value);
                    case LONG -> signed((Long) value);
                    case DOUBLE -> fixed(Double.doubleToLongBits((Double) value));
                    case INT128 -> bytes(((BigInteger) value).toByteArray());
                    case BYTES -> bytes((byte[]) value);
                    case NESTED -> nested((Object[]) value, type);
                }
            } catch (ClassCastException e) {
                throw new NarwhalException(ErrorCode.INTERNAL,
                        "A literal of type [%s] holds a [%s]".formatted(type, value.getClass().getSimpleName()), e);
            }
        }
        depth--;
    }

    private void nested(Object[] value, ColumnType type) {
        unsigned(value.length);
        for (int index = 0; index < value.length; index++) {
            switch (type.kind()) {
                case STRUCT -> value(value[index], type.fields().get(index).type());
                case LIST -> value(value[index], type.fields().getFirst().type());
                case MAP -> {
                    Object[] entry = (Object[]) value[index];
                    value(entry[0], type.fields().get(0).type());
                    value(entry[1], type.fields().get(1).type());
                }
                case BOOLEAN, INT, LONG, FLOAT, DOUBLE, DECIMAL, DATE, TIME, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS,
                        TIMESTAMP_TZ_NS,
                        STRING, BINARY, FIXED, UUID -> throw new IllegalStateException("Not nested: " + type);
            }
        }
    }

    private void columns(List<Integer> columns) {
        unsigned(columns.size());
        columns.forEach(this::unsigned);
    }

    private void text(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(byte[] bytes) {
        unsigned(bytes.length);
        checkSize(bytes.length);
        out.writeBytes(bytes);
    }

    private void flag(boolean flag) {
        out.write(flag ? 1 : 0);
    }

    private void fixed(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }

    private void unsigned(int value) {
        if (value < 0) {
            throw NarwhalException.of(ErrorCode.INTERNAL, "A plan holds the negative number [%d] where none may be",
                    value);
        }
        varint(value);
    }

    private void signed(long value) {
        varint((value << 1) ^ (value >> 63));
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private void enter() {
        if (++depth > PlanCodec.DEPTH_MAX) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "The query nests deeper than [%d] levels; flatten its expressions or split it",
                            PlanCodec.DEPTH_MAX);
        }
    }

    private void checkSize(int more) {
        if (out.size() + (long) more > PlanCodec.SIZE_BYTES_MAX) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "The plan of the query is larger than [%d] bytes; shorten its lists of literals",
                            PlanCodec.SIZE_BYTES_MAX);
        }
    }
}
