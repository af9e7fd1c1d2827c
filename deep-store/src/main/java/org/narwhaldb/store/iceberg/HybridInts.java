package org.narwhaldb.store.iceberg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.io.ParquetDecodingException;

/// Decodes Parquet's run-length and bit-packing hybrid: levels and dictionary ids
/// (https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE).
final class HybridInts {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final int end;
    private final int width;
    private final long mask;
    private int at;
    private int runLeft;
    private boolean packed;
    private int runValue;
    /// Where the next packed value starts, in bits from the start of the run.
    private long bit;
    private int packedAt;

    /// @param width bits of a value, 0 to 32
    HybridInts(byte[] bytes, int start, int end, int width) {
        if (width < 0 || width > Integer.SIZE) {
            throw new ParquetDecodingException("values of %d bits".formatted(width));
        }
        this.bytes = bytes;
        this.at = start;
        this.end = end;
        this.width = width;
        this.mask = (1L << width) - 1;
    }

    void read(int[] target, int offset, int count) {
        int next = offset;
        int last = offset + count;
        while (next < last) {
            if (runLeft == 0) {
                startRun();
            }
            int length = Math.min(runLeft, last - next);
            if (packed) {
                unpack(target, next, length);
            } else {
                Arrays.fill(target, next, next + length, runValue);
            }
            runLeft -= length;
            next += length;
        }
    }

    private void startRun() {
        int header = header();
        packed = (header & 1) != 0;
        if (packed) {
            int groups = header >>> 1;
            runLeft = Math.multiplyExact(groups, Byte.SIZE);
            packedAt = at;
            bit = 0;
            // the last run of a page may be cut off behind its last value
            at = (int) Math.min(end, at + (long) groups * width);
        } else {
            runLeft = header >>> 1;
            int size = width + Byte.SIZE - 1 >>> 3;
            runValue = 0;
            for (int i = 0; i < size; i++) {
                runValue |= nextByte() << i * Byte.SIZE;
            }
        }
        if (runLeft == 0) {
            throw new ParquetDecodingException("an empty run of values");
        }
    }

    private int header() {
        int header = 0;
        int shift = 0;
        int next;
        do {
            next = nextByte();
            header |= (next & 0x7F) << shift;
            shift += 7;
        } while ((next & 0x80) != 0);
        return header;
    }

    private int nextByte() {
        if (at >= end) {
            throw new ParquetDecodingException("a page ends before its last value");
        }
        return Byte.toUnsignedInt(bytes[at++]);
    }

    private void unpack(int[] target, int offset, int count) {
        long lastBit = bit + (long) count * width;
        if (packedAt + (lastBit + Byte.SIZE - 1 >>> 3) > end) {
            throw new ParquetDecodingException("a page ends before its last value");
        }
        // a word is read for each value: the last ones may be too near to the end of the array
        int safe = count;
        while (safe > 0 && packedAt + (bit + (safe - 1L) * width >>> 3) + Long.BYTES > bytes.length) {
            safe--;
        }
        unpackWords(target, offset, safe);
        for (int i = safe; i < count; i++) {
            long value = 0;
            int first = packedAt + (int) (bit >>> 3);
            for (int each = 0; each < Long.BYTES && first + each < bytes.length; each++) {
                value |= Byte.toUnsignedLong(bytes[first + each]) << each * Byte.SIZE;
            }
            target[offset + i] = (int) (value >>> (bit & 7) & mask);
            bit += width;
        }
    }

    private void unpackWords(int[] target, int offset, int count) {
        long from = bit;
        for (int i = 0; i < count; i++) {
            long word = (long) LONGS.get(bytes, packedAt + (int) (from >>> 3));
            target[offset + i] = (int) (word >>> (from & 7) & mask);
            from += width;
        }
        bit = from;
    }
}
