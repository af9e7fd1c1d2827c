package org.narwhaldb.benchmarks.compare;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.narwhaldb.benchmarks.engine.Answer;
import org.narwhaldb.benchmarks.query.BenchQuery;

/// Holds Narwhal's answer against DuckDB's, or an approximate one against the exact answer and the bound.
public final class Answers {
    private Answers() {}

    /// What is different first; empty if the answers are the same.
    public static Optional<String> difference(Answer ours, Answer theirs, boolean ordered) {
        if (ours.rows().size() != theirs.rows().size()) {
            return Optional.of("%d rows instead of %d".formatted(ours.rows().size(), theirs.rows().size()));
        }
        if (ours.columns().size() != theirs.columns().size()) {
            return Optional.of("columns %s instead of %s".formatted(ours.columns(), theirs.columns()));
        }
        List<List<Object>> left = ordered ? ours.rows() : sorted(ours);
        List<List<Object>> right = ordered ? theirs.rows() : sorted(theirs);
        for (int row = 0; row < left.size(); row++) {
            for (int column = 0; column < left.get(row).size(); column++) {
                if (!Values.same(left.get(row).get(column), right.get(row).get(column))) {
                    return Optional.of("row %d, column %s: [%s] instead of [%s]".formatted(
                            row, ours.columns().get(column), left.get(row).get(column), right.get(row).get(column)));
                }
            }
        }
        return Optional.empty();
    }

    /// An approximate answer: its other columns are exact, and each approximate value lies within the bounds that the exact answer names.
    ///
    /// @param exact columns of the answer and, for each approximate one, `x_low` and `x_high`
    public static Optional<String> outOfBounds(BenchQuery query, Answer answer, Answer exact) {
        if (answer.rows().size() != exact.rows().size()) {
            return Optional.of("%d rows instead of %d".formatted(answer.rows().size(), exact.rows().size()));
        }
        for (int row = 0; row < answer.rows().size(); row++) {
            for (int column = 0; column < answer.columns().size(); column++) {
                String name = answer.columns().get(column);
                Object value = answer.rows().get(row).get(column);
                boolean fits = query.approximate().contains(name)
                        ? within(value, value(exact, row, name + "_low"), value(exact, row, name + "_high"))
                        : Values.same(value, value(exact, row, name));
                if (!fits) {
                    return Optional.of("row %d, column %s: [%s], exactly [%s]".formatted(row, name, value, value(exact, row, name)));
                }
            }
        }
        return Optional.empty();
    }

    /// The largest relative error of the approximate columns.
    public static double error(BenchQuery query, Answer answer, Answer exact) {
        double error = 0;
        for (int row = 0; row < Math.min(answer.rows().size(), exact.rows().size()); row++) {
            for (String name : query.approximate()) {
                if (value(answer, row, name) instanceof Number value && value(exact, row, name) instanceof Number truth) {
                    double difference = Math.abs(value.doubleValue() - truth.doubleValue());
                    error = Math.max(error, difference == 0 ? 0 : difference / Math.abs(truth.doubleValue()));
                }
            }
        }
        return error;
    }

    private static boolean within(Object value, Object low, Object high) {
        return value instanceof Number number && low instanceof Number least && high instanceof Number most
                ? number.doubleValue() >= least.doubleValue() && number.doubleValue() <= most.doubleValue()
                : value == null && low == null;
    }

    private static Object value(Answer answer, int row, String column) {
        return answer.rows().get(row).get(answer.columns().indexOf(column));
    }

    /// By texts first; numbers only by their whole parts, so that a last digit does not decide the order.
    private static List<List<Object>> sorted(Answer answer) {
        Comparator<List<Object>> texts = Comparator.comparing(row ->
                row.stream().map(value -> value instanceof Number ? "" : String.valueOf(value)).toList().toString());
        Comparator<List<Object>> numbers = Comparator.comparing(row ->
                row.stream().map(value -> value instanceof Number number ? String.format(Locale.ROOT, "%025.2f", number.doubleValue()) : "")
                        .toList().toString());
        return answer.rows().stream().sorted(texts.thenComparing(numbers)).toList();
    }
}
