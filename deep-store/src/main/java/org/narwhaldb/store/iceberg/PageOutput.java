package org.narwhaldb.store.iceberg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The bytes of a page, in Parquet's encodings PLAIN and RLE
/// (https://parquet.apache.org/docs/file-format/data-pages/encodings/).
final class PageOutput {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int FIRST_BYTES = 1 << 12;
    /// Numbers that are packed together.
    private static final int GROUP = 8;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int size;

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    void truncate(int newSize) {
        size = newSize;
    }

    void putByte(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    void putInt(int value) {
        reserve(Integer.BYTES);
        INTS.set(bytes, size, value);
        size += Integer.BYTES;
    }

    void putLong(long value) {
        reserve(Long.BYTES);
        LONGS.set(bytes, size, value);
        size += Long.BYTES;
    }

    void putBytes(byte[] source, int from, int to) {
        reserve(to - from);
        System.arraycopy(source, from, bytes, size, to - from);
        size += to - from;
    }

    /// Overwrites four bytes.
    void setInt(int at, int value) {
        INTS.set(bytes, at, value);
    }

    private void putVarInt(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            putByte(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        putByte(rest);
    }

    /// The RLE / bit-packing hybrid: eight or more equal numbers as a run, others packed in groups of eight.
    ///
    /// @param width bits of a number, 0 to 31
    void putHybrid(int[] numbers, int count, int width) {
        int packedFrom = 0;
        int at = 0;
        while (at < count) {
            int end = at + 1;
            while (end < count && numbers[end] == numbers[at]) {
                end++;
            }
            // packed groups before a run are whole: it lends them its first numbers
            int lent = -(at - packedFrom) & GROUP - 1;
            if (end - at - lent >= GROUP) {
                putPacked(numbers, packedFrom, at + lent, width);
                putVarInt(end - at - lent << 1);
                for (int bit = 0; bit < width; bit += Byte.SIZE) {
                    putByte(numbers[at] >>> bit);
                }
                packedFrom = end;
            }
            at = end;
        }
        putPacked(numbers, packedFrom, count, width);
    }

    private void putPacked(int[] numbers, int from, int to, int width) {
        if (from == to) {
            return;
        }
        int groups = (to - from + GROUP - 1) / GROUP;
        putVarInt(groups << 1 | 1);
        reserve(groups * width);
        int end = size + groups * width;
        long word = 0;
        int bits = 0;
        for (int i = from; i < to; i++) {
            word |= (long) numbers[i] << bits;
            bits += width;
            while (bits >= Byte.SIZE) {
                bytes[size++] = (byte) word;
                word >>>= Byte.SIZE;
                bits -= Byte.SIZE;
            }
        }
        if (bits > 0) {
            bytes[size++] = (byte) word;
        }
        // the last group is filled up
        Arrays.fill(bytes, size, end, (byte) 0);
        size = end;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
        }
    }
}
