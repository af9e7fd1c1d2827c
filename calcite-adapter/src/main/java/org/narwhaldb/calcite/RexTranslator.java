package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.Sarg;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Row expressions to expressions of the engine. One for each input row type; the types of columns come from the plan
/// below, not from Calcite, so that what passes through unchanged keeps the type Iceberg gave it.
final class RexTranslator {
    /// The plan's column for a field of Calcite's row.
    interface Inputs {
        Expression field(int index);

        /// The plan's column for a window function.
        default Expression over(RexOver over) {
            throw notSupported("window function here", over.getAggOperator().getName());
        }
    }

    private final Inputs inputs;
    private final RexBuilder builder;
    private final DateTimeTranslator dateTimes;

    RexTranslator(Inputs inputs, RexBuilder builder, SqlPlanner.Session session) {
        this.inputs = inputs;
        this.builder = builder;
        this.dateTimes = new DateTimeTranslator(this, session.zone());
    }

    /// For constants: any reference to an input is an error.
    static RexTranslator ofConstants(RexBuilder builder, SqlPlanner.Session session) {
        return new RexTranslator(index -> {
            throw new IllegalArgumentException("Constant with a reference to field " + index);
        }, builder, session);
    }

    Expression translate(RexNode node) {
        return switch (node) {
            case RexInputRef reference -> inputs.field(reference.getIndex());
            case RexLiteral literal -> Literals.toExpression(literal);
            case RexFieldAccess access -> structField(translate(access.getReferenceExpr()), access.getField().getIndex());
            case RexOver over -> inputs.over(over);
            case RexCall call -> call(call);
            default -> throw notSupported("expression", node.toString());
        };
    }

    private List<Expression> translateAll(List<RexNode> nodes) {
        return nodes.stream().map(this::translate).toList();
    }

    private Expression call(RexCall call) {
        Expression dateTime = dateTimes.translate(call);
        if (dateTime != null) {
            return dateTime;
        }
        return switch (call.getKind()) {
            case AND -> logical(ScalarFunction.AND, call);
            case OR -> Disjunctions.or(translateAll(call.getOperands()));
            case NOT -> logical(ScalarFunction.NOT, call);
            case EQUALS -> comparison(ScalarFunction.EQUAL, call);
            case NOT_EQUALS -> comparison(ScalarFunction.NOT_EQUAL, call);
            case LESS_THAN -> comparison(ScalarFunction.LESS, call);
            case LESS_THAN_OR_EQUAL -> comparison(ScalarFunction.LESS_OR_EQUAL, call);
            case GREATER_THAN -> comparison(ScalarFunction.GREATER, call);
            case GREATER_THAN_OR_EQUAL -> comparison(ScalarFunction.GREATER_OR_EQUAL, call);
            case IS_DISTINCT_FROM -> comparison(ScalarFunction.IS_DISTINCT_FROM, call);
            case IS_NOT_DISTINCT_FROM -> comparison(ScalarFunction.IS_NOT_DISTINCT_FROM, call);
            case IS_NULL, IS_UNKNOWN -> logical(ScalarFunction.IS_NULL, call);
            case IS_NOT_NULL -> logical(ScalarFunction.IS_NOT_NULL, call);
            case IS_TRUE -> logical(ScalarFunction.IS_TRUE, call);
            case IS_NOT_TRUE -> logical(ScalarFunction.IS_NOT_TRUE, call);
            case IS_FALSE -> logical(ScalarFunction.IS_FALSE, call);
            case IS_NOT_FALSE -> logical(ScalarFunction.IS_NOT_FALSE, call);
            case PLUS, CHECKED_PLUS -> arithmetic(ScalarFunction.PLUS, call);
            case MINUS, CHECKED_MINUS -> arithmetic(ScalarFunction.MINUS, call);
            case TIMES, CHECKED_TIMES -> arithmetic(ScalarFunction.TIMES, call);
            case DIVIDE, CHECKED_DIVIDE -> arithmetic(ScalarFunction.DIVIDE, call);
            case MOD -> modulo(call);
            case MINUS_PREFIX, CHECKED_MINUS_PREFIX -> numeric(ScalarFunction.NEGATE, call);
            case FLOOR -> numeric(ScalarFunction.FLOOR, call);
            case CEIL -> numeric(ScalarFunction.CEILING, call);
            case CASE -> caseWhen(call);
            case COALESCE -> sameTyped(ScalarFunction.COALESCE, call);
            case NULLIF -> nullIf(call);
            case CAST -> cast(call, ScalarFunction.CAST);
            case SAFE_CAST -> cast(call, ScalarFunction.TRY_CAST);
            case LIKE -> new Expression.Call(ScalarFunction.LIKE, texts(call.getOperands()), ColumnType.BOOLEAN);
            case SEARCH -> search(call);
            case ITEM -> item(call);
            case TRIM -> trim(call);
            case POSITION -> position(call);
            default -> function(call);
        };
    }

