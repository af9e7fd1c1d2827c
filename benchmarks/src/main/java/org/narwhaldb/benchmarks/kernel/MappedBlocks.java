package org.narwhaldb.benchmarks.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.narwhaldb.engine.kernel.KernelWarmUp;
import org.narwhaldb.segment.Segment;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Random bytes in a mapped file, as kernels read segments. `blocks` decides where they stand: one block in the L2 cache, 256
/// (16.8 million rows) in memory, where values are of 4 bytes or more.
@State(Scope.Benchmark)
public class MappedBlocks {
    static final int BLOCK = Segment.BLOCK_ROWS;
    /// Rows that an invocation asks, whatever the number of blocks that they lie in.
    static final int ROWS = 1 << 24;
    static final int TURNS = ROWS / BLOCK;

    @Param({"1", "256"})
    public int blocks;

    @Param({"true", "false"})
    public boolean vectors;

    private Arena arena;
    private MemorySegment data;

    @Setup(Level.Trial)
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
    }

    @TearDown(Level.Trial)
    public void unmap() {
        arena.close();
    }

    MemorySegment data() {
        return data;
    }

    /// Where the block of turn `turn` of the invocation starts, if rows take so many bytes.
    long at(int turn, int width) {
        return (long) (turn % blocks) * BLOCK * width;
    }
}
