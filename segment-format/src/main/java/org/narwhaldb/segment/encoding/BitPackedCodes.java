package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// PACKED of dictionary codes: groups of 1,024 codes in [Lanes], all of the same width, one behind the other.
///
/// @param width bits of a code
public record BitPackedCodes(MemorySegment data, long offset, int width) implements CodeBlock {
    /// From so many codes of a group on, all of it is unpacked.
    private static final int UNPACK_MIN = 64;

    static long bytes(int count, int width) {
        return BlockLayout.padded((long) Lanes.groups(count) * Lanes.bytes(width));
    }

    static BlockLayout encode(int[] codes, int count, int width, BlockBytes out) {
        var layout = new BlockLayout(Encoding.PACKED, width, 0, 0, out.offset());
        int[] group = new int[Lanes.GROUP];
        int[] scratch = new int[Lanes.GROUP];
        for (int start = 0; start < count; start += Lanes.GROUP) {
            int rows = Math.min(Lanes.GROUP, count - start);
            System.arraycopy(codes, start, group, 0, rows);
            Arrays.fill(group, rows, Lanes.GROUP, 0);
            Lanes.pack(group, width, scratch, out);
        }
        out.endBuffer();
        return layout;
    }

    static BitPackedCodes open(BlockLayout layout, int rows, MemorySegment data) {
        if (layout.width() < 1 || layout.width() >= Integer.SIZE) {
            throw new IllegalArgumentException("codes of [%d] bits".formatted(layout.width()));
        }
        layout.requireBytes(data, bytes(rows, layout.width()));
        return new BitPackedCodes(data, layout.offset(), layout.width());
    }

    /// Where the registers of a group of 1,024 rows stand.
    public long offset(int group) {
        return offset + (long) group * Lanes.bytes(width);
    }

    @Override
    public void read(int row, int count, int[] target, int at) {
        int[] numbers = count < UNPACK_MIN ? null : new int[Lanes.GROUP];
        int done = 0;
        while (done < count) {
            int group = row + done >>> Lanes.GROUP_SHIFT;
            int from = row + done & Lanes.GROUP - 1;
            int length = Math.min(count - done, Lanes.GROUP - from);
            if (length < UNPACK_MIN) {
                for (int i = 0; i < length; i++) {
                    target[at + done + i] = (int) Lanes.get(data, offset(group), width, from + i);
                }
            } else {
                Lanes.unpack(data, offset(group), width, numbers);
                System.arraycopy(numbers, from, target, at + done, length);
            }
            done += length;
        }
    }
}
