package org.narwhaldb.engine.expression;

import java.math.BigInteger;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.engine.batch.Int128;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;

/// The column that a cast fills, row after row.
final class CastTarget {
    private final ColumnType type;
    private final Int128 register = new Int128();
    private boolean[] booleans;
    private long[] longs;
    private double[] doubles;
    private Object[] objects;
    private ExactWriter exact;
    private BytesBuilder bytes;
    private int row;

    CastTarget(ColumnType type, int rowCount) {
        this.type = type;
        switch (type.kind()) {
            case BOOLEAN -> booleans = new boolean[rowCount];
            case INT, LONG, DECIMAL -> exact = new ExactWriter(type, rowCount);
            case FLOAT, DOUBLE -> doubles = new double[rowCount];
            case DATE, TIME, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS, TIMESTAMP_TZ_NS -> longs = new long[rowCount];
            case STRING, BINARY, FIXED, UUID -> bytes = new BytesBuilder(rowCount, rowCount * 8);
            case STRUCT, LIST, MAP -> objects = new Object[rowCount];
        }
    }

    ColumnType type() {
        return type;
    }

    ErrorCode put(boolean value) {
        booleans[row] = value;
        return null;
    }

    /// A date, time or timestamp.
    ErrorCode putTime(long value) {
        longs[row] = value;
        return null;
    }

    ErrorCode put(double value) {
        doubles[row] = value;
        return null;
    }

    ErrorCode put(Object value) {
        objects[row] = value;
        return null;
    }

    ErrorCode putNumber(long value, int scale) {
        register.set(value);
        return fits(exact.put(row, register, scale));
    }

    ErrorCode putNumber(long high, long low, int scale) {
        register.set(high, low);
        return fits(exact.put(row, register, scale));
    }

    ErrorCode putNumber(BigInteger value, int scale) {
        return fits(exact.put(row, value, scale));
    }

    private static ErrorCode fits(boolean done) {
        return done ? null : ErrorCode.NUMERIC_OUT_OF_RANGE;
    }

    /// Where text and binary values are appended.
    BytesBuilder bytes() {
        return bytes;
    }

    void endRow() {
        row++;
        if (bytes != null) {
            bytes.endEntry();
        }
    }

    Column build(boolean[] nulls) {
        return switch (type.kind()) {
            case BOOLEAN -> new BooleanColumn(booleans, nulls);
            case INT, LONG, DECIMAL -> exact.build(nulls);
            case FLOAT, DOUBLE -> new DoubleColumn(doubles, nulls);
            case DATE, TIME, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS, TIMESTAMP_TZ_NS -> new LongColumn(longs, nulls);
            case STRING, BINARY, FIXED, UUID -> bytes.build(nulls);
            case STRUCT, LIST, MAP -> new NestedColumn(objects, nulls);
        };
    }
}
