package org.narwhaldb.engine.scan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.expression.CompiledExpression;
import org.narwhaldb.engine.expression.ExpressionCompiler;
import org.narwhaldb.engine.expression.Selection;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.InputReference;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentDictionary;
import org.narwhaldb.segment.error.NarwhalException;

/// Predicates over one dictionary-coded column, as sets of codes. Comparisons with literals and LIKE with a prefix are
/// looked up, as the dictionary is sorted; everything else is asked of each distinct value instead of each row.
final class DictionaryTests {
    private final Segment segment;
    private final ScanColumn[] columns;
    private final Reservation reservation;
    private final QueryContext context;
    private long rows;

    DictionaryTests(Segment segment, ScanColumn[] columns, Reservation reservation, QueryContext context) {
        this.segment = segment;
        this.columns = columns;
        this.reservation = reservation;
        this.context = context;
    }

    /// How many rows there are to ask: a dictionary of more values is not asked instead.
    void rows(long toAsk) {
        rows = toAsk;
    }

    /// Null if the predicate is of another kind, is dearer to ask of the dictionary than of the rows, or fails on some
    /// value, which perhaps no live row has.
    BlockTest compile(Call call, boolean truth) {
        List<Integer> referenced = new ArrayList<>();
        Expression expression = ScanShape.renumber(call, referenced);
        if (referenced.size() != 1) {
            return null;
        }
        ScanColumn column = columns[referenced.getFirst()];
        SegmentDictionary dictionary = column.dictionary();
        boolean isNullTest = call.function() == ScalarFunction.IS_NULL || call.function() == ScalarFunction.IS_NOT_NULL;
        if (dictionary == null || isNullTest && call.arguments().getFirst() instanceof InputReference) {
            return null;
        }
        CodeSet set = newSet(dictionary.size());
        Boolean isLookedUp = lookUp((Call) expression, truth, dictionary, set);
        if (isLookedUp != null) {
            if (!isLookedUp) {
                release(set);
                return new LogicTests.Constant(false);
            }
            return new CodeTest(segment, column.stored(), set.finish(), false);
        }
        if (dictionary.size() > rows) {
            release(set);
            return null;
        }
        byte[] contained = contained((Call) expression);
        if (contained != null) {
            DictionaryWalk.addContaining(contained, dictionary, set, context);
            if (!truth) {
                set.invert();
            }
            return new CodeTest(segment, column.stored(), set.finish(), false);
        }
        Expression asked = truth ? expression : new Call(ScalarFunction.NOT, List.of(expression), ColumnType.BOOLEAN);
        try {
            boolean passesNull = ask(asked, column, set);
            return new CodeTest(segment, column.stored(), set.finish(), passesNull);
        } catch (NarwhalException e) {
            context.check();
            release(set);
            return null;
        }
    }

    private void release(CodeSet set) {
        reservation.shrink(CodeSet.bytes(set.size()));
    }

    private CodeSet newSet(int size) {
        reservation.grow(CodeSet.bytes(size));
        return new CodeSet(size);
    }

    private boolean ask(Expression asked, ScanColumn column, CodeSet set) {
        DictionaryWalk.run(set.size(), context, () -> {
            CompiledExpression compiled = ExpressionCompiler.compile(asked);
            int[] selected = new int[Batch.ROWS_MAX];
            return (from, to) -> {
                for (int first = from; first < to; first += Batch.ROWS_MAX) {
                    int count = Math.min(Batch.ROWS_MAX, to - first);
                    Batch entries = new Batch(count, List.of(column.entries(first, count)));
                    int found = Selection.select(compiled.evaluate(entries), count, selected);
                    for (int index = 0; index < found; index++) {
                        set.add(first + selected[index]);
                    }
                }
            };
        });
        Batch nothing = new Batch(1, List.of(Columns.constant(null, ColumnType.STRING, 1)));
        return Selection.select(ExpressionCompiler.compile(asked).evaluate(nothing), 1, new int[Batch.ROWS_MAX]) == 1;
    }

