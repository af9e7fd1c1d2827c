package org.narwhaldb.engine.plan;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Reads the form that [PlanCodec] specifies and trusts nothing: every length is checked against the bytes left.
final class PlanDecoder {
    private static final int INT128_BYTES_MAX = 16;

    private final byte[] bytes;
    private int position;
    private int depth;

    PlanDecoder(byte[] bytes) {
        this.bytes = bytes;
    }

    void header() {
        if (bytes.length < 3 || bytes[0] != 'N' || bytes[1] != 'P') {
            throw malformed("it does not begin as a plan does");
        }
        if (bytes[2] != PlanCodec.VERSION) {
            throw malformed("its version is [%d], this server reads [%d]; run one release on all servers"
                    .formatted(bytes[2], PlanCodec.VERSION));
        }
        position = 3;
    }

    void end() {
        if (position != bytes.length) {
            throw malformed("[%d] bytes follow its end".formatted(bytes.length - position));
        }
    }

    PlanNode node() {
        enter();
        PlanNode node = switch (constant(PlanTag.values(), "node")) {
            case SCAN -> new PlanNode.Scan(unsigned(), table(), fields(), optional());
            case SYSTEM_SCAN -> new PlanNode.SystemScan(table(), fields());
            case VALUES -> new PlanNode.Values(fields(), list(() -> list(this::literal)));
            case FILTER -> new PlanNode.Filter(node(), expression());
            case PROJECT -> project();
            case AGGREGATE -> new PlanNode.Aggregate(
                    node(), constant(PlanNode.AggregateMode.values(), "mode"), columns(), list(this::call), fields());
            case SORT -> new PlanNode.Sort(node(), list(this::order), signed(), signed());
            case LIMIT -> new PlanNode.Limit(node(), signed(), signed());
            case JOIN -> join();
            case UNION -> new PlanNode.Union(list(this::node), fields());
            case REMOTE_SOURCE -> new PlanNode.RemoteSource(unsigned(), fields());
            case WINDOW -> new PlanNode.Window(node(), columns(), list(this::order), list(this::windowCall), fields());
            case EXCHANGE -> exchange();
        };
        depth--;
        return node;
    }

    private PlanNode exchange() {
        PlanNode.Exchange exchange = new PlanNode.Exchange(node(), unsigned(), unsigned());
        if (exchange.keys() > exchange.output().size()) {
            throw malformed("an exchange by [%d] of [%d] columns".formatted(exchange.keys(), exchange.output().size()));
        }
        return exchange;
    }

    private PlanNode project() {
        PlanNode input = node();
        List<Expression> expressions = list(this::expression);
        List<Field> output = fields();
        if (expressions.size() != output.size()) {
            throw malformed("a projection has [%d] expressions for [%d] columns".formatted(
                    expressions.size(), output.size()));
        }
        return new PlanNode.Project(input, expressions, output);
    }

    private PlanNode join() {
        PlanNode.Join join = new PlanNode.Join(
                constant(PlanNode.JoinType.values(), "join type"), node(), node(), columns(), columns(), optional(),
                        fields());
        if (join.leftKeys().size() != join.rightKeys().size()) {
            throw malformed("a join has [%d] left and [%d] right keys".formatted(
                    join.leftKeys().size(), join.rightKeys().size()));
        }
        return join;
    }

    private AggregateCall call() {
        return new AggregateCall(constant(AggregateFunction.values(), "aggregate function"), columns(), flag(),
                small(), text(), type());
    }

    private WindowCall windowCall() {
        return new WindowCall(constant(WindowFunction.values(), "window function"), list(this::expression), flag(),
                new WindowFrame(flag(), bound(), bound(), optional()), text(), type());
    }

    private WindowFrame.Bound bound() {
        return new WindowFrame.Bound(constant(WindowFrame.BoundKind.values(), "frame bound"), optional());
    }

    private SortOrder order() {
        return new SortOrder(unsigned(), flag(), flag());
    }

    private TableReference table() {
        return new TableReference(text(), text());
    }

    private Expression optional() {
        return flag() ? expression() : null;
    }

    private Expression.Literal literal() {
        if (expression() instanceof Expression.Literal literal) {
            return literal;
        }
        throw malformed("a constant row holds something else than a literal");
    }

    Expression expression() {
        enter();
        int tag = next();
        Expression expression = switch (tag) {
            case PlanEncoder.REFERENCE -> new Expression.InputReference(unsigned(), type());
            case PlanEncoder.LITERAL -> {
                ColumnType type = type();
                yield new Expression.Literal(value(type), type);
            }
            case PlanEncoder.CALL -> {
                ScalarFunction function = constant(ScalarFunction.values(), "function");
                ColumnType type = type();
                yield new Expression.Call(function, list(this::expression), type);
            }
            default -> throw malformed("it holds an unknown expression [%d]".formatted(tag));
        };
        depth--;
        return expression;
    }

    private List<Field> fields() {
        return list(() -> new Field(small(), text(), type(), flag()));
    }

