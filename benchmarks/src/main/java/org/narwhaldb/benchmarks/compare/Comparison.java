package org.narwhaldb.benchmarks.compare;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The results of one suite as TSV, each line as soon as it is known, and their summary as lines that begin with `#`.
public final class Comparison {
    private static final double RATIO_MAX = 30;
    private static final String STATISTICS = "statistics";

    private final PrintStream out;
    private final List<Result> results = new ArrayList<>();

    /// @param queryClass what the query exercises
    /// @param rows of the answer
    /// @param duckDbMillis NaN if it was not run
    /// @param same whether Narwhal's answer is right; false if there is none
    /// @param failed whether Narwhal refused the query or broke off
    /// @param note what went wrong, or the errors of an approximate answer; may be empty
    public record Result(
            String suite, String query, String queryClass, long rows, double narwhalMillis, double duckDbMillis, boolean same,
                    boolean failed,
            String note) {

        public static Result failed(String suite, String query, String queryClass, String reason) {
            return new Result(suite, query, queryClass, 0, Double.NaN, Double.NaN, false, true, reason);
        }

        /// Above 1, Narwhal is faster; counted as at most 30.
        double ratio() {
            return Math.min(RATIO_MAX, duckDbMillis / narwhalMillis);
        }

        boolean counts() {
            return !Double.isNaN(ratio());
        }
    }

    public Comparison(PrintStream out) {
        this.out = out;
        out.println("suite\tquery\tclass\trows\tnarwhal_ms\tduckdb_ms\tratio\tsame");
    }

    public void add(Result result) {
        results.add(result);
        out.printf(Locale.ROOT, "%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s%n", result.suite(), result.query(), result.queryClass(), result.rows(),
                number(result.narwhalMillis()), number(result.duckDbMillis()), number(result.ratio()), result.same() ? "yes" : "no");
        if (!result.note().isEmpty()) {
            out.println("# " + result.query() + ": " + result.note().replaceAll("\\s+", " "));
        }
        out.flush();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
    }

    /// Prints means and counts; returns whether all answers were right.
    public boolean summarize() {
        Map<String, List<Result>> classes = results.stream().filter(Result::counts)
                .collect(Collectors.groupingBy(Result::queryClass, LinkedHashMap::new, Collectors.toList()));
        classes.forEach((name, members) -> out.printf(Locale.ROOT, "# class %s: geometric mean %.3f of %d%n", name,
                geometricMean(members), members.size()));
        out.printf(Locale.ROOT, "# geometric mean %.3f, without statistics-only answers %.3f%n", geometricMean(_ -> true),
                geometricMean(result -> !result.queryClass().equals(STATISTICS)));
        results.stream().filter(Result::counts).min((one, other) -> Double.compare(one.ratio(), other.ratio())).ifPresent(smallest ->
                out.printf(Locale.ROOT, "# smallest ratio %.3f (%s)%n", smallest.ratio(), smallest.query()));
        long wrong = results.stream().filter(result -> !result.same() && !result.failed()).count();
        long failed = results.stream().filter(Result::failed).count();
        out.printf(Locale.ROOT, "# %d queries, %d wrong answers, %d without an answer%n", results.size(), wrong, failed);
        out.flush();
        return wrong == 0 && failed == 0;
    }

    private double geometricMean(Predicate<Result> members) {
        return geometricMean(results.stream().filter(Result::counts).filter(members).toList());
    }

    private static double geometricMean(List<Result> members) {
        return Math.exp(members.stream().mapToDouble(result -> Math.log(result.ratio())).average().orElse(Double.NaN));
    }
}
