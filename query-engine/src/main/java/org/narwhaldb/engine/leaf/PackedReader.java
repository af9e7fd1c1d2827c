package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import org.narwhaldb.engine.kernel.Decode;
import org.narwhaldb.engine.kernel.PackedFilters;
import org.narwhaldb.segment.encoding.BitPackedCodes;
import org.narwhaldb.segment.encoding.Lanes;
import org.narwhaldb.segment.encoding.PackedGroups;

/// Windows of bit-packed blocks: a group is unpacked whole where many of its rows are wanted, else number by number.
final class PackedReader {
    /// From so many rows of a group on, all of it is unpacked.
    private static final int UNPACK_MIN = 48;
    private static final long INT_MASK = 0xFFFF_FFFFL;

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
        for (int from = 0; from < window.count();) {
            int number = window.picked[from] >>> Lanes.GROUP_SHIFT;
            int to = end(window, from, number);
            int start = number << Lanes.GROUP_SHIFT;
            if (to - from >= UNPACK_MIN) {
                unpack(block, number, group, 0);
                for (; from < to; from++) {
                    target[from] = group[window.picked[from] - start];
                }
            }
            for (; from < to; from++) {
                target[from] = (int) Lanes.get(block.data(), block.offset(number), block.width(),
                        window.picked[from] - start);
            }
        }
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

    private static int end(Window window, int from, int number) {
        int limit = number + 1 << Lanes.GROUP_SHIFT;
        int to = from + 1;
        while (to < window.count() && window.picked[to] < limit) {
            to++;
        }
        return to;
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
        for (int from = 0; from < window.count();) {
            int number = window.picked[from] >>> Lanes.GROUP_SHIFT;
            int to = end(window, from, number);
            pick(window, groups, number, scale, from, to, target);
            from = to;
        }
    }

    private void range(PackedGroups groups, int number, long scale, int within, int count, long[] target, int offset) {
        long base = groups.base(number);
        int width = groups.width(number);
        if (width == 0) {
            Arrays.fill(target, offset, offset + count, base);
            return;
        }
        unpack(groups, number, width);
        Decode.widen(group, within, count, base, scale, target, offset);
    }

    private void pick(Window window, PackedGroups groups, int number, long scale, int from, int to, long[] target) {
        long base = groups.base(number);
        int width = groups.width(number);
        int start = number << Lanes.GROUP_SHIFT;
        if (width == 0) {
            Arrays.fill(target, from, to, base);
        } else if (to - from >= UNPACK_MIN) {
            unpack(groups, number, width);
            for (int i = from; i < to; i++) {
                target[i] = base + (group[window.picked[i] - start] & INT_MASK) * scale;
            }
        } else {
            long at = groups.offset(number);
            for (int i = from; i < to; i++) {
                target[i] = base + Lanes.get(groups.data(), at, width, window.picked[i] - start) * scale;
            }
        }
    }

    private void unpack(PackedGroups groups, int number, int width) {
        if (PackedFilters.isVector()) {
            PackedFilters.unpack(groups.data(), groups.offset(number), width, group, 0);
        } else {
            Lanes.unpack(groups.data(), groups.offset(number), width, group);
        }
    }
}
