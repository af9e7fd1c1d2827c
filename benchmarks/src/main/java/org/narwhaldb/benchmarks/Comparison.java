package org.narwhaldb.benchmarks;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Medians of two engines on one query, and how a suite of them is printed.
final class Comparison {
    private static final double RATIO_MAX = 30;

    private Comparison() {}

    /// @param queryClass what the query exercises
    /// @param same whether both gave the same answer
    record Result(String query, String queryClass, long rows, double narwhalMillis, double duckDbMillis, boolean same) {
        /// Above 1, Narwhal is faster.
        double ratio() {
            return Math.min(RATIO_MAX, duckDbMillis / narwhalMillis);
        }
    }

    static double median(double[] samples) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static void print(String suite, List<Result> results, PrintStream out) {
        out.println("suite\tquery\tclass\trows\tnarwhal_ms\tduckdb_ms\tratio\tsame");
        for (Result result : results) {
            out.printf(Locale.ROOT, "%s\t%s\t%s\t%d\t%.2f\t%.2f\t%.3f\t%s%n", suite, result.query(), result.queryClass(), result.rows(),
                    result.narwhalMillis(), result.duckDbMillis(), result.ratio(), result.same() ? "yes" : "no");
        }
        double logarithms = results.stream().mapToDouble(result -> Math.log(result.ratio())).average().orElse(0);
        out.printf(Locale.ROOT, "# geometric mean %.3f, smallest %.3f, wrong answers %d%n", Math.exp(logarithms),
                results.stream().mapToDouble(Result::ratio).min().orElse(0), results.stream().filter(result -> !result.same()).count());
        out.flush();
    }
}
