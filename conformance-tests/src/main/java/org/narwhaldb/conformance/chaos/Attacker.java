package org.narwhaldb.conformance.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.narwhaldb.conformance.processes.NarwhalProcess;
import org.narwhaldb.conformance.processes.ProcessCluster;
import org.narwhaldb.conformance.processes.SmallDisks;
import org.narwhaldb.conformance.processes.Waiting;

/// Carries a schedule out: does, waits, undoes, and waits until the cluster is whole again; keeps how long that took.
final class Attacker {
    private static final Duration WHOLE = Duration.ofSeconds(60);

    private final ProcessCluster cluster;
    private final Tally tally;
    private final Map<String, Path> disks;
    private final Consumer<String> log;
    private final Map<String, List<Outcome>> outcomes = new TreeMap<>();

    /// @param disks folders that can be filled up, by target
    Attacker(ProcessCluster cluster, Tally tally, Map<String, Path> disks, Consumer<String> log) {
        this.cluster = cluster;
        this.tally = tally;
        this.disks = disks;
        this.log = log;
    }

    /// @param wholeAfterMillis from its begin to full service; negative: not within patience
    /// @param failedAttempts of queries since its begin; `unanswered` queries
    private record Outcome(long wholeAfterMillis, long failedAttempts, long unanswered) {}

    /// What was begun is undone.
    ///
    /// @param fits whether there is time for an attack of that length
    void run(List<Attack> attacks, ServiceProbe probe, Predicate<Duration> fits) {
        for (int index = 0; index < attacks.size(); index++) {
            Attack first = attacks.get(index);
            List<Attack> now = first.withNext() ? attacks.subList(index, index + 2) : List.of(first);
            index += now.size() - 1;
            Waiting.pause(first.quiet());
            Duration longest = now.stream().map(Attack::length).max(Duration::compareTo).orElseThrow();
            if (!fits.test(longest)) {
                return;
            }
            carryOut(now, probe);
            startWhatEnded();
        }
    }

    private void carryOut(List<Attack> attacks, ServiceProbe probe) {
        long begin = System.nanoTime();
        Tally.Attempts before = tally.attempts();
        List<Attack> open = new ArrayList<>();
        for (Attack attack : attacks) {
            if (begin(attack)) {
                log.accept("attack: " + attack);
                open.add(attack);
            }
        }
        open.sort(Comparator.comparing(Attack::length));
        for (Attack attack : open) {
            Waiting.pause(attack.length().minusNanos(System.nanoTime() - begin));
            end(attack);
        }
        if (open.isEmpty()) {
            return;
        }
        Instant healed = probe.now();
        String missing = probe.await(healed, WHOLE);
        long took = (System.nanoTime() - begin) / 1_000_000;
        Tally.Attempts after = tally.attempts();
        Outcome outcome = new Outcome(missing.isEmpty() ? took : -1, after.failed() - before.failed(),
                after.unanswered() - before.unanswered());
        String name = open.size() == 1 ? open.getFirst().name() : "two at once";
        outcomes.computeIfAbsent(name, _ -> new ArrayList<>()).add(outcome);
        log.accept("  %s after %.1f s; failed attempts %d, unanswered %d".formatted(
                missing.isEmpty() ? "whole" : "NOT whole (" + missing + ")", took / 1e3, outcome.failedAttempts(), outcome.unanswered()));
    }

    /// @return whether it can be done here
    private boolean begin(Attack attack) {
        if (attack.kind() == Attack.Kind.FILL) {
            if (!disks.containsKey(attack.target())) {
                return false;
            }
            SmallDisks.fill(disks.get(attack.target()));
        } else {
            NarwhalProcess process = cluster.process(attack.target());
            switch (attack.kind()) {
                case KILL -> process.kill();
                case PAUSE -> process.pause();
                default -> cluster.network().cut(process.name());
            }
        }
        return true;
    }

    private void end(Attack attack) {
        if (attack.kind() == Attack.Kind.FILL) {
            SmallDisks.free(disks.get(attack.target()));
        } else {
            NarwhalProcess process = cluster.process(attack.target());
            switch (attack.kind()) {
                case KILL -> process.start();
                case PAUSE -> process.resume();
                default -> cluster.network().mend(process.name());
            }
        }
    }

    /// Processes that ended by themselves are started again, which is told.
    void startWhatEnded() {
        for (NarwhalProcess process : cluster.all()) {
            if (!process.isAlive()) {
                log.accept("%s had ended by itself with %s".formatted(process, process.exitCode()));
                process.start();
            }
        }
    }

    List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add("%-26s %6s %22s %10s %16s %12s".formatted(
                "attack", "times", "full service after s", "longest", "failed attempts", "unanswered"));
        outcomes.forEach((name, all) -> {
            List<Long> millis = all.stream().map(Outcome::wholeAfterMillis).filter(took -> took >= 0).sorted().toList();
            long never = all.size() - millis.size();
            lines.add("%-26s %6d %22s %10s %16d %12d".formatted(name, all.size(),
                    millis.isEmpty() ? "-" : "%.1f".formatted(millis.get(millis.size() / 2) / 1e3),
                    never > 0 ? never + " never" : "%.1f".formatted(millis.getLast() / 1e3),
                    all.stream().mapToLong(Outcome::failedAttempts).sum(), all.stream().mapToLong(Outcome::unanswered).sum()));
        });
        return lines;
    }
}
