package org.narwhaldb.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.segment.error.NarwhalException;

/// Clients that ask the same queries over and over, each on a connection of its own, and hold every answer against the right one.
final class QueryLoop implements AutoCloseable {
    private final String url;
    private final List<Question> questions;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicLong longestMillis = new AtomicLong();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    /// @param rows that every answer must have, as text
    record Question(String sql, String rows) {}

    QueryLoop(String url, int clients, List<Question> questions) {
        this.url = url;
        this.questions = questions;
        for (int number = 0; number < clients; number++) {
            threads.add(Thread.ofPlatform().daemon().name("client-" + number).start(this::run));
        }
    }

    private void run() {
        try (NarwhalClient client = NarwhalClient.connect(url)) {
            for (int number = 0; !stopped; number++) {
                ask(client, questions.get(number % questions.size()));
            }
        }
    }

    private void ask(NarwhalClient client, Question question) {
        long begun = System.nanoTime();
        try {
            String rows = Rows.of(client, question.sql()).rows().toString();
            if (rows.equals(question.rows())) {
                answered.incrementAndGet();
            } else {
                wrong.add("%s: %s and not %s".formatted(question.sql(), rows, question.rows()));
            }
        } catch (NarwhalException e) {
            errors.add(e.code() + ": " + e.getMessage());
        } catch (RuntimeException e) {
            errors.add("UNTYPED: " + e);
        }
        longestMillis.accumulateAndGet((System.nanoTime() - begun) / 1_000_000, Math::max);
    }

    int answered() {
        return answered.get();
    }

    List<String> wrong() {
        return List.copyOf(wrong);
    }

    List<String> errors() {
        return List.copyOf(errors);
    }

    long longestMillis() {
        return longestMillis.get();
    }

    @Override
    public String toString() {
        return "answered=%d errors=%d wrong=%d longest=%d ms; %s %s".formatted(
                answered(), errors.size(), wrong.size(), longestMillis(), wrong, errors);
    }

    /// Returns when each client has ended its last query.
    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
