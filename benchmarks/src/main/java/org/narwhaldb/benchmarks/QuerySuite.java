package org.narwhaldb.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.narwhaldb.benchmarks.compare.Comparison;
import org.narwhaldb.benchmarks.compare.Referee;
import org.narwhaldb.benchmarks.compare.Referee.Verdict;
import org.narwhaldb.benchmarks.compare.Stopwatch;
import org.narwhaldb.benchmarks.engine.DuckDbEngine;
import org.narwhaldb.benchmarks.engine.NarwhalEngine;
import org.narwhaldb.benchmarks.query.BenchQuery;

/// Runs a suite's queries: first every query once on either engine, with the answers compared; then query by query, the engines
/// alternating, warm-ups and timed runs; then the answer once more, so that what was timed is still right.
final class QuerySuite {
    private final String suite;
    private final NarwhalEngine narwhal;
    private final Optional<DuckDbEngine> duckDb;
    private final Referee referee;
    private final Stopwatch stopwatch;
    private final Consumer<String> say;

    QuerySuite(String suite, NarwhalEngine narwhal, Optional<DuckDbEngine> duckDb, Stopwatch stopwatch, Consumer<String> say) {
        this.suite = suite;
        this.narwhal = narwhal;
        this.duckDb = duckDb;
        this.referee = new Referee(narwhal, duckDb);
        this.stopwatch = stopwatch;
        this.say = say;
    }

    void run(List<BenchQuery> queries, Comparison comparison) {
        List<Verdict> verdicts = new ArrayList<>();
        for (BenchQuery query : queries) {
            verdicts.add(referee.check(query));
            if (!verdicts.getLast().same()) {
                say.accept("  %s: %s".formatted(query.name(), verdicts.getLast().note()));
            }
        }
        stopwatch.warmUp(IntStream.range(0, queries.size()).filter(index -> !verdicts.get(index).failed())
                .mapToObj(queries::get).flatMap(query -> pieces(query).stream()).toList());
        for (int index = 0; index < queries.size(); index++) {
            Verdict verdict = verdicts.get(index);
            comparison.add(verdict.failed()
                    ? Comparison.Result.failed(suite, queries.get(index).name(), queries.get(index).queryClass(), verdict.note())
                    : time(queries.get(index), verdict));
        }
    }

    private List<Runnable> pieces(BenchQuery query) {
        List<Runnable> pieces = new ArrayList<>(List.of(() -> narwhal.drain(query.narwhalSql())));
        duckDb.ifPresent(engine -> pieces.add(() -> engine.drain(query.duckDbSql())));
        return pieces;
    }

    private Comparison.Result time(BenchQuery query, Verdict before) {
        try {
            double[] medians = stopwatch.medians(pieces(query));
            Verdict after = referee.check(query);
            Verdict worse = before.same() ? after : before;
            return new Comparison.Result(suite, query.name(), query.queryClass(), after.rows(), medians[0],
                    medians.length > 1 ? medians[1] : Double.NaN, worse.same(), worse.failed(), worse.note());
        } catch (RuntimeException e) {
            return Comparison.Result.failed(suite, query.name(), query.queryClass(), String.valueOf(e.getMessage()));
        }
    }
}
