package org.narwhaldb.conformance.simulation;

import java.time.Duration;
import java.util.function.Consumer;

/// What goes wrong, how often. Each world draws its own mixture, so that some are calm in one way and wild in another
/// ("Swarm Testing", Groce et al., ISSTA 2012).
final class Faults {
    /// What starves a process rarely does so once.
    private static final double PAUSES_AGAIN = 20;

    private final Loop loop;
    private boolean on = true;
    private Consumer<SimulatedProcess> killer = process -> { };
    private final double kill;
    private final double pause;
    private final double slow;
    final double lostRequest;
    final double lostAnswer;
    final double doubled;
    final double refused;
    final double damaged;
    final double cutShort;

    /// @param plant whose occasions must not be left to chance altogether
    Faults(Loop loop, Plant plant) {
        this.loop = loop;
        kill = rate(1 / 3_000.0, 1 / 600.0);
        pause = rate(1 / 2_000.0, 1 / 400.0);
        slow = rate(0.005, 0.05);
        lostRequest = rate(0.002, 0.02);
        lostAnswer = rate(0.002, 0.02);
        doubled = plant.forgetsLoadIds() ? 0.1 : rate(0.01, 0.1);
        refused = rate(0.002, 0.02);
        damaged = rate(0.01, 0.05);
        cutShort = plant.ignoresTrailer() ? 0.2 : rate(0.01, 0.1);
    }

    private double rate(double some, double many) {
        return switch (loop.below(4)) {
            case 0 -> 0;
            case 1, 2 -> some;
            default -> many;
        };
    }

    void killer(Consumer<SimulatedProcess> hook) {
        killer = hook;
    }

    void stop() {
        on = false;
    }

    boolean on() {
        return on;
    }

    boolean chance(double probability) {
        return on && loop.chance(probability);
    }

    /// Pauses or kills the process that takes a step, if so drawn.
    void strike(SimulatedProcess process) {
        if (!on || process.name().startsWith("client")) {
            return;
        }
        if (loop.chance(kill)) {
            killer.accept(process);
        } else if (loop.chance(process.hasJustGoneOn() ? pause * PAUSES_AGAIN : pause)) {
            process.suspend(pauseTime());
        }
    }

    private Duration pauseTime() {
        return switch (loop.below(10)) {
            case 0 -> loop.between(60_000, 300_000);
            case 1, 2, 3, 4 -> loop.between(3_000, 40_000);
            default -> loop.between(50, 3_000);
        };
    }

    Duration delay() {
        if (on && loop.chance(slow)) {
            return loop.below(20) == 0 ? loop.between(1_000, 15_000) : loop.between(5, 500);
        }
        return loop.below(4) == 0 ? Duration.ZERO : loop.between(0, 2);
    }
}
