package org.narwhaldb.engine.expression;

import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.execution.FragmentExecutor.ColumnBounds;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.InputReference;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.error.NarwhalException;

/// Whether a predicate may be true for some row of which only column bounds are known. Never wrongly false; what it
/// does not understand may be true. It asks of each part whether it may be TRUE, and whether it may be FALSE, which
/// carries NOT through three-valued logic.
///
/// Bounds are taken at their word: a column of doubles that holds NaN has NaN as its upper bound, in the order of
/// [ValueOrder].
public final class PredicatePruning {
    private final ColumnBounds bounds;

    private PredicatePruning(ColumnBounds bounds) {
        this.bounds = bounds;
    }

    public static boolean mayMatch(Expression predicate, ColumnBounds bounds) {
        return new PredicatePruning(bounds).mayBe(true, predicate);
    }

    /// Whether the predicate is true for every row, and raises nothing; never wrongly so. False says nothing.
    public static boolean mustMatch(Expression predicate, ColumnBounds bounds) {
        return Totality.isTotal(predicate) && new PredicatePruning(bounds).mustBe(true, predicate);
    }

    /// Whether the expression has the truth value for every row: not the other one, and not NULL.
    private boolean mustBe(boolean truth, Expression expression) {
        if (!(expression instanceof Call call)) {
            return expression instanceof Literal literal && literal.value() instanceof Boolean value && value == truth;
        }
        List<Expression> arguments = call.arguments();
        return switch (call.function()) {
            case AND -> truth ? arguments.stream().allMatch(part -> mustBe(true, part))
                    : arguments.stream().anyMatch(part -> mustBe(false, part));
            case OR -> truth ? arguments.stream().anyMatch(part -> mustBe(true, part))
                    : arguments.stream().allMatch(part -> mustBe(false, part));
            case NOT -> mustBe(!truth, arguments.getFirst());
            case IS_NULL, IS_NOT_NULL -> !mayBe(!truth, call);
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, IN ->
                    arguments.stream().allMatch(this::isNeverNull) && !mayBe(!truth, call);
            default -> false;
        };
    }

    private boolean isNeverNull(Expression expression) {
        ValueRange range = range(expression);
        return range != null && !range.mayBeNull();
    }

    /// Whether the expression may have the truth value for some row.
    private boolean mayBe(boolean truth, Expression expression) {
        return switch (expression) {
            case Literal literal -> literal.value() instanceof Boolean value && value == truth;
            case InputReference reference -> compare(ScalarFunction.EQUAL, true,
                    reference, new Literal(truth, ColumnType.BOOLEAN));
            case Call call -> mayBe(truth, call);
        };
    }

    private boolean mayBe(boolean truth, Call call) {
        List<Expression> arguments = call.arguments();
        return switch (call.function()) {
            case AND -> truth ? all(true, arguments) : any(false, arguments);
            case OR -> truth ? any(true, arguments) : all(false, arguments);
            case NOT -> mayBe(!truth, arguments.getFirst());
            case IS_TRUE -> !truth || mayBe(true, arguments.getFirst());
            case IS_NOT_TRUE -> truth || mayBe(true, arguments.getFirst());
            case IS_FALSE -> !truth || mayBe(false, arguments.getFirst());
            case IS_NOT_FALSE -> truth || mayBe(false, arguments.getFirst());
            case IS_NULL -> isNull(truth, arguments.getFirst());
            case IS_NOT_NULL -> isNull(!truth, arguments.getFirst());
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                    compare(call.function(), truth, arguments.get(0), arguments.get(1));
            case IS_NOT_DISTINCT_FROM -> !truth || mayBeSame(arguments.get(0), arguments.get(1));
            case IS_DISTINCT_FROM -> truth || mayBeSame(arguments.get(0), arguments.get(1));
            case IN -> in(truth, arguments);
            case LIKE -> !truth || mayBeLike(arguments);
            case STARTS_WITH -> !truth || mayStartWith(arguments.get(0), literalBytes(arguments.get(1)));
            default -> true;
        };
    }

    private boolean all(boolean truth, List<Expression> parts) {
        return parts.stream().allMatch(part -> mayBe(truth, part));
    }

    private boolean any(boolean truth, List<Expression> parts) {
        return parts.stream().anyMatch(part -> mayBe(truth, part));
    }

    private boolean isNull(boolean truth, Expression expression) {
        ValueRange range = range(expression);
        return range == null || (truth ? range.mayBeNull() : !range.allNull());
    }

