package org.narwhaldb.engine.operator;

import java.math.BigDecimal;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Int128;

/// Numbers of any type as doubles, for aggregates that compute in them.
public final class NumbersAsDoubles {
    private NumbersAsDoubles() {}

    /// @param scale of a decimal, else 0
    /// @return at least `count` values, those of null rows unspecified; the column's own array if it holds doubles
    public static double[] of(Column column, int scale, int count) {
        if (column instanceof DoubleColumn numbers) {
            return numbers.values();
        }
        double[] values = new double[count];
        if (column instanceof LongColumn numbers) {
            double divisor = Math.pow(10, scale);
            for (int row = 0; row < count; row++) {
                values[row] = numbers.values()[row] / divisor;
            }
        } else if (column instanceof Int128Column numbers) {
            for (int row = 0; row < count; row++) {
                if (!column.isNull(row)) {
                    values[row] = new BigDecimal(Int128.toBigInteger(numbers.high()[row], numbers.low()[row]),
                            scale).doubleValue();
                }
            }
        }
        return values;
    }
}
