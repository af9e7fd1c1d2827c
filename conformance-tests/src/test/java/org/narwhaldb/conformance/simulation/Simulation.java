package org.narwhaldb.conformance.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/// Runs worlds, one after the other, each by its own seed, until so many steps have been done.
final class Simulation {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    /// A failure is replayed by the seed of its world, from its first step: short worlds are seen through.
    static final long WORLD_STEPS = 8_000;

    private Simulation() {}

    /// What one world came to.
    ///
    /// @param failure null if every invariant held
    record Outcome(long seed, long steps, long trace, long answers, long publications, long deletions, long loads, String errors,
            AssertionError failure) {}

    /// The first world's seed: the same each time, so that a build does not fail for what it did not change; `-Dnarwhal.seed=0`
    /// draws a new one, any other number gives it.
    static long seed() {
        long given = Long.getLong("narwhal.seed", 1);
        return given == 0 ? new SecureRandom().nextLong(1_000_000_000_000L) : given;
    }

    /// Worlds of consecutive seeds.
    ///
    /// @throws AssertionError naming the seed of the world in which an invariant broke, and how to see it again
    static void run(long steps, long firstSeed) {
        System.out.printf("Simulation of %d steps from seed %d%n", steps, firstSeed);
        long done = 0;
        long answers = 0;
        long publications = 0;
        long seed = firstSeed;
        for (; done < steps; seed++) {
            Outcome outcome = world(seed, Math.min(WORLD_STEPS, steps), Plant.NONE);
            done += outcome.steps;
            answers += outcome.answers;
            publications += outcome.publications;
            if (outcome.failure != null) {
                throw new AssertionError(("World of seed %d broke an invariant after %d steps. To see it again:"
                        + " mvn -pl conformance-tests -am test"
                        + " -Dtest=SimulationTest#every* -Dsurefire.failIfNoSpecifiedTests=false -Dnarwhal.seed=%d"
                        + " -Dnarwhal.simulation.verbose=true")
                        .formatted(seed, done, seed), outcome.failure);
            }
        }
        System.out.printf("Simulated %d steps in %d worlds: %d answers, %d publications%n", done, seed - firstSeed, answers, publications);
    }

    /// One world.
    ///
    /// @param steps while things go wrong; some more follow in which it must converge
    static Outcome world(long seed, long steps, Plant plant) {
        return run(seed, steps, plant, Boolean.getBoolean("narwhal.simulation.verbose"));
    }

    static Outcome run(long seed, long steps, Plant plant, boolean verbose) {
        Path directory = directory();
        try (World world = new World(seed, plant, directory)) {
            if (verbose) {
                world.loop.verbose();
            }
            Workload workload = new Workload(world);
            world.loop.run(steps);
            workload.settle();
            world.quiesce(Duration.ofSeconds(240));
            workload.checkConverged();
            world.checkLeftovers();
            Checker checker = world.checker;
            return new Outcome(seed, world.loop.steps(), world.loop.trace(), checker.answers, checker.publications, checker.deletions,
                    workload.loads, workload.errors.toString(), world.loop.failure());
        } finally {
            delete(directory);
        }
    }

    private static Path directory() {
        try {
            return Files.isWritable(SHARED_MEMORY) ? Files.createTempDirectory(SHARED_MEMORY, "narwhal-simulation")
                    : Files.createTempDirectory("narwhal-simulation");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
