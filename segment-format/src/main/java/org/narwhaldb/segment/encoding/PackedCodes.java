package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// DICTIONARY: codes of 1, 2 or 4 bytes, the least that holds every code of the dictionary.
public record PackedCodes(MemorySegment data, long offset, int width) implements CodeBlock {
    private static final int BYTE_MASK = 0xFF;
    private static final int SHORT_MASK = 0xFFFF;

    static BlockLayout encode(int[] codes, int count, int dictionarySize, BlockBytes out) {
        int width = Residuals.width(dictionarySize - 1);
        var layout = new BlockLayout(Encoding.DICTIONARY, width, 0, 0, out.offset());
        int at = out.reserve(count * width);
        byte[] bytes = out.array();
        switch (width) {
            case Byte.BYTES -> {
                for (int i = 0; i < count; i++) {
                    bytes[at + i] = (byte) codes[i];
                }
            }
            case Short.BYTES -> {
                for (int i = 0; i < count; i++) {
                    LittleEndian.SHORTS.set(bytes, at + i * Short.BYTES, (short) codes[i]);
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    LittleEndian.INTS.set(bytes, at + i * Integer.BYTES, codes[i]);
                }
            }
        }
        out.endBuffer();
        return layout;
    }

    static PackedCodes open(BlockLayout layout, int rows, MemorySegment data) {
        layout.requireWidth(Byte.BYTES, Short.BYTES, Integer.BYTES);
        layout.requireBytes(data, BlockLayout.padded((long) rows * layout.width()));
        return new PackedCodes(data, layout.offset(), layout.width());
    }

    @Override
    public void read(int row, int count, int[] target, int at) {
        long from = offset + (long) row * width;
        switch (width) {
            case Byte.BYTES -> readU8(from, count, target, at);
            case Short.BYTES -> readU16(from, count, target, at);
            default -> MemorySegment.copy(data, LittleEndian.I32, from, target, at, count);
        }
    }

    private void readU8(long from, int count, int[] target, int at) {
        for (int i = 0; i < count; i++) {
            target[at + i] = data.get(LittleEndian.I8, from + i) & BYTE_MASK;
        }
    }

    private void readU16(long from, int count, int[] target, int at) {
        for (int i = 0; i < count; i++) {
            target[at + i] = data.get(LittleEndian.I16, from + ((long) i << 1)) & SHORT_MASK;
        }
    }
}
