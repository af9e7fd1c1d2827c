package org.narwhaldb.conformance.chaos;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.narwhaldb.segment.error.NarwhalException;

/// Counts what came of the queries. Thread-safe.
final class Tally {
    private static final int FINDINGS_MAX = 20;

    private long queries;
    private long answered;
    private long retried;
    private final Map<Verdict.Kind, Long> verdicts = new EnumMap<>(Verdict.Kind.class);
    private final Map<String, Long> failedAttempts = new TreeMap<>();
    private final Map<String, Long> unanswered = new TreeMap<>();
    private final Map<String, String> firstMessages = new TreeMap<>();
    private final List<String> findings = new ArrayList<>();
    private final List<Long> millis = new ArrayList<>();
    private long lost;

    /// A query is over.
    ///
    /// @param verdict null if there was no answer
    synchronized void query(Verdict verdict, int attempts, long tookMillis) {
        queries++;
        if (attempts > 1) {
            retried++;
        }
        if (verdict != null) {
            verdicts.merge(verdict.kind(), 1L, Long::sum);
            if (verdict.isRight()) {
                answered++;
                millis.add(tookMillis);
            }
        }
    }

    /// An answer that is not counted among the queries, but must be right all the same.
    synchronized void aside(Verdict verdict) {
        verdicts.merge(verdict.kind(), 1L, Long::sum);
    }

    synchronized void failedAttempt(NarwhalException error) {
        failedAttempts.merge(name(error), 1L, Long::sum);
        firstMessages.putIfAbsent(name(error), error.getMessage());
    }

    synchronized void unanswered(NarwhalException last) {
        unanswered.merge(name(last), 1L, Long::sum);
    }

    record Attempts(long failed, long unanswered) {}

    synchronized Attempts attempts() {
        return new Attempts(failedAttempts.values().stream().mapToLong(Long::longValue).sum(),
                unanswered.values().stream().mapToLong(Long::longValue).sum());
    }

    private static String name(NarwhalException error) {
        return "%s %s".formatted(error.sqlState(), error.code());
    }

    /// @return whether it is among those that are kept
    synchronized boolean finding(String text) {
        if (findings.size() < FINDINGS_MAX) {
            findings.add(text);
            return true;
        }
        return false;
    }

    /// What an end of the run found missing, there twice, or otherwise.
    synchronized void remains(long rowsLost, long rowsDoubled, long rowsWrong) {
        lost += rowsLost;
        verdicts.merge(Verdict.Kind.DOUBLED, rowsDoubled, Long::sum);
        verdicts.merge(Verdict.Kind.WRONG, rowsWrong, Long::sum);
    }

    synchronized long queries() {
        return queries;
    }

    synchronized long answered() {
        return answered;
    }

    synchronized boolean isClean() {
        return lost + wrong() + count(Verdict.Kind.SHORT) + count(Verdict.Kind.DOUBLED) == 0;
    }

    private long wrong() {
        return count(Verdict.Kind.WRONG) + count(Verdict.Kind.OLD);
    }

    private long count(Verdict.Kind kind) {
        return verdicts.getOrDefault(kind, 0L);
    }

    /// The last line of a run.
    synchronized String line() {
        return "queries=%d answered=%d wrong=%d short=%d doubled=%d lost=%d availability=%.2f%%".formatted(queries, answered,
                wrong(), count(Verdict.Kind.SHORT), count(Verdict.Kind.DOUBLED), lost,
                queries == 0 ? 0 : Math.floor(answered * 10_000.0 / queries) / 100);
    }

    synchronized List<String> errorTable() {
        List<String> lines = new ArrayList<>();
        lines.add("%-32s %10s %12s  %s".formatted("error", "attempts", "unanswered", "the first one"));
        failedAttempts.forEach((name, count) -> lines.add("%-32s %10d %12d  %s".formatted(
                name, count, unanswered.getOrDefault(name, 0L), oneLine(firstMessages.get(name)))));
        return lines;
    }

    private static String oneLine(String text) {
        String line = String.valueOf(text).replace('\n', ' ');
        return line.length() <= 160 ? line : line.substring(0, 160) + " [...]";
    }

    synchronized String times() {
        List<Long> sorted = millis.stream().sorted().toList();
        String old = count(Verdict.Kind.OLD) == 0 ? "" : "; %d of the wrong answers were right before: too old"
                .formatted(count(Verdict.Kind.OLD));
        String times = "answered queries took ms: median %d, 99 %% %d, most %d; %d of %d queries needed another attempt";
        return sorted.isEmpty() ? "no query was answered" : times.formatted(
                sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 99 / 100), sorted.getLast(), retried, queries) + old;
    }
}
