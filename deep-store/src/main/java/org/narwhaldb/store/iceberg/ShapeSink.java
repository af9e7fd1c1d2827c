package org.narwhaldb.store.iceberg;

import java.math.BigInteger;
import java.util.Arrays;
import org.narwhaldb.segment.SegmentBuilder;

/// Catches the one value appended, in the shape of `NestedValues`.
final class ShapeSink implements SegmentBuilder.ColumnAppender {
    private Object value;

    Object take() {
        return value;
    }

    @Override
    public void appendNull() {
        value = null;
    }

    @Override
    public void appendBoolean(boolean newValue) {
        value = newValue;
    }

    @Override
    public void appendLong(long newValue) {
        value = newValue;
    }

    @Override
    public void appendDouble(double newValue) {
        value = newValue;
    }

    @Override
    public void appendInt128(BigInteger newValue) {
        value = newValue;
    }

    @Override
    public void appendBytes(byte[] newValue, int offset, int length) {
        value = Arrays.copyOfRange(newValue, offset, offset + length);
    }

    @Override
    public void appendNested(Object newValue) {
        value = newValue;
    }
}