    /// Adds what matches to the set; false if nothing ever does, null if the call is not of a kind that can be looked up.
    private static Boolean lookUp(Call call, boolean truth, SegmentDictionary dictionary, CodeSet set) {
        List<Expression> arguments = call.arguments();
        if (arguments.size() < 2 || !(arguments.getFirst() instanceof InputReference)
                || !arguments.subList(1, arguments.size()).stream().allMatch(DictionaryTests::isText)) {
            return null;
        }
        List<Expression> literals = arguments.subList(1, arguments.size());
        boolean hasNull = literals.stream().anyMatch(literal -> ((Literal) literal).value() == null);
        boolean isIn = call.function() == ScalarFunction.IN;
        if (hasNull && !(isIn && truth)) {
            return isIn || isComparison(call.function()) ? false : null;
        }
        byte[] value = (byte[]) ((Literal) literals.getFirst()).value();
        switch (call.function()) {
            case EQUAL, NOT_EQUAL -> add(value, dictionary, set);
            case LESS, GREATER_OR_EQUAL -> set.addRange(0, insertion(value, dictionary));
            case LESS_OR_EQUAL, GREATER -> set.addRange(0, insertion(successor(value), dictionary));
            case IN -> literals.forEach(literal -> add((byte[]) ((Literal) literal).value(), dictionary, set));
            case STARTS_WITH -> addPrefix(value, dictionary, set);
            case LIKE -> {
                byte[] prefix = literals.size() == 1 ? prefix(value) : null;
                if (prefix == null) {
                    return null;
                }
                addPrefix(prefix, dictionary, set);
            }
            default -> {
                return null;
            }
        }
        boolean isInverse = switch (call.function()) {
            case NOT_EQUAL, GREATER_OR_EQUAL, GREATER -> true;
            default -> false;
        };
        if (isInverse == truth) {
            set.invert();
        }
        return true;
    }

    /// The text that a LIKE asks for anywhere in the value; null if the call asks for anything else.
    private static byte[] contained(Call call) {
        return call.function() == ScalarFunction.LIKE && call.arguments().size() == 2
                && call.arguments().getFirst() instanceof InputReference
                && call.arguments().getLast() instanceof Literal(byte[] pattern, _) ? contained(pattern) : null;
    }

    /// The text between the `%` that the pattern starts and ends with; null if there is none, or more to it.
    static byte[] contained(byte[] pattern) {
        byte[] prefix = pattern.length > 2 && pattern[0] == '%'
                ? prefix(Arrays.copyOfRange(pattern, 1, pattern.length)) : null;
        return prefix == null || prefix.length == 0 ? null : prefix;
    }

    private static boolean isText(Expression expression) {
        return expression instanceof Literal literal && literal.type().physical() == Physical.BYTES;
    }

    private static boolean isComparison(ScalarFunction function) {
        return switch (function) {
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> true;
            default -> false;
        };
    }

    private static void add(byte[] value, SegmentDictionary dictionary, CodeSet set) {
        int code = value == null ? -1 : dictionary.find(value);
        if (code >= 0) {
            set.add(code);
        }
    }

    /// How many values are less.
    private static int insertion(byte[] value, SegmentDictionary dictionary) {
        int code = dictionary.find(value);
        return code >= 0 ? code : -code - 1;
    }

    /// The next larger byte string of all.
    private static byte[] successor(byte[] value) {
        return Arrays.copyOf(value, value.length + 1);
    }

    private static void addPrefix(byte[] prefix, SegmentDictionary dictionary, CodeSet set) {
        int end = prefix.length;
        while (end > 0 && prefix[end - 1] == -1) {
            end--;
        }
        int to = dictionary.size();
        if (end > 0) {
            byte[] above = Arrays.copyOf(prefix, end);
            above[end - 1]++;
            to = insertion(above, dictionary);
        }
        set.addRange(insertion(prefix, dictionary), to);
    }

    /// The text before the `%` that ends the pattern; null if the pattern asks for anything else.
    static byte[] prefix(byte[] pattern) {
        int end = pattern.length;
        while (end > 0 && pattern[end - 1] == '%') {
            end--;
        }
        for (int index = 0; index < end; index++) {
            if (pattern[index] == '%' || pattern[index] == '_') {
                return null;
            }
        }
        return end == pattern.length ? null : Arrays.copyOf(pattern, end);
    }
}
