package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// What one operator holds of its query's memory. Arrays grow by doubling; the larger array is reserved before it is
/// allocated, and the smaller one released once it is copied.
public final class Reservation implements AutoCloseable {
    private static final int CAPACITY_MIN = 64;
    private static final int CAPACITY_MAX = Integer.MAX_VALUE - 8;

    private final QueryMemory memory;
    private long held;

    public Reservation(QueryMemory memory) {
        this.memory = memory;
    }

    /// A second reservation on the same account.
    public Reservation another() {
        return new Reservation(memory);
    }

    public void grow(long bytes) {
        memory.reserve(bytes);
        held += bytes;
    }

    public void shrink(long bytes) {
        memory.release(bytes);
        held -= bytes;
    }

    /// Whether so much more could be had now.
    public boolean canGrow(long bytes) {
        try {
            memory.reserve(bytes);
        } catch (NarwhalException e) {
            if (e.code() == ErrorCode.QUERY_MEMORY_EXCEEDED || e.code() == ErrorCode.SERVER_MEMORY_EXCEEDED) {
                return false;
            }
            throw e;
        }
        memory.release(bytes);
        return true;
    }

    /// Holds exactly this much from now on.
    public void set(long bytes) {
        if (bytes > held) {
            grow(bytes - held);
        } else if (bytes < held) {
            shrink(held - bytes);
        }
    }

    public long held() {
        return held;
    }

    @Override
    public void close() {
        set(0);
    }

    /// Each of these returns an array of at least `needed` elements that begins with those of `array`, itself if it is
    /// long enough.
    public long[] longs(long[] array, int needed) {
        if (needed <= array.length) {
            return array;
        }
        int capacity = capacity(array.length, needed);
        grow((long) capacity * Long.BYTES);
        long[] grown = Arrays.copyOf(array, capacity);
        shrink((long) array.length * Long.BYTES);
        return grown;
    }

    public double[] doubles(double[] array, int needed) {
        if (needed <= array.length) {
            return array;
        }
        int capacity = capacity(array.length, needed);
        grow((long) capacity * Double.BYTES);
        double[] grown = Arrays.copyOf(array, capacity);
        shrink((long) array.length * Double.BYTES);
        return grown;
    }

    public int[] ints(int[] array, int needed) {
        if (needed <= array.length) {
            return array;
        }
        int capacity = capacity(array.length, needed);
        grow((long) capacity * Integer.BYTES);
        int[] grown = Arrays.copyOf(array, capacity);
        shrink((long) array.length * Integer.BYTES);
        return grown;
    }

    public boolean[] booleans(boolean[] array, int needed) {
        if (needed <= array.length) {
            return array;
        }
        int capacity = capacity(array.length, needed);
        grow(capacity);
        boolean[] grown = Arrays.copyOf(array, capacity);
        shrink(array.length);
        return grown;
    }

    public byte[] bytes(byte[] array, int needed) {
        if (needed <= array.length) {
            return array;
        }
        int capacity = capacity(array.length, needed);
        grow(capacity);
        byte[] grown = Arrays.copyOf(array, capacity);
        shrink(array.length);
        return grown;
    }

    public Object[] objects(Object[] array, int needed) {
        if (needed <= array.length) {
            return array;
        }
        int capacity = capacity(array.length, needed);
        grow((long) capacity * Long.BYTES);
        Object[] grown = Arrays.copyOf(array, capacity);
        shrink((long) array.length * Long.BYTES);
        return grown;
    }

    private static int capacity(int current, int needed) {
        return (int) Math.min(CAPACITY_MAX, Math.max(Math.max(CAPACITY_MIN, needed), 2L * current));
    }
}
