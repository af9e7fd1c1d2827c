package org.narwhaldb.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.narwhaldb.benchmarks.compare.Comparison;
import org.narwhaldb.benchmarks.compare.Referee;
import org.narwhaldb.benchmarks.compare.Referee.Verdict;
import org.narwhaldb.benchmarks.compare.Stopwatch;
import org.narwhaldb.benchmarks.engine.DuckDbEngine;
import org.narwhaldb.benchmarks.engine.Engine;
import org.narwhaldb.benchmarks.engine.NarwhalEngine;
import org.narwhaldb.benchmarks.query.BenchQuery;

/// Queries per second of many clients, each with a connection of its own and its next query as soon as the last one is answered.
/// The engines alternate; the first round of either is a warm-up.
final class ConcurrencyBench {
    private static final String SUITE = "concurrency";
    private static final int ROUNDS = 3;

    private final NarwhalEngine narwhal;
    private final Optional<DuckDbEngine> duckDb;
    private final double roundSeconds;

    ConcurrencyBench(NarwhalEngine narwhal, Optional<DuckDbEngine> duckDb, double roundSeconds) {
        this.narwhal = narwhal;
        this.duckDb = duckDb;
        this.roundSeconds = roundSeconds;
    }

    /// @param millis of each query
    /// @param seconds from the first to the last
    /// @param calls that the clients made
    private record Round(List<Double> millis, double seconds, long calls) {
        double perSecond() {
            return millis.size() / seconds;
        }

        double quantile(double share) {
            return Stopwatch.quantile(millis.stream().mapToDouble(Double::doubleValue).toArray(), share);
        }

        Round plus(Round other) {
            List<Double> all = new ArrayList<>(millis);
            all.addAll(other.millis);
            return new Round(all, seconds + other.seconds, calls + other.calls);
        }

        static Round none() {
            return new Round(List.of(), 0, 0);
        }
    }

    /// @param queries that the clients take in turn
    void run(String name, List<BenchQuery> queries, List<Integer> clientCounts, Comparison comparison) {
        Referee referee = new Referee(narwhal, duckDb);
        List<Verdict> verdicts = queries.stream().map(referee::check).toList();
        Optional<Verdict> bad = verdicts.stream().filter(verdict -> !verdict.same()).findFirst();
        if (bad.isPresent() && bad.get().failed()) {
            comparison.add(Comparison.Result.failed(SUITE, name, name, bad.get().note()));
            return;
        }
        List<String> ours = queries.stream().map(BenchQuery::narwhalSql).toList();
        List<String> theirs = queries.stream().map(BenchQuery::duckDbSql).toList();
        for (int clients : clientCounts) {
            Round narwhalRounds = Round.none();
            Round duckDbRounds = Round.none();
            for (int round = 0; round <= ROUNDS; round++) {
                Round one = round(clients, narwhal, ours, NarwhalEngine::calls);
                Round other = duckDb.isEmpty() ? Round.none() : round(clients, duckDb.get(), theirs, _ -> 0L);
                if (round > 0) {
                    narwhalRounds = narwhalRounds.plus(one);
                    duckDbRounds = duckDbRounds.plus(other);
                }
            }
            String note = describe("Narwhal", narwhalRounds) + String.format(Locale.ROOT, ", %.1f RPCs a query of the client",
                    (double) narwhalRounds.calls() / narwhalRounds.millis().size())
                    + (duckDb.isEmpty() ? "" : "; " + describe("DuckDB", duckDbRounds))
                    + bad.map(verdict -> "; " + verdict.note()).orElse("");
            comparison.add(new Comparison.Result(SUITE, name + "-" + clients, clients + " clients", narwhalRounds.millis().size(),
                    1_000 / narwhalRounds.perSecond(), duckDb.isEmpty() ? Double.NaN : 1_000 / duckDbRounds.perSecond(), bad.isEmpty(),
                    false, note));
        }
    }

    private static String describe(String engine, Round round) {
        return String.format(Locale.ROOT, "%s %.1f queries/s, p50 %.2f ms, p99 %.2f ms", engine, round.perSecond(), round.quantile(0.5),
                round.quantile(0.99));
    }

    @SuppressWarnings("unchecked")
    private <E extends Engine> Round round(int clients, E engine, List<String> queries, Function<E, Long> calls) {
        List<E> connections = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            for (int client = 0; client < clients; client++) {
                connections.add((E) engine.another());
            }
            long callsBefore = connections.stream().mapToLong(calls::apply).sum();
            CountDownLatch ready = new CountDownLatch(clients);
            List<Future<List<Double>>> running = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                E connection = connections.get(client);
                int first = client;
                running.add(threads.submit(() -> loop(connection, queries, first, ready)));
            }
            ready.await();
            long start = System.nanoTime();
            List<Double> millis = new ArrayList<>();
            for (Future<List<Double>> one : running) {
                millis.addAll(one.get());
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Round(millis, seconds, connections.stream().mapToLong(calls::apply).sum() - callsBefore);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("A client of %s failed: %s".formatted(engine.name(), e.getCause().getMessage()), e.getCause());
        } finally {
            connections.forEach(Engine::close);
        }
    }

    private List<Double> loop(Engine connection, List<String> queries, int first, CountDownLatch ready) throws InterruptedException {
        List<Double> millis = new ArrayList<>();
        ready.countDown();
        ready.await();
        long end = System.nanoTime() + (long) (roundSeconds * 1e9);
        for (int next = first; System.nanoTime() < end; next++) {
            String sql = queries.get(next % queries.size());
            millis.add(Stopwatch.time(() -> connection.drain(sql)));
        }
        return millis;
    }
}
