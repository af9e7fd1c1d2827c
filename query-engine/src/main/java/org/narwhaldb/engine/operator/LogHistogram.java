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
/// Up to [#VALUES_MAX] values are kept as they are, and the answer is exact; more make arrays of counts from the lowest to
/// the highest bucket in use, one of values below zero and one of those above.
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
    private Buckets buckets;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private boolean hasValues;

    /// Counts by bucket. Those below and those above zero stand apart, so that what is between zero and the values takes no room.
    private static final class Buckets {
        private final Stretch negative = new Stretch();
        private final Stretch positive = new Stretch();
        private long zero;

        void add(int bucket, long times) {
            if (bucket > 0) {
                positive.add(bucket, times);
            } else if (bucket < 0) {
                negative.add(bucket, times);
            } else {
                zero += times;
            }
        }

        void add(Buckets other) {
            other.forEach(this::add);
        }

        /// Those in use, ascending.
        void forEach(CountVisitor visitor) {
            negative.forEach(visitor);
            if (zero > 0) {
                visitor.visit(0, zero);
            }
            positive.forEach(visitor);
        }

        long total() {
            return negative.total() + zero + positive.total();
        }

        /// The bucket of the value at a rank, counted from 1.
        int at(long rank) {
            long below = negative.total();
            if (rank <= below) {
                return negative.at(rank);
            }
            return rank <= below + zero ? 0 : positive.at(rank - below - zero);
        }

        int sizeBytes() {
            return 64 + (negative.counts.length + positive.counts.length) * Long.BYTES;
        }
    }

    @FunctionalInterface
    private interface CountVisitor {
        void visit(int bucket, long count);
    }

    /// From the lowest to the highest bucket in use, and some to spare.
    private static final class Stretch {
        private int first;
        private long[] counts = new long[0];

        void add(int bucket, long times) {
            int place = bucket - first;
            if (place < 0 || place >= counts.length) {
                include(bucket);
                place = bucket - first;
            }
            counts[place] += times;
        }

        private void include(int bucket) {
            if (counts.length == 0) {
                counts = new long[1];
                first = bucket;
                return;
            }
            int spare = Math.max(SPARE_BUCKETS, counts.length / 2);
            int low = Math.min(Math.max(BUCKET_MIN, bucket - (bucket < first ? spare : 0)), first);
            int end = Math.max(Math.min(BUCKETS_OF_SIGN, bucket + 1 + (bucket >= first ? spare : 0)), first + counts.length);
            long[] wider = new long[end - low];
            System.arraycopy(counts, 0, wider, first - low, counts.length);
            counts = wider;
            first = low;
        }

        void forEach(CountVisitor visitor) {
            for (int place = 0; place < counts.length; place++) {
                if (counts[place] != 0) {
                    visitor.visit(first + place, counts[place]);
                }
            }
        }

        long total() {
            long total = 0;
            for (long count : counts) {
                total += count;
            }
            return total;
        }

        int at(long rank) {
            long passed = 0;
            int place = -1;
            while (passed < rank) {
                passed += counts[++place];
            }
            return first + place;
        }
    }

    /// Bytes held, roughly.
    public int sizeBytes() {
        return 72 + (buckets == null ? values.length * Long.BYTES : buckets.sizeBytes());
    }

    public void add(double value) {
        extend(value, value);
        if (buckets != null) {
            buckets.add(bucket(value), 1);
            return;
        }
        if (valueCount == VALUES_MAX) {
            spread();
            buckets.add(bucket(value), 1);
            return;
        }
        if (valueCount == values.length) {
            values = Arrays.copyOf(values, Math.min(VALUES_MAX, valueCount * 2));
        }
        values[valueCount++] = value;
    }

    /// Adds a value so many times.
    public void add(double value, long times) {
        if (buckets == null && valueCount + times <= VALUES_MAX) {
            for (long time = 0; time < times; time++) {
                add(value);
            }
            return;
        }
        extend(value, value);
        spread();
        buckets.add(bucket(value), times);
    }

    /// NaN is the largest value.
    private void extend(double low, double high) {
        min = !hasValues || Double.compare(low, min) < 0 ? low : min;
        max = !hasValues || Double.compare(high, max) > 0 ? high : max;
        hasValues = true;
    }

    /// From now on values are counted.
    private void spread() {
        if (buckets == null) {
            buckets = new Buckets();
            for (int index = 0; index < valueCount; index++) {
                buckets.add(bucket(values[index]), 1);
            }
            values = null;
        }
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
        return buckets == null ? valueCount : buckets.total();
    }

    /// The value at rank ceil(fraction * total), counted from 1, as the middle of its bucket, but never outside of what was
    /// added. Not to be asked while empty.
    double quantile(double fraction) {
        long total = total();
        long rank = Math.max(1, Math.min(total, (long) Math.ceil(fraction * total)));
        if (buckets == null) {
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
        double value = middle(buckets.at(rank));
        return Double.compare(value, min) < 0 ? min : Double.compare(value, max) > 0 ? max : value;
    }

    public void writeTo(BytesBuilder out) {
        if (!hasValues) {
            return;
        }
        if (buckets == null) {
            out.append((byte) 0);
            out.append((byte) valueCount);
            for (int index = 0; index < valueCount; index++) {
                writeDouble(values[index], out);
            }
            return;
        }
        int[] used = {0};
        buckets.forEach((_, _) -> used[0]++);
        writeNumber(used[0], out);
        int[] previous = {BUCKET_MIN};
        buckets.forEach((bucket, count) -> {
            writeNumber(bucket - previous[0], out);
            writeNumber(count, out);
            previous[0] = bucket;
        });
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
        if (other.buckets == null) {
            for (int index = 0; index < other.valueCount; index++) {
                add(other.values[index]);
            }
            return;
        }
        spread();
        buckets.add(other.buckets);
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
        spread();
        long bucket = BUCKET_MIN;
        for (long index = 0; index < used; index++) {
            bucket += reader.number(2L * BUCKETS_OF_SIGN);
            if (bucket >= BUCKETS_OF_SIGN) {
                throw reader.malformed();
            }
            buckets.add((int) bucket, reader.number(Long.MAX_VALUE));
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