    private Expression function(RexCall call) {
        String name = call.getOperator().getName();
        if (call.getOperator() == NarwhalOperators.IF_NULL || call.getOperator() == NarwhalOperators.NVL) {
            return sameTyped(ScalarFunction.COALESCE, call);
        }
        ScalarFunction function = NarwhalOperators.scalar(call.getOperator());
        if (function == null) {
            throw notSupported("function", name);
        }
        ColumnType type = ColumnTypes.toColumn(call.getType());
        return switch (function) {
            case GREATEST, LEAST -> sameTyped(function, call);
            case SQRT, EXP, LN, LOG10, POWER -> new Expression.Call(function,
                    translateAll(call.getOperands()).stream().map(argument -> Coercion.to(argument, ColumnType.DOUBLE)).toList(), type);
            case ABS, SIGN, ROUND, TRUNCATE -> numeric(function, call);
            case POSITION -> new Expression.Call(function, texts(call.getOperands().reversed()), type);
            case CONCAT -> new Expression.Call(function,
                    translateAll(call.getOperands()).stream().map(argument -> Coercion.to(argument, ColumnType.STRING)).toList(), type);
            case TRIM_BOTH, TRIM_LEADING, TRIM_TRAILING -> new Expression.Call(function, call.getOperands().size() == 2
                    ? translateAll(call.getOperands()) : List.of(translate(call.getOperands().getFirst()), text(" ")), type);
            default -> new Expression.Call(function, translateAll(call.getOperands()), type);
        };
    }

    static NarwhalException notSupported(String what, String name) {
        return NarwhalException.of(ErrorCode.NOT_SUPPORTED, "Not supported yet: %s [%s]", what, name);
    }

    static Expression.Literal text(String value) {
        return new Expression.Literal(value.getBytes(java.nio.charset.StandardCharsets.UTF_8), ColumnType.STRING);
    }

    private List<Expression> texts(List<RexNode> nodes) {
        return translateAll(nodes).stream().map(expression -> Coercion.to(expression, ColumnType.STRING)).toList();
    }

    private Expression logical(ScalarFunction function, RexCall call) {
        return new Expression.Call(function, translateAll(call.getOperands()), ColumnType.BOOLEAN);
    }

    private Expression comparison(ScalarFunction function, RexCall call) {
        return compare(function, translate(call.getOperands().get(0)), translate(call.getOperands().get(1)));
    }

    private Expression compare(ScalarFunction function, Expression left, Expression right) {
        Coercion.Pair pair = Coercion.comparable(dateTimes.local(left, right), dateTimes.local(right, left));
        return new Expression.Call(function, List.of(pair.left(), pair.right()), ColumnType.BOOLEAN);
    }

    private Expression arithmetic(ScalarFunction function, RexCall call) {
        ColumnType type = ColumnTypes.toColumn(call.getType());
        List<Expression> arguments = translateAll(call.getOperands()).stream().map(argument -> operand(argument, type)).toList();
        return new Expression.Call(function, arguments, type);
    }

    /// The result has the divisor's type, which may be too narrow for the dividend.
    private Expression modulo(RexCall call) {
        ColumnType type = ColumnTypes.toColumn(call.getType());
        List<Expression> arguments = translateAll(call.getOperands());
        if (type.kind() != ColumnType.Kind.INT || arguments.getFirst().type().kind() != ColumnType.Kind.LONG) {
            return arithmetic(ScalarFunction.MODULO, call);
        }
        List<Expression> wide = arguments.stream().map(argument -> Coercion.to(argument, ColumnType.LONG)).toList();
        return Coercion.to(new Expression.Call(ScalarFunction.MODULO, wide, ColumnType.LONG), type);
    }

    private static Expression operand(Expression argument, ColumnType result) {
        return result.kind() == ColumnType.Kind.DECIMAL && !Coercion.isFloating(argument.type().kind())
                ? Coercion.toDecimal(argument) : Coercion.to(argument, result);
    }

    /// One number, perhaps with a number of digits behind it.
    private Expression numeric(ScalarFunction function, RexCall call) {
        ColumnType type = ColumnTypes.toColumn(call.getType());
        List<Expression> arguments = new ArrayList<>(translateAll(call.getOperands()));
        arguments.set(0, operand(arguments.getFirst(), type));
        return new Expression.Call(function, arguments, type);
    }

