package org.narwhaldb.engine.kernel;

/// Which bucket of one length a number is in.
public final class Buckets {
    static final Kernel DIVIDE = new Kernel("buckets");

    private Buckets() {}

    /// `target[i] = floor((values[i] - first) / step)`: the quotient by a multiplication, which is at most one off.
    ///
    /// @param values from less than 2^52 below `first` to less than 2^52 above it, in less than 2^31 steps
    public static void divide(long[] values, int count, long first, long step, int[] target) {
        int done = DIVIDE.isVector() ? VectorGroups.divide(values, count, first, step, target) : 0;
        double inverse = 1.0 / step;
        for (int i = done; i < count; i++) {
            long distance = values[i] - first;
            int quotient = (int) (distance * inverse);
            long rest = distance - quotient * step;
            target[i] = quotient + (rest < 0 ? -1 : rest >= step ? 1 : 0);
        }
    }
}
