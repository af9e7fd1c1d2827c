package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// DELTA of integers that ascend but for a few rows: groups of 1,024 differences to the row before, as [PackedGroups]
/// whose base is the value of the group's first row; and the rows at which a value is given itself, as the difference
/// is negative or too wide for its group. A group is decoded from its first row on.
///
/// Exceptions beside packed numbers are those of PFOR-DELTA (Zukowski, Heman, Nes, Boncz: "Super-Scalar RAM-CPU Cache
/// Compression", ICDE 2006).
///
/// @param scale what differences are multiplied with, at least 1
/// @param restartValues offset of the i64 values of the rows that restart
/// @param restartRows offset of their u16 row numbers, ascending
public record DeltaLongs(PackedGroups groups, int scale, long restartValues, long restartRows, int restarts)
        implements LongBlock {
    private static final int SHORT_MASK = 0xFFFF;
    private static final long INT_MASK = 0xFFFF_FFFFL;

    static BlockLayout encode(long[] values, int count, DeltaShape shape, BlockBytes out) {
        var layout = new BlockLayout(Encoding.DELTA, shape.widest(), shape.scale(), shape.restarts(), out.offset());
        int groups = shape.widths().length;
        long[] bases = new long[groups];
        for (int group = 0; group < groups; group++) {
            bases[group] = values[group << Lanes.GROUP_SHIFT];
        }
        PackedGroups.writeTable(bases, shape.widths(), out);
        int[] numbers = new int[Lanes.GROUP];
        int[] scratch = new int[Lanes.GROUP];
        int[] rows = new int[shape.restarts()];
        int restarts = 0;
        for (int group = 0; group < groups; group++) {
            int start = group << Lanes.GROUP_SHIFT;
            int end = Math.min(count, start + Lanes.GROUP);
            Arrays.fill(numbers, 0);
            for (int i = start + 1; i < end; i++) {
                long difference = values[i] - values[i - 1];
                if (shape.isRestart(difference, group)) {
                    rows[restarts++] = i;
                } else {
                    numbers[i - start] = (int) (shape.scale() == 1 ? difference : difference / shape.scale());
                }
            }
            if (shape.widths()[group] > 0) {
                Lanes.pack(numbers, shape.widths()[group], scratch, out);
            }
        }
        out.endBuffer();
        for (int row : rows) {
            out.putLong(values[row]);
        }
        out.endBuffer();
        for (int row : rows) {
            out.putShort(row);
        }
        out.endBuffer();
        return layout;
    }

    static DeltaLongs open(BlockLayout layout, int rows, MemorySegment data) {
        if (layout.count() < 1 || layout.base() < 0 || layout.base() > rows) {
            throw new IllegalArgumentException("differences times [%d], [%d] of [%d] rows restart"
                    .formatted(layout.count(), layout.base(), rows));
        }
        PackedGroups groups = PackedGroups.open(layout, rows, data);
        int restarts = (int) layout.base();
        long valuesAt = groups.end();
        long rowsAt = valuesAt + BlockLayout.padded((long) restarts * Long.BYTES);
        layout.requireBytes(data, rowsAt + BlockLayout.padded((long) restarts * Short.BYTES) - layout.offset());
        var block = new DeltaLongs(groups, layout.count(), valuesAt, rowsAt, restarts);
        for (int i = 0; i < restarts; i++) {
            if (block.restartRow(i) >= rows || i > 0 && block.restartRow(i) <= block.restartRow(i - 1)) {
                throw new IllegalArgumentException("restart [%d] at row [%d] of [%d]"
                        .formatted(i, block.restartRow(i), rows));
            }
        }
        return block;
    }

    /// The row of the block at which a value is given itself.
    public int restartRow(int restart) {
        return groups.data().get(LittleEndian.I16, restartRows + ((long) restart << 1)) & SHORT_MASK;
    }

    public long restartValue(int restart) {
        return groups.data().get(LittleEndian.I64, restartValues + ((long) restart << 3));
    }

    @Override
    public void read(int row, int count, long[] target, int offset) {
        int[] numbers = new int[Lanes.GROUP];
        int done = 0;
        while (done < count) {
            int group = row + done >>> Lanes.GROUP_SHIFT;
            int from = row + done & Lanes.GROUP - 1;
            int length = Math.min(count - done, Lanes.GROUP - from);
            if (groups.width(group) > 0) {
                Lanes.unpack(groups.data(), groups.offset(group), groups.width(group), numbers);
            }
            decode(group, from, length, numbers, target, offset + done);
            done += length;
        }
    }

    /// Rows `[from, from + count)` of a group.
    ///
    /// @param numbers the group's, unpacked; of any content if their width is 0
    public void decode(int group, int from, int count, int[] numbers, long[] target, int offset) {
        if (groups.width(group) == 0) {
            Arrays.fill(numbers, 0);
        }
        int start = group << Lanes.GROUP_SHIFT;
        int restart = firstRestart(start);
        long value = groups.base(group);
        int at = 0;
        int end = from + count;
        while (at < end) {
            int next = restart < restarts ? Math.min(end, restartRow(restart) - start) : end;
            value = sum(numbers, at, Math.min(next, from), value);
            int copied = Math.max(at, from);
            value = prefixSums(numbers, copied, next, value, target, offset + copied - from);
            at = Math.max(at, next);
            if (at < end) {
                // The packed number of a restart is 0, which the next round adds.
                value = restartValue(restart++);
            }
        }
    }

    private long sum(int[] numbers, int from, int to, long value) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += numbers[i] & INT_MASK;
        }
        return value + sum * scale;
    }

    /// @return the value of row `to - 1`, or `value` if there are no rows
    private long prefixSums(int[] numbers, int from, int to, long value, long[] target, int offset) {
        long sum = value;
        for (int i = from; i < to; i++) {
            sum += (numbers[i] & INT_MASK) * scale;
            target[offset + i - from] = sum;
        }
        return sum;
    }

    /// The first restart at or behind the row.
    private int firstRestart(int row) {
        int low = 0;
        int high = restarts;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (restartRow(middle) < row) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