    private boolean compare(ScalarFunction function, boolean truth, Expression left, Expression right) {
        ValueRange a = range(left);
        ValueRange b = range(right);
        if ((a != null && a.allNull()) || (b != null && b.allNull())) {
            return false;
        }
        if (a == null || b == null || !ValueRange.areComparable(a, b)) {
            return true;
        }
        return switch (function) {
            case EQUAL -> truth ? ValueRange.mayBeEqual(a, b) : ValueRange.mayDiffer(a, b);
            case NOT_EQUAL -> truth ? ValueRange.mayDiffer(a, b) : ValueRange.mayBeEqual(a, b);
            case LESS -> truth ? ValueRange.mayBeLess(a, b) : ValueRange.mayBeLessOrEqual(b, a);
            case LESS_OR_EQUAL -> truth ? ValueRange.mayBeLessOrEqual(a, b) : ValueRange.mayBeLess(b, a);
            case GREATER -> truth ? ValueRange.mayBeLess(b, a) : ValueRange.mayBeLessOrEqual(a, b);
            case GREATER_OR_EQUAL -> truth ? ValueRange.mayBeLessOrEqual(b, a) : ValueRange.mayBeLess(a, b);
            default -> throw new IllegalArgumentException(function + " is no comparison");
        };
    }

    private boolean mayBeSame(Expression left, Expression right) {
        ValueRange a = range(left);
        ValueRange b = range(right);
        return a == null || b == null || (a.mayBeNull() && b.mayBeNull())
                || compare(ScalarFunction.EQUAL, true, left, right);
    }

    private boolean in(boolean truth, List<Expression> arguments) {
        Expression tested = arguments.getFirst();
        List<Expression> members = arguments.subList(1, arguments.size());
        return truth
                ? members.stream().anyMatch(member -> compare(ScalarFunction.EQUAL, true, tested, member))
                : members.stream().allMatch(member -> compare(ScalarFunction.EQUAL, false, tested, member));
    }

    private boolean mayBeLike(List<Expression> arguments) {
        byte[] pattern = literalBytes(arguments.get(1));
        byte[] escape = arguments.size() > 2 ? literalBytes(arguments.get(2)) : null;
        if (pattern == null || (arguments.size() > 2 && escape == null)) {
            return true;
        }
        try {
            return mayStartWith(arguments.getFirst(), LikeMatcher.compile(pattern, escape).prefix());
        } catch (NarwhalException _) {
            return true;
        }
    }

    private static byte[] literalBytes(Expression expression) {
        return expression instanceof Literal literal && literal.value() instanceof byte[] bytes ? bytes : null;
    }

    /// Texts with the prefix lie between it and the first text that is above all of them.
    private boolean mayStartWith(Expression text, byte[] prefix) {
        ValueRange range = range(text);
        if (prefix == null || range == null || range.type().physical() != Physical.BYTES) {
            return true;
        }
        if (range.allNull()) {
            return false;
        }
        byte[] min = (byte[]) range.min();
        byte[] max = (byte[]) range.max();
        boolean belowPrefix = max != null && Arrays.compareUnsigned(max, prefix) < 0;
        boolean abovePrefix = min != null && Arrays.compareUnsigned(min, prefix) > 0
                && !Utf8.startsWith(min, 0, min.length, prefix, 0, prefix.length);
        return !belowPrefix && !abovePrefix;
    }

    /// What values the expression may have; null = unknown.
    private ValueRange range(Expression expression) {
        return switch (expression) {
            case Literal(Object value, ColumnType type) ->
                    new ValueRange(type, value, value, value == null, value == null);
            case InputReference(int index, ColumnType type) -> ValueRange.of(bounds.bounds(index), type);
            case Call call -> monotoneRange(call);
        };
    }

    /// The range of a call that never falls as its one varying argument rises: the calls on its bounds.
    private ValueRange monotoneRange(Call call) {
        int varying = Monotonicity.varyingArgument(call);
        ValueRange range = varying < 0 ? null : range(call.arguments().get(varying));
        if (range == null) {
            return null;
        }
        if (range.allNull()) {
            return new ValueRange(call.type(), null, null, true, true);
        }
        try {
            return new ValueRange(call.type(), image(call, varying, range.min()), image(call, varying, range.max()),
                    range.mayBeNull(), false);
        } catch (NarwhalException _) {
            return null;
        }
    }

    private static Object image(Call call, int varying, Object bound) {
        if (bound == null) {
            return null;
        }
        Expression[] arguments = call.arguments().toArray(Expression[]::new);
        arguments[varying] = new Literal(bound, arguments[varying].type());
        return ConstantEvaluator.evaluate(new Call(call.function(), List.of(arguments), call.type()));
    }
}
