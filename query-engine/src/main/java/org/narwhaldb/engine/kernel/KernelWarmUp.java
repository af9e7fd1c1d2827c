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
/// and only then takes over from its scalar twin. About a second in all; run it beside the rest of a process' start.
///
/// The blocks are mapped from a file as segments are, since compiled code that has seen only another kind of memory is
/// thrown away when it meets the first segment. The first calls are short, as a call costs a thousand times more until then.
public final class KernelWarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(KernelWarmUp.class);
    private static final int BLOCK_BYTES = Segment.BLOCK_ROWS * Long.BYTES;
    private static final int SHORT_ROWS = 1_600;
    /// The compiler's own thresholds are 600 calls with 15,000 rounds of loops.
    private static final int SHORT_CALLS = 1_000;
    private static final int FAST_CALLS = 3;
    private static final long FAST_NANOS_PER_BLOCK = 200_000;
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    private KernelWarmUp() {}

    /// A kernel and a call of what it has on the Vector API, on so many rows.
    record Exercise(Kernel kernel, IntConsumer call) {}

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

    /// Starts it in the background.
    public static void start() {
        VectorSupport.log();
        if (VectorSupport.isAvailable()) {
            Thread.ofPlatform().daemon().name("kernel-warm-up").start(KernelWarmUp::run);
        }
    }

    /// All kernels are used as they are from now on, compiled or not: for tests and benchmarks.
    public static void skip() {
        if (VectorSupport.isAvailable()) {
            all(new Blocks(MemorySegment.ofArray(new byte[0]), new long[0]))
                    .forEach(exercise -> exercise.kernel().useVectors());
        }
    }

    static void run() {
        long begin = System.nanoTime();
        try (Arena arena = Arena.ofShared()) {
            Blocks blocks = new Blocks(map(arena), new long[Bitmaps.WORDS]);
            List<String> slow = new ArrayList<>();
            for (Exercise exercise : all(blocks)) {
                if (isFastAfterExercise(exercise, blocks)) {
                    exercise.kernel().useVectors();
                } else {
                    slow.add(exercise.kernel().name());
                }
            }
            LOG.info("Kernels are warm after [{}] ms; without vectors stay [{}]", (System.nanoTime() - begin) / 1_000_000,
                    slow);
        }
    }

    private static List<Exercise> all(Blocks blocks) {
        List<Exercise> all = new ArrayList<>(FilterExercises.of(blocks));
        return List.copyOf(all);
    }

    private static boolean isFastAfterExercise(Exercise exercise, Blocks blocks) {
        for (int call = 0; call < SHORT_CALLS; call++) {
            blocks.select(call);
            exercise.call().accept(SHORT_ROWS);
        }
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        int fast = 0;
        for (int call = 0; fast < FAST_CALLS; call++) {
            blocks.select(call);
            long begin = System.nanoTime();
            exercise.call().accept(Segment.BLOCK_ROWS);
            long end = System.nanoTime();
            fast = end - begin < FAST_NANOS_PER_BLOCK ? fast + 1 : 0;
            if (end > deadline) {
                return false;
            }
        }
        return true;
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