    /// The type that all values take: their own if they agree (it may be finer than Calcite's), else Calcite's.
    private static ColumnType resultType(List<Expression> values, RexCall call) {
        List<ColumnType> types = values.stream()
                .filter(value -> !(value instanceof Expression.Literal literal && literal.value() == null))
                .map(Expression::type).distinct().toList();
        return types.size() == 1 ? types.getFirst() : ColumnTypes.toColumn(call.getType());
    }

    private Expression sameTyped(ScalarFunction function, RexCall call) {
        List<Expression> arguments = translateAll(call.getOperands());
        ColumnType type = resultType(arguments, call);
        return new Expression.Call(function, arguments.stream().map(argument -> Coercion.to(argument, type)).toList(), type);
    }

    private Expression caseWhen(RexCall call) {
        List<Expression> arguments = new ArrayList<>(translateAll(call.getOperands()));
        List<Expression> values = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            if (isCaseValue(i, arguments.size())) {
                values.add(arguments.get(i));
            }
        }
        ColumnType type = resultType(values, call);
        for (int i = 0; i < arguments.size(); i++) {
            if (isCaseValue(i, arguments.size())) {
                arguments.set(i, Coercion.to(arguments.get(i), type));
            }
        }
        return new Expression.Call(ScalarFunction.CASE, arguments, type);
    }

    private static boolean isCaseValue(int index, int count) {
        return index % 2 == 1 || index == count - 1;
    }

    private Expression nullIf(RexCall call) {
        Expression left = translate(call.getOperands().get(0));
        Coercion.Pair pair = Coercion.comparable(left, translate(call.getOperands().get(1)));
        if (pair.left() == left) {
            return new Expression.Call(ScalarFunction.NULL_IF, List.of(left, pair.right()), left.type());
        }
        Expression equal = new Expression.Call(ScalarFunction.EQUAL, List.of(pair.left(), pair.right()), ColumnType.BOOLEAN);
        return new Expression.Call(ScalarFunction.CASE, List.of(equal, new Expression.Literal(null, left.type()), left), left.type());
    }

    private Expression cast(RexCall call, ScalarFunction function) {
        Expression value = translate(call.getOperands().getFirst());
        ColumnType type = ColumnTypes.toColumn(call.getType());
        if (call.getOperands().getFirst().getType().getSqlTypeName() == SqlTypeName.NULL) {
            return new Expression.Literal(null, type);
        }
        if (type.kind() == ColumnType.Kind.BINARY && value.type().kind() == ColumnType.Kind.FIXED) {
            return value;
        }
        Expression local = dateTimes.crossing(value, type);
        Expression cast = function == ScalarFunction.CAST || local.type().equals(type)
                ? Coercion.to(local, type) : new Expression.Call(function, List.of(local), type);
        return truncated(cast, call);
    }

    /// CAST(x AS VARCHAR(n)) keeps n code points; the cast itself knows no length.
    private static Expression truncated(Expression text, RexCall call) {
        int length = call.getType().getPrecision();
        int from = call.getOperands().getFirst().getType().getSqlTypeName() == SqlTypeName.VARCHAR
                ? call.getOperands().getFirst().getType().getPrecision() : -1;
        if (text.type().kind() != ColumnType.Kind.STRING || length < 0 || length == Integer.MAX_VALUE || from >= 0 && from <= length) {
            return text;
        }
        return new Expression.Call(
                ScalarFunction.LEFT, List.of(text, new Expression.Literal((long) length, ColumnType.INT)), ColumnType.STRING);
    }

    /// `x IN (…)` where it is no more than that, else the comparisons that the set stands for.
    private Expression search(RexCall call) {
        RexLiteral literal = (RexLiteral) call.getOperands().get(1);
        Sarg<?> sarg = literal.getValueAs(Sarg.class);
        boolean complemented = sarg.isComplementedPoints();
        if (sarg.nullAs == org.apache.calcite.rex.RexUnknownAs.UNKNOWN
                && (sarg.isPoints() && sarg.pointCount > 1 || complemented && sarg.negate().pointCount > 1)) {
            Expression in = in(translate(call.getOperands().getFirst()), complemented ? sarg.negate() : sarg, literal);
            return complemented ? new Expression.Call(ScalarFunction.NOT, List.of(in), ColumnType.BOOLEAN) : in;
        }
        return translate(RexUtil.expandSearch(builder, null, call));
    }

    private Expression in(Expression value, Sarg<?> points, RexLiteral typed) {
        List<Expression> members = new ArrayList<>();
        for (var range : points.rangeSet.asRanges()) {
            members.add(Literals.toExpression((RexLiteral) builder.makeLiteral(range.lowerEndpoint(), notNull(typed), false)));
        }
        ColumnType common = value.type();
        for (Expression member : members) {
            Coercion.Pair pair = Coercion.comparable(new Expression.InputReference(0, common), member);
            common = pair.left() instanceof Expression.InputReference ? common : pair.left().type();
        }
        List<Expression> arguments = new ArrayList<>();
        arguments.add(Coercion.to(value, common));
        for (Expression member : members) {
            arguments.add(common.kind() == ColumnType.Kind.DECIMAL ? Coercion.toDecimal(member) : Coercion.to(member, common));
        }
        return new Expression.Call(ScalarFunction.IN, arguments, ColumnType.BOOLEAN);
    }

    private org.apache.calcite.rel.type.RelDataType notNull(RexLiteral literal) {
        return builder.getTypeFactory().createTypeWithNullability(literal.getType(), false);
    }

    private Expression item(RexCall call) {
        Expression collection = translate(call.getOperands().get(0));
        Expression key = translate(call.getOperands().get(1));
        return switch (collection.type().kind()) {
            case LIST -> new Expression.Call(ScalarFunction.ELEMENT_AT,
                    List.of(collection, Coercion.to(key, ColumnType.LONG)), collection.type().fields().getFirst().type());
            case MAP -> new Expression.Call(ScalarFunction.ELEMENT_AT,
                    List.of(collection, Coercion.to(key, collection.type().fields().getFirst().type())),
                    collection.type().fields().getLast().type());
            case STRUCT -> structField(collection, fieldIndex(collection.type(), call.getOperands().get(1)));
            default -> throw NarwhalException.of(ErrorCode.TYPE_MISMATCH,
                    "[…] needs a list, map or struct, but stands behind a value of type [%s]", collection.type());
        };
    }

    private static int fieldIndex(ColumnType struct, RexNode key) {
        if (key instanceof RexLiteral literal && literal.getType().getSqlTypeName() == SqlTypeName.VARCHAR) {
            String name = literal.getValueAs(String.class);
            for (int i = 0; i < struct.fields().size(); i++) {
                if (struct.fields().get(i).name().equalsIgnoreCase(name)) {
                    return i;
                }
            }
            throw NarwhalException.of(ErrorCode.COLUMN_NOT_FOUND, "Field [%s] not found in struct [%s]", name, struct);
        }
        if (key instanceof RexLiteral literal && Coercion.isNumber(ColumnTypes.toColumn(literal.getType()).kind())) {
            return literal.getValueAs(Integer.class) - 1;
        }
        throw notSupported("struct field access by", key.toString());
    }

    private static Expression structField(Expression struct, int index) {
        return new Expression.Call(ScalarFunction.STRUCT_FIELD,
                List.of(struct, new Expression.Literal((long) index, ColumnType.INT)), struct.type().fields().get(index).type());
    }

    private Expression trim(RexCall call) {
        String flag = ((RexLiteral) call.getOperands().get(0)).getValue().toString();
        ScalarFunction function = switch (flag) {
            case "LEADING" -> ScalarFunction.TRIM_LEADING;
            case "TRAILING" -> ScalarFunction.TRIM_TRAILING;
            default -> ScalarFunction.TRIM_BOTH;
        };
        return new Expression.Call(function,
                List.of(translate(call.getOperands().get(2)), translate(call.getOperands().get(1))), ColumnType.STRING);
    }

    private Expression position(RexCall call) {
        if (call.getOperands().size() > 2) {
            throw notSupported("function", "POSITION with a start");
        }
        return new Expression.Call(ScalarFunction.POSITION, texts(call.getOperands()), ColumnTypes.toColumn(call.getType()));
    }

    /// Whether the node is an expression over literals alone, so that it can be computed while planning.
    static boolean isConstant(RexNode node) {
        return switch (node) {
            case RexLiteral _ -> true;
            case RexCall call -> call.getKind() != SqlKind.SEARCH && call.getOperator().isDeterministic()
                    && !call.getOperator().isDynamicFunction() && call.getOperands().stream().allMatch(RexTranslator::isConstant)
                    && !(call instanceof org.apache.calcite.rex.RexSubQuery) && !(call instanceof RexOver);
            default -> false;
        };
    }
}
