package org.narwhaldb.segment.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What every encoding keeps: it gives back any range of what it wrote, wherever it stands in the part, and opens no
/// block that doesn't fit the part. The values are boxed; doubles compare by their bits.
///
/// @param <T> the boxed value
interface EncodingContract<T> {
    long SEED = Long.getLong("narwhal.seed", System.nanoTime());
    int BLOCK_ROWS = 65_536;

    Encoding encoding();

    /// A block that this encoding is for, of at least two rows.
    List<T> values(Random random, int count);

    /// A count that no block of the encoding has.
    default int nonsenseCount() {
        return 1_001;
    }

    BlockLayout encode(List<T> values, BlockBytes out);

    List<T> decode(BlockLayout layout, int rows, MemorySegment data, int from, int count);

    @Test
    default void givesBackAnyRangeOfAnyBlock() {
        var random = new Random(SEED);
        for (int count : new int[] {2, 3, 63, 64, 65, 1_000 + random.nextInt(1_000), BLOCK_ROWS - 1, BLOCK_ROWS}) {
            for (int round = 0; round < 3; round++) {
                List<T> values = values(random, count);
                var out = new BlockBytes();
                putForeignBuffers(random, out);
                BlockLayout layout = encode(values, out);
                MemorySegment data = drain(out);

                assertThat(layout.encoding()).as("seed %d", SEED).isEqualTo(encoding());
                assertThat(decode(layout, count, data, 0, count)).as("seed %d", SEED).isEqualTo(values);
                for (int range = 0; range < 10; range++) {
                    int from = random.nextInt(count);
                    int length = random.nextInt(Math.min(count - from, 500) + 1);
                    assertThat(decode(layout, count, data, from, length)).as("seed %d", SEED)
                            .isEqualTo(values.subList(from, from + length));
                }
            }
        }
    }

    @Test
    default void opensNoBlockThatDoesNotFitThePart() {
        var random = new Random(SEED);
        List<T> values = values(random, 1_000);
        var out = new BlockBytes();
        BlockLayout layout = encode(values, out);
        MemorySegment data = drain(out);
        if (data.byteSize() == 0) {
            return;
        }
        List<BlockLayout> nonsense = List.of(moved(layout, -64), moved(layout, 1), moved(layout, 64),
                moved(layout, Long.MAX_VALUE - 63), moved(layout, Long.MIN_VALUE));

        for (BlockLayout wrong : nonsense) {
            assertThatIllegalArgumentException().as("seed %d, %s", SEED, wrong)
                    .isThrownBy(() -> decode(wrong, 1_000, data, 0, 1_000));
        }
        assertThatIllegalArgumentException().as("seed %d", SEED).isThrownBy(
                () -> decode(layout, 1_000, data.asSlice(0, data.byteSize() - BlockBytes.ALIGNMENT), 0, 1_000));
    }

    @Test
    default void opensNoBlockOfAnotherWidthOrCount() {
        var random = new Random(SEED);
        var out = new BlockBytes();
        BlockLayout layout = encode(values(random, 1_000), out);
        MemorySegment data = drain(out);
        if (layout.width() == 0) {
            return;
        }
        var wide = new BlockLayout(layout.encoding(), 99, layout.count(), layout.base(), layout.offset());
        assertThatIllegalArgumentException().as("seed %d", SEED)
                .isThrownBy(() -> decode(wide, 1_000, data, 0, 1_000));
        if (layout.count() > 0) {
            var many = new BlockLayout(layout.encoding(), layout.width(), nonsenseCount(), layout.base(),
                    layout.offset());
            assertThatIllegalArgumentException().as("seed %d", SEED)
                    .isThrownBy(() -> decode(many, 1_000, data, 0, 1_000));
        }
    }

    static BlockLayout moved(BlockLayout layout, long by) {
        return new BlockLayout(layout.encoding(), layout.width(), layout.count(), layout.base(), layout.offset() + by);
    }

    private static void putForeignBuffers(Random random, BlockBytes out) {
        for (int i = random.nextInt(3); i > 0; i--) {
            byte[] foreign = new byte[random.nextInt(200)];
            Arrays.fill(foreign, (byte) -1);
            out.putBytes(foreign, 0, foreign.length);
            out.endBuffer();
        }
    }

    private static MemorySegment drain(BlockBytes out) {
        byte[][] drained = new byte[1][];
        out.drainTo((bytes, offset, length) -> drained[0] = Arrays.copyOfRange(bytes, offset, offset + length));
        return MemorySegment.ofArray(drained[0]);
    }
}
