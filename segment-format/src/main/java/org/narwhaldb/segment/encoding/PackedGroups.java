package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// PACKED integers: groups of 1,024 residuals in [Lanes], each group with a base and a width of its own. The last group
/// is filled up with zeros.
///
/// First a table with an entry of 16 bytes for each group: i64 base, u32 registers of all groups before it, u32 width
/// (0: no registers, every residual is 0). Then a buffer of the groups' registers.
///
/// @param table offset of the first entry
/// @param registers offset of the first group's registers
/// @param count of groups
public record PackedGroups(MemorySegment data, long table, long registers, int count) {
    private static final int ENTRY_BYTES = 16;
    private static final int WIDTH_AT = Long.BYTES + Integer.BYTES;
    /// From so many numbers of a group on, all of it is unpacked.
    private static final int UNPACK_MIN = 64;
    private static final long INT_MASK = 0xFFFF_FFFFL;

    /// What is added to every residual of the group.
    public long base(int group) {
        return data.get(LittleEndian.I64, table + (long) group * ENTRY_BYTES);
    }

    public int width(int group) {
        return data.get(LittleEndian.I32, table + (long) group * ENTRY_BYTES + WIDTH_AT);
    }

    /// Where the group's registers stand.
    public long offset(int group) {
        long before = LittleEndian.u32(data, table + (long) group * ENTRY_BYTES + Long.BYTES);
        return registers + before * Lanes.REGISTER_BYTES;
    }

    /// Where the buffers of the groups end.
    long end() {
        long bytes = offset(count - 1) + Lanes.bytes(width(count - 1)) - registers;
        return registers + BlockLayout.padded(bytes);
    }

    static long bytes(int[] widths, int groups) {
        long registers = 0;
        for (int group = 0; group < groups; group++) {
            registers += widths[group];
        }
        return BlockLayout.padded((long) groups * ENTRY_BYTES) + BlockLayout.padded(registers * Lanes.REGISTER_BYTES);
    }

    /// Writes (value - the group's least value) / scale.
    static void write(long[] values, int count, IntegerShape shape, BlockBytes out) {
        int groups = Lanes.groups(count);
        int before = 0;
        for (int group = 0; group < groups; group++) {
            out.putLong(shape.groupMin()[group]);
            out.putInt(before);
            out.putInt(shape.widths()[group]);
            before += shape.widths()[group];
        }
        out.endBuffer();
        int[] numbers = new int[Lanes.GROUP];
        int[] scratch = new int[Lanes.GROUP];
        long scale = shape.scale();
        for (int group = 0; group < groups; group++) {
            if (shape.widths()[group] == 0) {
                continue;
            }
            int start = group << Lanes.GROUP_SHIFT;
            int rows = Math.min(Lanes.GROUP, count - start);
            long base = shape.groupMin()[group];
            for (int i = 0; i < rows; i++) {
                long residual = values[start + i] - base;
                numbers[i] = (int) (scale == 1 ? residual : residual / scale);
            }
            Arrays.fill(numbers, rows, Lanes.GROUP, 0);
            Lanes.pack(numbers, shape.widths()[group], scratch, out);
        }
        out.endBuffer();
    }

    static PackedGroups open(BlockLayout layout, int rows, MemorySegment data) {
        int count = Lanes.groups(rows);
        long tableBytes = BlockLayout.padded((long) count * ENTRY_BYTES);
        layout.requireBytes(data, tableBytes);
        var groups = new PackedGroups(data, layout.offset(), layout.offset() + tableBytes, count);
        long next = groups.registers;
        int widest = 0;
        for (int group = 0; group < count; group++) {
            int width = groups.width(group);
            if (width < 0 || width > Lanes.WIDTH_MAX || groups.offset(group) != next) {
                throw new IllegalArgumentException("group [%d] of [%d] bits at offset [%d], should be at [%d]"
                        .formatted(group, width, groups.offset(group), next));
            }
            widest = Math.max(widest, width);
            next += Lanes.bytes(width);
        }
        layout.requireWidth(widest);
        layout.requireBytes(data, tableBytes + BlockLayout.padded(next - groups.registers));
        return groups;
    }

    void read(int row, int count, long scale, long[] target, int offset) {
        int[] numbers = count < UNPACK_MIN ? null : new int[Lanes.GROUP];
        int done = 0;
        while (done < count) {
            int group = row + done >>> Lanes.GROUP_SHIFT;
            int from = row + done & Lanes.GROUP - 1;
            int length = Math.min(count - done, Lanes.GROUP - from);
            int width = width(group);
            if (width == 0) {
                Arrays.fill(target, offset + done, offset + done + length, base(group));
            } else if (length < UNPACK_MIN) {
                readFew(group, from, length, scale, target, offset + done);
            } else {
                Lanes.unpack(data, offset(group), width, numbers);
                widen(numbers, from, length, base(group), scale, target, offset + done);
            }
            done += length;
        }
    }

    private void readFew(int group, int from, int count, long scale, long[] target, int offset) {
        long base = base(group);
        long at = offset(group);
        int width = width(group);
        for (int i = 0; i < count; i++) {
            target[offset + i] = base + Lanes.get(data, at, width, from + i) * scale;
        }
    }

    private static void widen(int[] numbers, int from, int count, long base, long scale, long[] target, int offset) {
        if (scale == 1) {
            for (int i = 0; i < count; i++) {
                target[offset + i] = base + (numbers[from + i] & INT_MASK);
            }
        } else {
            for (int i = 0; i < count; i++) {
                target[offset + i] = base + (numbers[from + i] & INT_MASK) * scale;
            }
        }
    }
}
