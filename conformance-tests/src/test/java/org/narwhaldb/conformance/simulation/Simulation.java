package org.narwhaldb.conformance.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/// Runs worlds, one after the other, each by its own seed, until so many steps have been done.
final class Simulation {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private Simulation() {}

    /// What one world came to.
    ///
    /// @param failure null if every invariant held
    record Outcome(long seed, long steps, long trace, long answers, long publications, long deletions, long loads, String errors,
            AssertionError failure) {}

    /// @param steps of the world while things go wrong; some more follow in which it must converge
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
