package org.narwhaldb.engine.scan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.InputReference;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;

/// Turns a predicate into the tests of one segment. NOT is pushed down to where it can be asked: every part is compiled
/// for the truth value that it has to have, TRUE or FALSE, and a NULL is neither.
final class FilterCompiler {
    private final Segment segment;
    private final ScanColumn[] columns;
    private final QueryContext context;
    private final NumberTests numbers;
    private final DictionaryTests dictionaries;

    FilterCompiler(Segment segment, ScanColumn[] columns, Reservation reservation, QueryContext context) {
        this.segment = segment;
        this.columns = columns;
        this.context = context;
        numbers = new NumberTests(segment, columns);
        dictionaries = new DictionaryTests(segment, columns, reservation, context);
    }

    /// Tests that all have to pass, in the order to ask them. What can be found out at once comes first; statistics then tell
    /// how many rows are left for the rest, and whether asking dictionaries pays.
    List<BlockTest> compileAll(List<Expression> conjuncts) {
        List<BlockTest> tests = new ArrayList<>(conjuncts.stream().map(conjunct -> compile(conjunct, true)).toList());
        if (tests.stream().anyMatch(FilterCompiler::isDear)) {
            dictionaries.rows(rowsLeft(tests.stream().filter(test -> !isDear(test)).toList()));
            for (int index = 0; index < tests.size(); index++) {
                if (isDear(tests.get(index))) {
                    tests.set(index, compile(conjuncts.get(index), true));
                }
            }
        }
        return inOrder(tests);
    }

    private static boolean isDear(BlockTest test) {
        return test.cost() >= ExpressionTest.COST;
    }

    private long rowsLeft(List<BlockTest> tests) {
        long rows = 0;
        for (int block = 0; block < segment.blockCount(); block++) {
            int number = block;
            boolean isOut = tests.stream().anyMatch(test -> test.verdict(number) == BlockTest.Verdict.NONE);
            rows += isOut ? 0 : segment.blockRowCount(block);
        }
        return rows;
    }

    private BlockTest compile(Expression expression, boolean truth) {
        BlockTest test = switch (expression) {
            case Literal(Object value, _) -> new LogicTests.Constant(value instanceof Boolean flag && flag == truth);
            case InputReference(int index, _) -> columns[index].stored() == null ? null
                    : new BooleanTest(segment, columns[index].stored(), truth);
            case Call call -> compile(call, truth);
        };
        if (test != null) {
            return test;
        }
        return new ExpressionTest(truth ? expression
                : new Call(ScalarFunction.NOT, List.of(expression), ColumnType.BOOLEAN), columns, context);
    }

    /// Null if only the expression itself will do.
    private BlockTest compile(Call call, boolean truth) {
        BlockTest test = dictionaries.compile(call, truth);
        test = test != null ? test : TextTest.of(segment, columns, call, truth);
        if (test != null) {
            return test;
        }
        List<Expression> arguments = call.arguments();
        Expression first = arguments.isEmpty() ? null : arguments.getFirst();
        return switch (call.function()) {
            case AND -> logic(arguments, truth, truth);
            case OR -> logic(arguments, truth, !truth);
            case NOT -> compile(first, !truth);
            case IS_TRUE -> not(compile(first, true), !truth);
            case IS_NOT_TRUE -> not(compile(first, true), truth);
            case IS_FALSE -> not(compile(first, false), !truth);
            case IS_NOT_FALSE -> not(compile(first, false), truth);
            case IS_NULL -> nullTest(first, truth);
            case IS_NOT_NULL -> nullTest(first, !truth);
            case CASE -> choice(arguments, 0, truth);
            case EQUAL, NOT_EQUAL -> first.type().physical() == Physical.BOOLEAN
                    ? flag(call.function() == ScalarFunction.EQUAL, first, arguments.getLast(), truth)
                    : numbers.compare(call.function(), first, arguments.getLast(), !truth);
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                    numbers.compare(call.function(), first, arguments.getLast(), !truth);
            case IN -> numbers.in(arguments, !truth);
            default -> null;
        };
    }

    private BlockTest logic(List<Expression> parts, boolean truth, boolean isConjunction) {
        List<BlockTest> tests = parts.stream().map(part -> compile(part, truth)).toList();
        return isConjunction ? all(tests)
                : new LogicTests.Or(tests.stream().sorted(Comparator.comparingInt(BlockTest::cost)).toList());
    }

    private BlockTest all(List<BlockTest> tests) {
        List<BlockTest> ordered = inOrder(tests);
        return ordered.size() == 1 ? ordered.getFirst() : new LogicTests.And(ordered);
    }

    /// A truth value that is, or is not, a literal's: the other side has to be TRUE, or has to be FALSE.
    private BlockTest flag(boolean isEqual, Expression left, Expression right, boolean truth) {
        if (left instanceof Literal && !(right instanceof Literal)) {
            return flag(isEqual, right, left, truth);
        }
        if (!(right instanceof Literal(Object value, _))) {
            return null;
        }
        return value == null ? new LogicTests.Constant(false) : compile(left, value.equals(isEqual) == truth);
    }

    private static BlockTest not(BlockTest test, boolean negate) {
        return negate ? new LogicTests.Not(test) : test;
    }

    private BlockTest nullTest(Expression tested, boolean isNull) {
        return tested instanceof InputReference(int index, _) && columns[index].stored() != null
                ? new NullTest(segment, columns[index].stored(), isNull) : null;
    }

    /// (condition, value, …, otherwise): the first condition that is true decides.
    private BlockTest choice(List<Expression> arguments, int at, boolean truth) {
        if (at == arguments.size() - 1) {
            return compile(arguments.get(at), truth);
        }
        BlockTest taken = new LogicTests.And(List.of(
                compile(arguments.get(at), true), compile(arguments.get(at + 1), truth)));
        BlockTest passed = new LogicTests.And(List.of(
                new LogicTests.Not(compile(arguments.get(at), true)), choice(arguments, at + 2, truth)));
        return new LogicTests.Or(List.of(taken, passed));
    }

    /// Merges what asks one column twice, and sorts the cheapest first. The sort is stable: an expression that may raise is
    /// not asked before those the query wrote ahead of it.
    private static List<BlockTest> inOrder(List<BlockTest> tests) {
        List<BlockTest> merged = new ArrayList<>();
        for (BlockTest test : tests) {
            BlockTest left = test;
            for (int index = 0; index < merged.size() && left != null; index++) {
                BlockTest both = merge(merged.get(index), left);
                if (both != null) {
                    merged.set(index, both);
                    left = null;
                }
            }
            if (left != null) {
                merged.add(left);
            }
        }
        merged.sort(Comparator.comparingInt(BlockTest::cost));
        return List.copyOf(merged);
    }

    private static BlockTest merge(BlockTest left, BlockTest right) {
        if (left instanceof LongRangeTest a && right instanceof LongRangeTest b) {
            return a.and(b);
        }
        if (left instanceof DoubleRangeTest a && right instanceof DoubleRangeTest b) {
            return a.and(b);
        }
        return left instanceof CodeTest a && right instanceof CodeTest b ? a.and(b) : null;
    }

    /// The physical column behind a reference, null if its stored values are not to be asked.
    static SegmentColumn stored(Expression expression, ScanColumn[] columns, Physical... physicals) {
        if (!(expression instanceof InputReference(int index, _)) || columns[index].stored() == null) {
            return null;
        }
        SegmentColumn column = columns[index].stored();
        return List.of(physicals).contains(column.field().type().physical()) ? column : null;
    }
}
