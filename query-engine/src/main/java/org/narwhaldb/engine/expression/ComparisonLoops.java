package org.narwhaldb.engine.expression;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Int128;

/// "equal" and "less" over two columns of one physical type and scale, not nested; what they write for a row that is
/// NULL is of no meaning.
final class ComparisonLoops {
    private ComparisonLoops() {}

    static void equal(Column a, Column b, boolean[] nulls, boolean[] result) {
        switch (a) {
            case LongColumn(long[] values, _) -> equal(values, ((LongColumn) b).values(), result);
            case DoubleColumn(double[] values, _) -> equal(values, ((DoubleColumn) b).values(), result);
            case BooleanColumn(boolean[] left, _) -> {
                boolean[] right = ((BooleanColumn) b).values();
                for (int row = 0; row < result.length; row++) {
                    result[row] = left[row] == right[row];
                }
            }
            case Int128Column left -> {
                Int128Column right = (Int128Column) b;
                for (int row = 0; row < result.length; row++) {
                    result[row] = left.high()[row] == right.high()[row] & left.low()[row] == right.low()[row];
                }
            }
            case BytesColumn left -> equal(left, (BytesColumn) b, nulls, result);
            case Column.NestedColumn _ -> throw new IllegalStateException("Nested values are compared one by one");
        }
    }

    static void less(Column a, Column b, boolean[] nulls, boolean[] result) {
        switch (a) {
            case LongColumn(long[] values, _) -> less(values, ((LongColumn) b).values(), result);
            case DoubleColumn(double[] values, _) -> less(values, ((DoubleColumn) b).values(), result);
            case BooleanColumn(boolean[] left, _) -> {
                boolean[] right = ((BooleanColumn) b).values();
                for (int row = 0; row < result.length; row++) {
                    result[row] = !left[row] & right[row];
                }
            }
            case Int128Column left -> {
                Int128Column right = (Int128Column) b;
                for (int row = 0; row < result.length; row++) {
                    result[row] = Int128.compare(
                            left.high()[row], left.low()[row], right.high()[row], right.low()[row]) < 0;
                }
            }
            case BytesColumn left -> less(left, (BytesColumn) b, nulls, result);
            case Column.NestedColumn _ -> throw new IllegalStateException("Nested values are compared one by one");
        }
    }

    private static void equal(long[] a, long[] b, boolean[] result) {
        for (int row = 0; row < result.length; row++) {
            result[row] = a[row] == b[row];
        }
    }

    private static void less(long[] a, long[] b, boolean[] result) {
        for (int row = 0; row < result.length; row++) {
            result[row] = a[row] < b[row];
        }
    }

    private static void equal(double[] a, double[] b, boolean[] result) {
        for (int row = 0; row < result.length; row++) {
            result[row] = a[row] == b[row] | (a[row] != a[row] & b[row] != b[row]);
        }
    }

    private static void less(double[] a, double[] b, boolean[] result) {
        for (int row = 0; row < result.length; row++) {
            result[row] = a[row] < b[row] | (a[row] == a[row] & b[row] != b[row]);
        }
    }

    private static void equal(BytesColumn a, BytesColumn b, boolean[] nulls, boolean[] result) {
        boolean sameDictionary = a.codes() != null && b.codes() != null
                && a.bytes() == b.bytes() && a.offsets() == b.offsets();
        for (int row = 0; row < result.length; row++) {
            if (Nulls.isNull(nulls, row)) {
                continue;
            }
            result[row] = sameDictionary ? a.codes()[row] == b.codes()[row]
                    : Arrays.equals(a.bytes(), a.start(row), a.end(row), b.bytes(), b.start(row), b.end(row));
        }
    }

    private static void less(BytesColumn a, BytesColumn b, boolean[] nulls, boolean[] result) {
        for (int row = 0; row < result.length; row++) {
            if (!Nulls.isNull(nulls, row)) {
                result[row] = Arrays.compareUnsigned(
                        a.bytes(), a.start(row), a.end(row), b.bytes(), b.start(row), b.end(row)) < 0;
            }
        }
    }
}
