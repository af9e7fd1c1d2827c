package org.narwhaldb.benchmarks.kernel;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.Filters;
import org.narwhaldb.engine.kernel.RowIds;
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

/// Filters over values of one, two, four and eight bytes, in ns a row.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(MappedBlocks.ROWS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FilterBench {
    private static final int BLOCK = MappedBlocks.BLOCK;

    private final long[] bitmap = new long[Bitmaps.WORDS];
    private final int[] rows = new int[BLOCK + RowIds.SLACK];
    private final byte[] table = new byte[256];
    private final long[] set = new long[Filters.SET_U16_WORDS];
    private final int[] few = {3, 99, 150, 20_000};

    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(1);
        for (int code = 0; code < table.length; code += 3) {
            table[code] = -1;
        }
        for (int word = 0; word < set.length; word++) {
            set[word] = random.nextLong();
        }
    }

    @Benchmark
    @BytesPerRow(1)
    public long equalU8(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.rangeU8(mapped.data(), mapped.at(turn, 1), BLOCK, 7, 0, false, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(1)
    public long rangeU8(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.rangeU8(mapped.data(), mapped.at(turn, 1), BLOCK, 7, 70, false, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(1)
    public long setU8(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.setU8(mapped.data(), mapped.at(turn, 1), BLOCK, table, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(2)
    public long rangeU16(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.rangeU16(mapped.data(), mapped.at(turn, 2), BLOCK, 7, 20_000, false, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(2)
    public long anyU16(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.anyU16(mapped.data(), mapped.at(turn, 2), BLOCK, few, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(2)
    public long setU16(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.setU16(mapped.data(), mapped.at(turn, 2), BLOCK, set, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(4)
    public long rangeU32(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.rangeU32(mapped.data(), mapped.at(turn, 4), BLOCK, 7, 1 << 30, false, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(8)
    public long rangeI64(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.rangeI64(mapped.data(), mapped.at(turn, 8), BLOCK, 7, 1L << 62, false, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    @Benchmark
    @BytesPerRow(8)
    public long rangeF64(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            Bitmaps.fill(bitmap, BLOCK);
            Filters.rangeF64(mapped.data(), mapped.at(turn, 8), BLOCK, 7, 1L << 62, false, bitmap);
            sum += bitmap[turn];
        }
        return sum;
    }

    /// Of rows selected by half the values of a byte.
    @Benchmark
    @BytesPerRow(2)
    public long rowIdsHalf(MappedBlocks mapped) {
        long sum = 0;
        Arrays.fill(bitmap, 0x5555_AAAA_1212_FEDCL);
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            sum += RowIds.of(bitmap, 0, Bitmaps.WORDS, rows);
        }
        return sum;
    }

    /// The machine's own limit: a sum of the block's longs, of which each counts as one row.
    @Benchmark
    @BytesPerRow(8)
    public long machineLimitI64(MappedBlocks mapped) {
        long sum = 0;
        for (int turn = 0; turn < MappedBlocks.TURNS; turn++) {
            sum += MachineLimit.sum(mapped.data(), mapped.at(turn, 8), BLOCK);
        }
        return sum;
    }
}