    private ColumnType type() {
        enter();
        ColumnType.Kind kind = constant(ColumnType.Kind.values(), "type");
        int precision = 0;
        int scale = 0;
        List<Field> fields = List.of();
        if (kind == ColumnType.Kind.DECIMAL || kind == ColumnType.Kind.FIXED) {
            precision = unsigned();
            scale = unsigned();
        } else if (kind == ColumnType.Kind.STRUCT || kind == ColumnType.Kind.LIST || kind == ColumnType.Kind.MAP) {
            fields = fields();
        }
        if (kind == ColumnType.Kind.LIST && fields.size() != 1 || kind == ColumnType.Kind.MAP && fields.size() != 2) {
            throw malformed("a [%s] has [%d] parts".formatted(kind, fields.size()));
        }
        depth--;
        try {
            return new ColumnType(kind, precision, scale, fields);
        } catch (IllegalArgumentException e) {
            throw malformed("it holds an impossible type: " + e.getMessage());
        }
    }

    private Object value(ColumnType type) {
        enter();
        Object value = null;
        if (flag()) {
            value = switch (type.physical()) {
                case BOOLEAN -> (Object) flag();
                case LONG -> signed();
                case DOUBLE -> Double.longBitsToDouble(fixed());
                case INT128 -> wide();
                case BYTES -> bytes();
                case NESTED -> nested(type);
            };
        }
        depth--;
        return value;
    }

    private BigInteger wide() {
        byte[] value = bytes();
        if (value.length == 0 || value.length > INT128_BYTES_MAX) {
            throw malformed("a decimal has [%d] bytes".formatted(value.length));
        }
        return new BigInteger(value);
    }

    private Object nested(ColumnType type) {
        int count = count();
        if (type.kind() == ColumnType.Kind.STRUCT && count != type.fields().size()) {
            throw malformed("a struct of [%d] fields has [%d] values".formatted(type.fields().size(), count));
        }
        boolean isMap = type.kind() == ColumnType.Kind.MAP;
        Object[] values = isMap ? new Object[count][] : new Object[count];
        for (int index = 0; index < count; index++) {
            if (isMap) {
                values[index] = new Object[] {value(type.fields().get(0).type()), value(type.fields().get(1).type())};
            } else {
                int part = type.kind() == ColumnType.Kind.STRUCT ? index : 0;
                values[index] = value(type.fields().get(part).type());
            }
        }
        return values;
    }

    private List<Integer> columns() {
        return list(this::unsigned);
    }

    private <T> List<T> list(Supplier<T> element) {
        int count = count();
        List<T> list = new ArrayList<>(Math.min(count, 1024));
        for (int index = 0; index < count; index++) {
            list.add(element.get());
        }
        return list;
    }

    /// A number of elements, each of at least one byte.
    private int count() {
        int count = unsigned();
        if (count > bytes.length - position) {
            throw malformed("it announces [%d] elements with [%d] bytes left".formatted(
                    count, bytes.length - position));
        }
        return count;
    }

    private <T> T constant(T[] constants, String what) {
        int ordinal = unsigned();
        if (ordinal >= constants.length) {
            throw malformed("it holds the unknown %s [%d]; run one release on all servers".formatted(what, ordinal));
        }
        return constants[ordinal];
    }

    private String text() {
        byte[] text = bytes();
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
        } catch (CharacterCodingException e) {
            throw malformed("a name is not UTF-8");
        }
    }

    private byte[] bytes() {
        int length = count();
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }

    private boolean flag() {
        int flag = next();
        if (flag > 1) {
            throw malformed("a flag is [%d]".formatted(flag));
        }
        return flag == 1;
    }

    private long fixed() {
        long value = 0;
        for (int index = 0; index < Long.BYTES; index++) {
            value = value << 8 | next();
        }
        return value;
    }

    private int small() {
        long value = signed();
        if (value != (int) value) {
            throw malformed("the number [%d] is out of range".formatted(value));
        }
        return (int) value;
    }

    private int unsigned() {
        long value = varint();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw malformed("the number [%d] is out of range".formatted(value));
        }
        return (int) value;
    }

    private long signed() {
        long value = varint();
        return (value >>> 1) ^ -(value & 1);
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int part = next();
            value |= (long) (part & 0x7F) << shift;
            if (part < 0x80) {
                return value;
            }
        }
        throw malformed("a number has too many bytes");
    }

    private int next() {
        if (position >= bytes.length) {
            throw malformed("it ends too early");
        }
        return bytes[position++] & 0xFF;
    }

    private void enter() {
        if (++depth > PlanCodec.DEPTH_MAX) {
            throw malformed("it nests deeper than [%d] levels".formatted(PlanCodec.DEPTH_MAX));
        }
    }

    private NarwhalException malformed(String why) {
        return NarwhalException.of(ErrorCode.INVALID_REQUEST, "Cannot read the plan at byte [%d]: %s", position, why);
    }
}
