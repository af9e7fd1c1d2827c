package org.narwhaldb.conformance.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.narwhaldb.conformance.processes.Waiting;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.ErrorKind;
import org.narwhaldb.segment.error.NarwhalException;

/// Asks at a fixed rate, however slowly answers come: a query that waits keeps no other from being asked. A client
/// gives an attempt four seconds, and tries again, on a new connection if the last one was lost or said nothing, until
/// ten seconds are over. It takes only errors for temporary whose type says so: of kind EXTERNAL or RESOURCE.
final class Questioner implements AutoCloseable {
    static final Duration QUERY = Duration.ofSeconds(10);
    private static final Duration ATTEMPT = Duration.ofSeconds(4);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final String GROUPS = "groups";
    private static final int SESSIONS_MAX = 150;
    /// Then it connects anew, so that the balancer can spread what a killed front end left behind.
    private static final int QUERIES_OF_A_CONNECTION = 40;

    private final Checker checker;
    private final List<Checker.FactTable> tables;
    private final Door door;
    private final boolean counted;
    private final Tally tally;
    private final Consumer<String> finding;
    private final BlockingQueue<Session> idle = new LinkedBlockingQueue<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().name("client-", 0).factory());

    /// @param counted whether a query that is not answered counts: a front end that is away cannot answer
    /// @param finding told of every answer that is not right
    Questioner(Checker checker, List<Checker.FactTable> tables, Door door, boolean counted, Tally tally, Consumer<String> finding) {
        this.checker = checker;
        this.tables = tables;
        this.door = door;
        this.counted = counted;
        this.tally = tally;
        this.finding = finding;
    }

    /// Asks until the deadline, by System.nanoTime.
    void run(RandomGenerator random, double perSecond, long deadline) {
        long interval = (long) (1e9 / perSecond);
        long next = System.nanoTime();
        while (next - deadline < 0) {
            Waiting.pause(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
            Session session = session();
            if (session != null) {
                Shape shape = Shape.values()[random.nextInt(Shape.values().length)];
                int table = random.nextInt(tables.size());
                boolean anew = random.nextInt(QUERIES_OF_A_CONNECTION) == 0;
                threads.execute(() -> {
                    if (anew) {
                        session.disconnect();
                    }
                    ask(session, shape, tables.get(table));
                    idle.add(session);
                });
            }
            next += interval;
        }
    }

    /// Some clients that ask one query after the other: so many, and then as long as it says.
    void askInTurn(RandomGenerator random, int queries, int clients, BooleanSupplier goesOn) {
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService few = Executors.newFixedThreadPool(clients)) {
            for (int client = 0; client < clients; client++) {
                Random own = new Random(random.nextLong());
                few.execute(() -> {
                    for (int query = next.getAndIncrement(); query < queries || goesOn.getAsBoolean(); query = next.getAndIncrement()) {
                        Session session = session();
                        ask(session, Shape.values()[query % Shape.values().length], tables.get(own.nextInt(tables.size())));
                        idle.add(session);
                    }
                });
            }
        }
    }

    /// The one that was idle longest; waits for one when there are too many already.
    private Session session() {
        Session session = idle.poll();
        if (session == null && sessions.get() < SESSIONS_MAX) {
            sessions.incrementAndGet();
            return door.open();
        }
        try {
            return session != null ? session : idle.poll(QUERY.toSeconds() * 2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private void ask(Session session, Shape shape, Checker.FactTable table) {
        long begin = System.nanoTime();
        NarwhalException last = null;
        int attempts = 0;
        for (Duration left = QUERY; left.isPositive(); left = QUERY.minusNanos(System.nanoTime() - begin)) {
            attempts++;
            try {
                Verdict verdict = attempt(session, shape, table, left.compareTo(ATTEMPT) < 0 ? left : ATTEMPT);
                if (counted) {
                    tally.query(verdict, attempts, (System.nanoTime() - begin) / 1_000_000);
                } else {
                    tally.aside(verdict);
                }
                return;
            } catch (NarwhalException e) {
                last = e;
                if (counted) {
                    tally.failedAttempt(e);
                }
                if (!isWorthAnotherTry(session, e)) {
                    break;
                }
            }
        }
        if (counted) {
            tally.query(null, attempts, 0);
            tally.unanswered(last);
        }
    }

    private static boolean isWorthAnotherTry(Session session, NarwhalException error) {
        if (error.code().kind() != ErrorKind.EXTERNAL && error.code().kind() != ErrorKind.RESOURCE) {
            return false;
        }
        if (error.code() == ErrorCode.SERVER_UNREACHABLE || error.code() == ErrorCode.SERVER_STOPPING
                || error.code() == ErrorCode.QUERY_TIMEOUT) {
            session.disconnect();
        }
        Waiting.pause(PAUSE);
        return true;
    }

    private Verdict attempt(Session session, Shape shape, Checker.FactTable table, Duration limit) {
        // what must be seen stands before the query begins
        int epoch = door.epoch();
        Checker.Question question = checker.ask(shape, table, door.seen(epoch, table.name()), door.seen(epoch, GROUPS));
        Checker.Question elsewhere = checker.ask(shape, table, 0, 0);
        List<List<Object>> answer = session.query(question.sql(), limit);
        boolean sameProcess = epoch == door.epoch();
        Verdict verdict = checker.judge(sameProcess ? question : elsewhere, answer);
        if (!verdict.isRight()) {
            finding.accept("%s by %s: %s".formatted(verdict.kind(), door, verdict.reason()));
        } else if (sameProcess) {
            door.sees(epoch, table.name(), verdict.factState());
            if (shape == Shape.JOINED) {
                door.sees(epoch, GROUPS, verdict.groupState());
            }
        }
        return verdict;
    }

    /// Lets what was asked come to its end.
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(QUERY.toSeconds() * 3, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        for (Session session = idle.poll(); session != null; session = idle.poll()) {
            session.close();
        }
    }
}
