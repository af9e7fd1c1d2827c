package org.narwhaldb.benchmarks.kernel;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.narwhaldb.engine.kernel.BitPlaces;
import org.narwhaldb.engine.kernel.Buckets;
import org.narwhaldb.engine.kernel.Decode;
import org.narwhaldb.engine.kernel.DistinctHash;
import org.narwhaldb.engine.kernel.Gathers;
import org.narwhaldb.engine.kernel.GroupLoops;
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

/// Reading values and adding them up by groups, a window of rows at a time as queries do it, in ns a row.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(MappedBlocks.ROWS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GroupBench {
    private static final int WINDOW = 4_096;
    private static final int RUN = 77;
    private static final int GROUPS = 1_000;
    private static final int FEW = 5;

    private final int[] ints = new int[WINDOW];
    private final long[] longs = new long[WINDOW];
    private final long[] values = new long[WINDOW];
    private final int[] groups = new int[WINDOW];
    private final int[] few = new int[WINDOW];
    private final int[] places = new int[WINDOW + Long.SIZE];
    private final int[] tenth = new int[WINDOW / 10];

    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < WINDOW; i++) {
            values[i] = random.nextInt(1 << 20);
            groups[i] = random.nextInt(GROUPS);
            few[i] = random.nextInt(FEW);
        }
        for (int i = 0; i < tenth.length; i++) {
            tenth[i] = 10 * i + random.nextInt(10);
        }
    }

    private static long at(MappedBlocks mapped, int turn, int first, int width) {
        return mapped.at(turn, width) + (long) first * width;
    }

    @Benchmark
    @BytesPerRow(1)
    public long intsU8(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                Decode.ints(mapped.data(), at(mapped, turn, first, 1), 1, WINDOW, ints);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(2)
    public long intsU16(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                Decode.ints(mapped.data(), at(mapped, turn, first, 2), 2, WINDOW, ints);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(1)
    public long longsU8(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                Decode.longs(mapped.data(), at(mapped, turn, first, 1), 1, 7, WINDOW, longs);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(2)
    public long longsU16(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                Decode.longs(mapped.data(), at(mapped, turn, first, 2), 2, 7, WINDOW, longs);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(4)
    public long longsU32(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                Decode.longs(mapped.data(), at(mapped, turn, first, 4), 4, 7, WINDOW, longs);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(8)
    public long longsI64(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                Decode.longs(mapped.data(), at(mapped, turn, first, 8), 8, 7, WINDOW, longs);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(4)
    public long widen(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                Decode.widen(groups, 0, WINDOW, 7, 10, longs, 0);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(2)
    public long gatherTenth(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                Gathers.residuals(mapped.data(), at(mapped, turn, first, Short.BYTES), Short.BYTES, 7, tenth, tenth.length, longs);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(0.125)
    public long nullPlaces(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                ints[0] += BitPlaces.of(mapped.data(), mapped.at(turn, 1), first, WINDOW, places);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(12)
    public long sumByGroup(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                GroupLoops.addPacked(groups, WINDOW, values, 0, 20, longs);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(8)
    public long sumOfRuns(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                for (int from = 0; from < WINDOW; from += RUN) {
                    longs[0] += GroupLoops.sum(values, from, Math.min(WINDOW, from + RUN));
                }
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(4)
    public long countOfFew(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                GroupLoops.count(few, WINDOW, ints, FEW);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(4)
    public long countOfMany(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                GroupLoops.count(groups, WINDOW, ints, GROUPS);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(8)
    public long buckets(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                Buckets.divide(values, WINDOW, 0, 1_000, ints);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(8)
    public long distinctHash(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            for (int first = 0; first < MappedBlocks.BLOCK; first += WINDOW) {
                DistinctHash.coupons(values, WINDOW, ints);
            }
            sum += longs[turn] + ints[turn];
        }
        return sum;
    }
}
