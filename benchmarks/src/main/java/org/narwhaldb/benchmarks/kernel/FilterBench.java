package org.narwhaldb.benchmarks.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.Filters;
import org.narwhaldb.engine.kernel.KernelWarmUp;
import org.narwhaldb.engine.kernel.RowIds;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Filters over a mapped file, in ns a row: divide the bytes of a row by it for GB/s. `blocks` decides where the data
/// stands: one block in the L2 cache, 256 (16.8 million rows) in memory, where values are of 4 bytes or more.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(FilterBench.ROWS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FilterBench {
    /// Rows that an invocation asks, whatever the number of blocks that they lie in.
    static final int ROWS = 1 << 24;
    private static final int BLOCK = 1 << 16;

    @Param({"1", "256"})
    public int blocks;

    @Param({"true", "false"})
    public boolean vectors;

    private final long[] bitmap = new long[Bitmaps.WORDS];
    private final int[] rows = new int[BLOCK + RowIds.SLACK];
    private final byte[] table = new byte[256];
    private final long[] set = new long[Filters.SET_U16_WORDS];
    private final int[] few = {3, 99, 150, 20_000};
    private Arena arena;
    private MemorySegment data;

    @Setup
    public void map() throws IOException {
        if (vectors) {
            KernelWarmUp.skip();
        }
        SplittableRandom random = new SplittableRandom(1);
        Path file = Files.createTempFile("narwhal-bench", null);
        arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            byte[] bytes = new byte[BLOCK * Long.BYTES];
            for (int block = 0; block < blocks; block++) {
                random.nextBytes(bytes);
                channel.write(ByteBuffer.wrap(bytes));
            }
            data = channel.map(FileChannel.MapMode.READ_ONLY, 0, (long) blocks * bytes.length, arena);
        }
        Files.delete(file);
        for (int code = 0; code < table.length; code += 3) {
            table[code] = -1;
        }
        for (int word = 0; word < set.length; word++) {
            set[word] = random.nextLong();
        }
    }

    @TearDown
    public void unmap() {
        arena.close();
    }

    /// Of block `turn` of the invocation.
    private long at(int turn, int width) {
        return (long) (turn % blocks) * BLOCK * width;
    }

    @Benchmark
    public long equalU8() {
        long sum = 0;
        for (int turn = 0; turn < ROWS / BLOCK; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.rangeU8(data, at(turn, 1), BLOCK, 7, 0, false, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    public long rangeU8() {
        long sum = 0;
        for (int turn = 0; turn < ROWS / BLOCK; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.rangeU8(data, at(turn, 1), BLOCK, 7, 70, false, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    public long setU8() {
        long sum = 0;
        for (int turn = 0; turn < ROWS / BLOCK; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.setU8(data, at(turn, 1), BLOCK, table, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    public long rangeU16() {
        long sum = 0;
        for (int turn = 0; turn < ROWS / BLOCK; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.rangeU16(data, at(turn, 2), BLOCK, 7, 20_000, false, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    public long anyU16() {
        long sum = 0;
        for (int turn = 0; turn < ROWS / BLOCK; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.anyU16(data, at(turn, 2), BLOCK, few, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    public long setU16() {
        long sum = 0;
        for (int turn = 0; turn < ROWS / BLOCK; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.setU16(data, at(turn, 2), BLOCK, set, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    public long rangeU32() {
        long sum = 0;
        for (int turn = 0; turn < ROWS / BLOCK; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.rangeU32(data, at(turn, 4), BLOCK, 7, 1 << 30, false, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    public long rangeI64() {
        long sum = 0;
        for (int turn = 0; turn < ROWS / BLOCK; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.rangeI64(data, at(turn, 8), BLOCK, 7, 1L << 62, false, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    public long rangeF64() {
        long sum = 0;
        for (int turn = 0; turn < ROWS / BLOCK; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.rangeF64(data, at(turn, 8), BLOCK, 7, 1L << 62, false, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    /// Of rows selected by half the values of a byte.
    @Benchmark
    public long rowIdsHalf() {
        long sum = 0;
        Arrays.fill(bitmap, 0x5555_AAAA_1212_FEDCL);
        for (int turn = 0; turn < ROWS / BLOCK; turn++) {
            sum += RowIds.of(bitmap, 0, Bitmaps.WORDS, rows);
        }
        return sum;
    }

    /// The machine's own limit: a sum of the block's longs, of which each counts as one row.
    @Benchmark
    public long machineLimitI64() {
        long sum = 0;
        for (int turn = 0; turn < ROWS / BLOCK; turn++) {
            sum += MachineLimit.sum(data, at(turn, 8), BLOCK);
        }
        return sum;
    }
}
