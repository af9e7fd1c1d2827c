package org.narwhaldb.benchmarks.kernel;

import java.util.concurrent.TimeUnit;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.PackedFilters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Filters over bit-packed codes of 3, 6, 11 and 17 bits, and unpacking them, in ns a row.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(MappedBlocks.ROWS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PackedBench {
    private static final int BLOCK = MappedBlocks.BLOCK;
    private static final int WORDS = PackedFilters.GROUP_WORDS;
    private static final int GROUP_ROWS = WORDS * Long.SIZE;
    private static final int GROUPS = BLOCK / GROUP_ROWS;

    private final long[] bitmap = new long[Bitmaps.WORDS];
    private final long[] found = new long[WORDS];
    private final int[] numbers = new int[GROUP_ROWS];
    private final byte[] table = new byte[256];
    private final int[] values = {3, 99, 150, 1_200};

    @Setup
    public void fill() {
        for (int code = 0; code < table.length; code += 3) {
            table[code] = -1;
        }
    }

    private static long at(MappedBlocks mapped, int turn, int width, int group) {
        return mapped.at(turn, 1) * width / Byte.SIZE + (long) group * GROUP_ROWS * width / Byte.SIZE;
    }

    @Benchmark
    @BytesPerRow(0.375)
    public long range3(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            for (int group = 0; group < GROUPS; group++) {
                PackedFilters.range(mapped.data(), at(mapped, turn, 3, group), 3, 2, 3, false, bitmap, group * WORDS);
            }
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(0.375)
    public long set3(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            for (int group = 0; group < GROUPS; group++) {
                PackedFilters.set(mapped.data(), at(mapped, turn, 3, group), 3, table, bitmap, group * WORDS);
            }
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(0.375)
    public long unpack3(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            for (int group = 0; group < GROUPS; group++) {
                PackedFilters.unpack(mapped.data(), at(mapped, turn, 3, group), 3, numbers, 0);
            }
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(0.75)
    public long range6(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            for (int group = 0; group < GROUPS; group++) {
                PackedFilters.range(mapped.data(), at(mapped, turn, 6, group), 6, 2, 3, false, bitmap, group * WORDS);
            }
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(0.75)
    public long set6(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            for (int group = 0; group < GROUPS; group++) {
                PackedFilters.set(mapped.data(), at(mapped, turn, 6, group), 6, table, bitmap, group * WORDS);
            }
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(0.75)
    public long unpack6(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            for (int group = 0; group < GROUPS; group++) {
                PackedFilters.unpack(mapped.data(), at(mapped, turn, 6, group), 6, numbers, 0);
            }
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(1.375)
    public long range11(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            for (int group = 0; group < GROUPS; group++) {
                PackedFilters.range(mapped.data(), at(mapped, turn, 11, group), 11, 2, 3, false, bitmap, group * WORDS);
            }
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(1.375)
    public long any11(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            for (int group = 0; group < GROUPS; group++) {
                PackedFilters.any(mapped.data(), at(mapped, turn, 11, group), 11, values, found, bitmap, group * WORDS);
            }
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(1.375)
    public long unpack11(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            for (int group = 0; group < GROUPS; group++) {
                PackedFilters.unpack(mapped.data(), at(mapped, turn, 11, group), 11, numbers, 0);
            }
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(2.125)
    public long range17(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            for (int group = 0; group < GROUPS; group++) {
                PackedFilters.range(mapped.data(), at(mapped, turn, 17, group), 17, 2, 3, false, bitmap, group * WORDS);
            }
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(2.125)
    public long any17(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            for (int group = 0; group < GROUPS; group++) {
                PackedFilters.any(mapped.data(), at(mapped, turn, 17, group), 17, values, found, bitmap, group * WORDS);
            }
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(2.125)
    public long unpack17(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            for (int group = 0; group < GROUPS; group++) {
                PackedFilters.unpack(mapped.data(), at(mapped, turn, 17, group), 17, numbers, 0);
            }
            sum += bitmap[turn];
        }
        return sum;
    }
}
