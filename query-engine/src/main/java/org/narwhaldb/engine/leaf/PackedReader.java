package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import org.narwhaldb.engine.kernel.Decode;
import org.narwhaldb.engine.kernel.Gathers;
import org.narwhaldb.engine.kernel.PackedFilters;
import org.narwhaldb.segment.encoding.BitPackedCodes;
import org.narwhaldb.segment.encoding.Lanes;
import org.narwhaldb.segment.encoding.PackedGroups;

/// Windows of bit-packed blocks: a group is unpacked whole where many of its rows are wanted, else number by number.
final class PackedReader {
    private final int[] group = new int[Lanes.GROUP];

    void codes(Window window, BitPackedCodes block, int[] target) {
        if (!window.isPicked()) {
            for (int done = 0; done < window.count();) {
                int row = window.first() + done;
                int within = row & Lanes.GROUP - 1;
                if (within == 0 && done + Lanes.GROUP <= target.length) {
                    unpack(block, row >>> Lanes.GROUP_SHIFT, target, done);
                    done += Lanes.GROUP;
                } else {
                    int count = Math.min(Lanes.GROUP - within, window.count() - done);
                    unpack(block, row >>> Lanes.GROUP_SHIFT, group, 0);
                    System.arraycopy(group, within, target, done, count);
                    done += count;
                }
            }
            return;
        }
        Gathers.packedCodes(block, window.picked, window.count(), group, target);
    }

    private void unpack(BitPackedCodes block, int number, int[] target, int offset) {
        if (PackedFilters.isVector()) {
            PackedFilters.unpack(block.data(), block.offset(number), block.width(), target, offset);
        } else {
            Lanes.unpack(block.data(), block.offset(number), block.width(), group);
            if (target != group) {
                System.arraycopy(group, 0, target, offset, Lanes.GROUP);
            }
        }
    }

    /// Bases plus residuals times `scale`.
    void longs(Window window, PackedGroups groups, long scale, long[] target) {
        if (!window.isPicked()) {
            for (int done = 0; done < window.count();) {
                int row = window.first() + done;
                int within = row & Lanes.GROUP - 1;
                int count = Math.min(Lanes.GROUP - within, window.count() - done);
                range(groups, row >>> Lanes.GROUP_SHIFT, scale, within, count, target, done);
                done += count;
            }
            return;
        }
        Gathers.packed(groups, scale, window.picked, window.count(), group, target);
    }

    private void range(PackedGroups groups, int number, long scale, int within, int count, long[] target, int offset) {
        long base = groups.base(number);
        int width = groups.width(number);
        if (width == 0) {
            Arrays.fill(target, offset, offset + count, base);
            return;
        }
        PackedFilters.unpackAll(groups.data(), groups.offset(number), width, group);
        Decode.widen(group, within, count, base, scale, target, offset);
    }
}
