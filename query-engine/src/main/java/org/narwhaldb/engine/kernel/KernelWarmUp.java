package org.narwhaldb.engine.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.narwhaldb.segment.Segment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gets the kernels compiled before queries need them: each runs on made-up blocks until the JIT compiler has done with it,
/// and only then takes over from its scalar twin. Three seconds of processor time in all, most of it the compiler's.
///
/// The blocks are mapped from a file as segments are, since compiled code that has seen only another kind of memory is
/// thrown away when it meets the first segment. The first calls are short, as a call costs a thousand times more until then.
public final class KernelWarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(KernelWarmUp.class);
    private static final int BLOCK_BYTES = Segment.BLOCK_ROWS * Long.BYTES;
    private static final int SHORT_ROWS = 2_048;
    /// The compiler's own thresholds are 600 calls with 15,000 rounds of loops.
    private static final int SHORT_CALLS = 1_000;
    /// What has not been compiled takes tens of milliseconds.
    private static final long FAST_NANOS_PER_BLOCK = 150_000;
    private static final int ROUNDS_MAX = 20;
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    private KernelWarmUp() {}

    /// A kernel and a call of each method that it has on the Vector API, on so many rows.
    record Exercise(Kernel kernel, List<IntConsumer> calls) {
        Exercise(Kernel kernel, IntConsumer call) {
            this(kernel, List.of(call));
        }
    }

    /// Blocks to exercise on.
    ///
    /// @param data of any values, mapped, with room for a block of longs
    record Blocks(MemorySegment data, long[] bitmap) {
        /// All rows, some or few, as calls go by.
        void select(int call) {
            int step = call % 3;
            for (int word = 0; word < bitmap.length; word++) {
                bitmap[word] = step == 0 ? -1 : step == 1 ? 0x5A5A_0F0F_1234_8001L : word % 64 == 0 ? 1 : 0;
            }
        }
    }

    /// All kernels are used as they are from now on, compiled or not: for tests and benchmarks.
    public static void skip() {
        if (VectorSupport.isAvailable()) {
            all(new Blocks(MemorySegment.ofArray(new byte[0]), new long[0]))
                    .forEach(exercise -> exercise.kernel().useVectors());
        }
    }

    /// Returns when all kernels are compiled, or have had their time; those that need more get it in the background.
    public static void run() {
        VectorSupport.log();
        if (!VectorSupport.isAvailable()) {
            return;
        }
        long begin = System.nanoTime();
        Arena arena = Arena.ofShared();
        Blocks blocks = new Blocks(map(arena), new long[Bitmaps.WORDS]);
        List<Exercise> slow = exercise(all(blocks), blocks);
        LOG.info("Kernels are warm after [{}] ms; still without vectors are [{}]", (System.nanoTime() - begin) / 1_000_000,
                slow.stream().map(exercise -> exercise.kernel().name()).toList());
        if (slow.isEmpty()) {
            arena.close();
        } else {
            Thread.ofPlatform().daemon().name("kernel-warm-up").start(() -> insist(slow, blocks, arena));
        }
    }

    private static void insist(List<Exercise> exercises, Blocks blocks, Arena arena) {
        List<Exercise> slow = exercises;
        for (int round = 0; round < ROUNDS_MAX && !slow.isEmpty(); round++) {
            slow = exercise(slow, blocks);
        }
        slow.forEach(exercise -> LOG.warn("Kernel [{}] stays without vectors", exercise.kernel().name()));
        arena.close();
    }

    /// Switches those over that have become fast; returns the others.
    private static List<Exercise> exercise(List<Exercise> exercises, Blocks blocks) {
        List<Exercise> slow = new ArrayList<>();
        for (Exercise exercise : exercises) {
            if (exercise.calls().stream().allMatch(call -> isFastAfterExercise(call, blocks))) {
                exercise.kernel().useVectors();
            } else {
                slow.add(exercise);
            }
        }
        return slow;
    }

    private static List<Exercise> all(Blocks blocks) {
        List<Exercise> all = new ArrayList<>(FilterExercises.of(blocks));
        all.addAll(GroupExercises.of(blocks));
        return List.copyOf(all);
    }

    private static boolean isFastAfterExercise(IntConsumer exercise, Blocks blocks) {
        for (int call = 0; call < SHORT_CALLS; call++) {
            blocks.select(call);
            exercise.accept(SHORT_ROWS);
        }
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        for (int call = 0; ; call++) {
            blocks.select(call);
            long begin = System.nanoTime();
            exercise.accept(Segment.BLOCK_ROWS);
            long end = System.nanoTime();
            if (end - begin < FAST_NANOS_PER_BLOCK) {
                return true;
            }
            if (end > deadline) {
                return false;
            }
        }
    }

    private static MemorySegment map(Arena arena) {
        try {
            Path file = Files.createTempFile("narwhal-kernels", null);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                byte[] bytes = new byte[BLOCK_BYTES];
                new SplittableRandom(1).nextBytes(bytes);
                channel.write(ByteBuffer.wrap(bytes));
                return channel.map(FileChannel.MapMode.READ_ONLY, 0, BLOCK_BYTES, arena);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot map a temporary file to warm the kernels up", e);
        }
    }
}
