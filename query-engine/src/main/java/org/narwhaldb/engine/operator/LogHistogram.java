package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Counts of doubles in buckets whose width grows with the value: 128 of equal width between each power of two and the
/// next, so that a bucket's middle differs from every value in it by less than 1/256. The idea is that of DDSketch (Masson,
/// Rim, Lee: "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error Guarantees", VLDB 2019) with the
/// buckets of HdrHistogram: a value's bucket is the upper bits of its IEEE 754 form, without a logarithm. The result depends
/// on the values alone, not on their order nor on how they were merged.
///
/// Up to [#VALUES_MAX] values are kept as they are, and the answer is exact; more make an array of counts from the lowest to
/// the highest bucket in use.
///
/// Serialised: number of buckets in use, then for each in ascending order its distance from the one before (the first: from
/// [#BUCKET_MIN]) and its count, all as LEB128; then min and max as 8 bytes each, big-endian. Few values: a zero, their
/// number as one byte, 8 bytes each. Empty: no bytes.
public final class LogHistogram {
    private static final int MANTISSA_BITS_DROPPED = 45;
    private static final int BUCKETS_OF_SIGN = 1 << 18;
    static final int BUCKET_MIN = -BUCKETS_OF_SIGN;
    static final int VALUES_MAX = 32;
    private static final int SPARE_BUCKETS = 128;

    private double[] values = new double[4];
    private int valueCount;
    /// null while there are few values
    private long[] counts;
    private int firstBucket;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private boolean hasValues;

    /// Bytes held, roughly.
    public int sizeBytes() {
        return 72 + (counts == null ? values.length : counts.length) * Long.BYTES;
    }

    public void add(double value) {
        extend(value, value);
        if (counts != null) {
            count(bucket(value), 1);
            return;
        }
        if (valueCount == VALUES_MAX) {
            spread();
            count(bucket(value), 1);
            return;
        }
        if (valueCount == values.length) {
            values = Arrays.copyOf(values, Math.min(VALUES_MAX, valueCount * 2));
        }
        values[valueCount++] = value;
    }

    /// Adds a value so many times.
    public void add(double value, long times) {
        if (counts == null && valueCount + times <= VALUES_MAX) {
            for (long time = 0; time < times; time++) {
                add(value);
            }
            return;
        }
        extend(value, value);
        if (counts == null) {
            beginCounts(bucket(value));
        }
        count(bucket(value), times);
    }

    /// @param bucket where there is no value yet
    private void beginCounts(int bucket) {
        if (valueCount > 0) {
            spread();
            return;
        }
        values = null;
        counts = new long[1];
        firstBucket = bucket;
    }

    /// NaN is the largest value.
    private void extend(double low, double high) {
        min = !hasValues || Double.compare(low, min) < 0 ? low : min;
        max = !hasValues || Double.compare(high, max) > 0 ? high : max;
        hasValues = true;
    }

    private void spread() {
        int low = Integer.MAX_VALUE;
        int high = Integer.MIN_VALUE;
        for (int index = 0; index < valueCount; index++) {
            low = Math.min(low, bucket(values[index]));
            high = Math.max(high, bucket(values[index]));
        }
        counts = new long[high - low + 1];
        firstBucket = low;
        for (int index = 0; index < valueCount; index++) {
            counts[bucket(values[index]) - firstBucket]++;
        }
        values = null;
    }

    private void count(int bucket, long times) {
        int place = bucket - firstBucket;
        if (place < 0 || place >= counts.length) {
            include(bucket);
            place = bucket - firstBucket;
        }
        counts[place] += times;
    }

    private void include(int bucket) {
        int spare = Math.max(SPARE_BUCKETS, counts.length / 2);
        int low = Math.min(Math.max(BUCKET_MIN, bucket - (bucket < firstBucket ? spare : 0)), firstBucket);
        int end = Math.max(Math.min(BUCKETS_OF_SIGN, bucket + 1 + (bucket >= firstBucket ? spare : 0)), firstBucket + counts.length);
        long[] wider = new long[end - low];
        System.arraycopy(counts, 0, wider, firstBucket - low, counts.length);
        counts = wider;
        firstBucket = low;
    }

    private static int bucket(double value) {
        // 0.0 + turns -0.0 into 0.0.
        long bits = Double.doubleToLongBits(0.0 + value);
        int magnitude = (int) ((bits & Long.MAX_VALUE) >>> MANTISSA_BITS_DROPPED);
        return bits < 0 ? -1 - magnitude : magnitude;
    }

    private static double middle(int bucket) {
        long magnitude = bucket < 0 ? -1L - bucket : bucket;
        long bits = magnitude << MANTISSA_BITS_DROPPED;
        double low = Double.longBitsToDouble(bits);
        double value = Double.isFinite(low) && low != 0 ? Double.longBitsToDouble(bits | 1L << MANTISSA_BITS_DROPPED - 1) : low;
        return bucket < 0 ? -value : value;
    }

