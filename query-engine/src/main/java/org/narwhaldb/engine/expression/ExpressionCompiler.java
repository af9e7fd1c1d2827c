package org.narwhaldb.engine.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.InputReference;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Physical;

/// Turns expressions of the plan into [CompiledExpression]s: folds constants, chooses for each call the loop that fits
/// its types, and evaluates what depends on one text column only once per dictionary entry ([DictionaryExpression]).
public final class ExpressionCompiler {
    private ExpressionCompiler() {}

    public static CompiledExpression compile(Expression expression) {
        return compileFolded(ConstantFolding.fold(expression), true);
    }

    /// @param dictionaries false below a [DictionaryExpression]
    static CompiledExpression compileFolded(Expression expression, boolean dictionaries) {
        return switch (expression) {
            case InputReference(int index, ColumnType type) -> new ReferenceExpression(index, type);
            case Literal(Object value, ColumnType type) -> new ConstantExpression(value, type);
            case Call call when dictionaries && dependsOnOneText(call) -> new DictionaryExpression(
                    References.of(call).keySet().iterator().next(),
                    compileCall((Call) References.toFirst(call), false));
            case Call call -> compileCall(call, dictionaries);
        };
    }

    private static boolean dependsOnOneText(Call call) {
        Map<Integer, ColumnType> references = References.of(call);
        boolean isNullTest = call.function() == ScalarFunction.IS_NULL || call.function() == ScalarFunction.IS_NOT_NULL;
        return references.size() == 1
                && references.values().iterator().next().physical() == Physical.BYTES
                && call.type().physical() != Physical.NESTED
                && !(isNullTest && call.arguments().getFirst() instanceof InputReference);
    }

    private static CompiledExpression compileCall(Call call, boolean dictionaries) {
        return switch (call.function()) {
            case AND, OR -> new LogicExpression(
                    call.function() == ScalarFunction.AND, branches(call.arguments(), dictionaries));
            case CASE -> new CaseExpression(call.type(), branches(withCasts(call), dictionaries));
            case COALESCE -> new CoalesceExpression(call.type(), branches(withCasts(call), dictionaries));
            case IS_NULL, IS_NOT_NULL, IS_TRUE, IS_NOT_TRUE, IS_FALSE, IS_NOT_FALSE ->
                    new TruthTest(call.function(), compileFolded(call.arguments().getFirst(), dictionaries));
            case IS_DISTINCT_FROM, IS_NOT_DISTINCT_FROM, NULL_IF ->
                    EqualityExpression.of(call, compileAll(call.arguments(), dictionaries));
            case IN -> compileIn(call, dictionaries);
            default -> strict(call, compileAll(call.arguments(), dictionaries));
        };
    }

    private static CompiledExpression compileIn(Call call, boolean dictionaries) {
        List<Expression> arguments = call.arguments();
        Expression tested = arguments.getFirst();
        List<Expression> members = arguments.subList(1, arguments.size());
        if (members.stream().allMatch(member -> member instanceof Literal literal
                && (literal.value() == null || InExpression.accepts(tested.type(), literal.type())))) {
            return InExpression.of(
                    compileFolded(tested, dictionaries), members.stream().map(Literal.class::cast).toList());
        }
        List<Expression> equalities = members.stream()
                .map(member -> (Expression) new Call(ScalarFunction.EQUAL, List.of(tested, member), ColumnType.BOOLEAN))
                .toList();
        return compileCall(new Call(ScalarFunction.OR, equalities, ColumnType.BOOLEAN), dictionaries);
    }

    private static CompiledExpression strict(Call call, List<CompiledExpression> arguments) {
        return switch (call.function()) {
            case PLUS, MINUS, TIMES, DIVIDE, MODULO -> Arithmetic.binary(call, arguments);
            case NEGATE, ABS, SIGN -> Arithmetic.unary(call, arguments);
            case ROUND, TRUNCATE, FLOOR, CEILING -> Rounding.compile(call, arguments);
            case SQRT, EXP, LN, LOG10, POWER -> RealFunctions.compile(call, arguments);
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                    Comparisons.compile(call.function(), arguments);
            case NOT -> new StrictCall(call.type(), arguments, TruthTest::not);
            case GREATEST, LEAST -> Comparisons.extreme(call, arguments);
            case CAST, TRY_CAST -> Casts.compile(arguments.getFirst(), call.type(), call.function());
            case LIKE, STARTS_WITH, REGEXP_LIKE, CHARACTER_LENGTH, OCTET_LENGTH, POSITION ->
                    TextTests.compile(call, arguments);
            case SUBSTRING, UPPER, LOWER, CONCAT, TRIM_BOTH, TRIM_LEADING, TRIM_TRAILING, REPLACE, LEFT, RIGHT, REVERSE,
                    REPEAT, LPAD, RPAD, SPLIT_PART -> TextFunctions.compile(call, arguments);
            case EXTRACT, DATE_TRUNC, ADD_MONTHS, ADD_MICROS, TIMESTAMP_DIFF -> DateFunctions.compile(call, arguments);
            case ELEMENT_AT, STRUCT_FIELD, CARDINALITY -> NestedFunctions.compile(call, arguments);
            case AND, OR, CASE, COALESCE, IS_NULL, IS_NOT_NULL, IS_TRUE, IS_NOT_TRUE, IS_FALSE, IS_NOT_FALSE,
                    IS_DISTINCT_FROM, IS_NOT_DISTINCT_FROM, NULL_IF, IN ->
                    throw new IllegalStateException(call.function() + " is not strict");
        };
    }

    private static List<CompiledExpression> compileAll(List<Expression> expressions, boolean dictionaries) {
        return expressions.stream().map(expression -> compileFolded(expression, dictionaries)).toList();
    }

    /// The arguments of CASE or COALESCE, the values brought to the call's type.
    private static List<Expression> withCasts(Call call) {
        List<Expression> result = new ArrayList<>(call.arguments());
        for (int i = 0; i < result.size(); i++) {
            boolean condition = call.function() == ScalarFunction.CASE && i % 2 == 0 && i + 1 < result.size();
            if (!condition && !result.get(i).type().equals(call.type())) {
                Expression cast = new Call(ScalarFunction.CAST, List.of(result.get(i)), call.type());
                result.set(i, ConstantFolding.fold(cast));
            }
        }
        return result;
    }

    private static List<Branch> branches(List<Expression> expressions, boolean dictionaries) {
        return expressions.stream().map(expression -> new Branch(
                compileFolded(expression, dictionaries),
                References.of(expression).keySet().stream().mapToInt(Integer::intValue).toArray(),
                Totality.isTotal(expression))).toList();
    }
}
