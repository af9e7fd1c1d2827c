package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.expression.Selection;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.SegmentDictionary;
import org.narwhaldb.segment.error.NarwhalException;

/// A conjunct over one dictionary-coded column of one segment, asked once of each distinct value instead of once a row.
/// Equality with literals does not even ask: it looks the literals up.
///
/// @param column scan column
/// @param matches by code
/// @param matchesNull whether it holds for NULL
record DictionaryFilter(int column, boolean[] matches, boolean matchesNull) {

    /// Null if the conjunct cannot be asked that way: it fails on some value, which perhaps no live row has.
    static DictionaryFilter of(ScanShape.Conjunct conjunct, ScanColumn column, QueryScratch scratch) {
        SegmentDictionary dictionary = column.dictionary();
        scratch.reservation().grow(dictionary.size());
        boolean[] matches = new boolean[dictionary.size()];
        List<Expression.Literal> literals = literals(conjunct.expression());
        if (literals != null) {
            for (Expression.Literal literal : literals) {
                int code = literal.value() == null ? -1 : dictionary.find((byte[]) literal.value());
                if (code >= 0) {
                    matches[code] = true;
                }
            }
            return new DictionaryFilter(conjunct.columns()[0], matches, false);
        }
        try {
            return new DictionaryFilter(conjunct.columns()[0], matches, ask(conjunct, column, matches, scratch));
        } catch (NarwhalException e) {
            scratch.context().check();
            return null;
        }
    }

    private static boolean ask(ScanShape.Conjunct conjunct, ScanColumn column, boolean[] matches,
            QueryScratch scratch) {
        int[] selected = scratch.selected();
        for (int from = 0; from < matches.length; from += Batch.ROWS_MAX) {
            scratch.context().check();
            int count = Math.min(Batch.ROWS_MAX, matches.length - from);
            Batch entries = new Batch(count, List.of(column.entries(from, count)));
            int found = Selection.select(conjunct.compiled().evaluate(entries), count, selected);
            for (int index = 0; index < found; index++) {
                matches[from + selected[index]] = true;
            }
        }
        Expression.InputReference reference = reference(conjunct.expression());
        Batch nothing = new Batch(1, List.of(Columns.constant(null, reference.type(), 1)));
        return Selection.select(conjunct.compiled().evaluate(nothing), 1, selected) == 1;
    }

    private static Expression.InputReference reference(Expression expression) {
        return switch (expression) {
            case Expression.InputReference reference -> reference;
            case Expression.Literal _ -> null;
            case Expression.Call call -> {
                for (Expression argument : call.arguments()) {
                    Expression.InputReference reference = reference(argument);
                    if (reference != null) {
                        yield reference;
                    }
                }
                yield null;
            }
        };
    }

    /// The literals of `column = literal` and `column IN (literals)`, else null.
    private static List<Expression.Literal> literals(Expression expression) {
        if (!(expression instanceof Expression.Call(ScalarFunction function, List<Expression> arguments, _))) {
            return null;
        }
        boolean isEquality = function == ScalarFunction.EQUAL || function == ScalarFunction.IN;
        if (!isEquality || !(arguments.getFirst() instanceof Expression.InputReference)) {
            return null;
        }
        List<Expression> values = arguments.subList(1, arguments.size());
        return values.stream().allMatch(value -> value instanceof Expression.Literal)
                ? values.stream().map(value -> (Expression.Literal) value).toList()
                : null;
    }

    boolean isNever() {
        if (matchesNull) {
            return false;
        }
        for (boolean match : matches) {
            if (match) {
                return false;
            }
        }
        return true;
    }

    /// Keeps of the `count` rows in `selected` (null: of the first `count`) those that match; writes them to `target`.
    int filter(int[] codes, boolean[] nulls, int[] selected, int count, int[] target) {
        int kept = 0;
        for (int index = 0; index < count; index++) {
            int row = selected == null ? index : selected[index];
            target[kept] = row;
            boolean match = nulls != null && nulls[row] ? matchesNull : matches[codes[row]];
            kept += match ? 1 : 0;
        }
        return kept;
    }
}