    long total() {
        if (counts == null) {
            return valueCount;
        }
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }

    /// The value at rank ceil(fraction * total), counted from 1, as the middle of its bucket, but never outside of what was
    /// added. Not to be asked while empty.
    double quantile(double fraction) {
        long total = total();
        long rank = Math.max(1, Math.min(total, (long) Math.ceil(fraction * total)));
        if (counts == null) {
            double[] sorted = Arrays.copyOf(values, valueCount);
            Arrays.sort(sorted);
            return sorted[(int) rank - 1];
        }
        if (rank == 1) {
            return min;
        }
        if (rank == total) {
            return max;
        }
        long passed = 0;
        int place = -1;
        while (passed < rank) {
            passed += counts[++place];
        }
        double value = middle(firstBucket + place);
        return Double.compare(value, min) < 0 ? min : Double.compare(value, max) > 0 ? max : value;
    }

    public void writeTo(BytesBuilder out) {
        if (!hasValues) {
            return;
        }
        if (counts == null) {
            out.append((byte) 0);
            out.append((byte) valueCount);
            for (int index = 0; index < valueCount; index++) {
                writeDouble(values[index], out);
            }
            return;
        }
        int used = 0;
        for (long count : counts) {
            used += count == 0 ? 0 : 1;
        }
        writeNumber(used, out);
        int previous = BUCKET_MIN;
        for (int place = 0; place < counts.length; place++) {
            if (counts[place] != 0) {
                writeNumber(firstBucket + place - previous, out);
                writeNumber(counts[place], out);
                previous = firstBucket + place;
            }
        }
        writeDouble(min, out);
        writeDouble(max, out);
    }

    private static void writeNumber(long number, BytesBuilder out) {
        long rest = number;
        while (rest > 0x7F) {
            out.append((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.append((byte) rest);
    }

    private static void writeDouble(double value, BytesBuilder out) {
        long bits = Double.doubleToLongBits(value);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            out.append((byte) (bits >>> shift));
        }
    }

    /// Adds what another one has, which stays as it is.
    public void merge(LogHistogram other) {
        if (other.counts == null) {
            for (int index = 0; index < other.valueCount; index++) {
                add(other.values[index]);
            }
            return;
        }
        if (counts == null) {
            beginCounts(other.firstBucket);
        }
        for (int place = 0; place < other.counts.length; place++) {
            if (other.counts[place] != 0) {
                count(other.firstBucket + place, other.counts[place]);
            }
        }
        extend(other.min, other.max);
    }

    /// Adds what another histogram wrote to `bytes[from, to)`.
    ///
    /// @throws NarwhalException INVALID_REQUEST if these bytes are none
    void merge(byte[] bytes, int from, int to) {
        if (from == to) {
            return;
        }
        Reader reader = new Reader(bytes, from, to);
        long used = reader.number(2L * BUCKETS_OF_SIGN);
        if (used == 0) {
            for (long left = reader.number(VALUES_MAX); left > 0; left--) {
                add(reader.number());
            }
        } else {
            mergeCounts(used, reader);
        }
        if (!reader.isAtEnd()) {
            throw reader.malformed();
        }
    }

    private void mergeCounts(long used, Reader reader) {
        if (counts == null && valueCount > 0) {
            spread();
        }
        long bucket = BUCKET_MIN;
        for (long index = 0; index < used; index++) {
            bucket += reader.number(2L * BUCKETS_OF_SIGN);
            if (bucket >= BUCKETS_OF_SIGN) {
                throw reader.malformed();
            }
            long count = reader.number(Long.MAX_VALUE);
            if (counts == null) {
                values = null;
                counts = new long[1];
                firstBucket = (int) bucket;
            }
            count((int) bucket, count);
        }
        extend(reader.number(), reader.number());
    }

    private static final class Reader {
        private final byte[] bytes;
        private final int to;
        private int at;

        Reader(byte[] bytes, int from, int to) {
            this.bytes = bytes;
            this.at = from;
            this.to = to;
        }

        long number(long max) {
            long number = 0;
            for (int shift = 0; shift < Long.SIZE; shift += 7) {
                byte next = next();
                number |= (long) (next & 0x7F) << shift;
                if (next >= 0) {
                    if (number < 0 || number > max) {
                        throw malformed();
                    }
                    return number;
                }
            }
            throw malformed();
        }

        double number() {
            long bits = 0;
            for (int index = 0; index < Long.BYTES; index++) {
                bits = bits << Byte.SIZE | next() & 0xFF;
            }
            return Double.longBitsToDouble(bits);
        }

        boolean isAtEnd() {
            return at == to;
        }

        private byte next() {
            if (at == to) {
                throw malformed();
            }
            return bytes[at++];
        }

        NarwhalException malformed() {
            return NarwhalException.of(ErrorCode.INVALID_REQUEST,
                    "A partial result of APPROX_QUANTILE is malformed at byte [%d] of those up to [%d]", at, to);
        }
    }
}
