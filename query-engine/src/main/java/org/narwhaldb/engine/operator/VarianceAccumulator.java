package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.plan.AggregateFunction;

/// STDDEV and VAR: count, mean and the sum of squared distances from it. Rows are added by Welford, "Note on a Method
/// for Calculating Corrected Sums of Squares and Products" (1962), states by Chan, Golub and LeVeque (1979).
final class VarianceAccumulator implements Accumulator {
    private final Reservation reservation;
    private final AggregateFunction function;
    private final boolean fromStates;
    private final boolean toStates;
    /// of a decimal argument
    private final int scale;
    private long[] counts = new long[0];
    private double[] means = new double[0];
    private double[] squares = new double[0];

    VarianceAccumulator(AggregateFunction function, boolean fromStates, boolean toStates, int scale,
            Reservation reservation) {
        this.reservation = reservation;
        this.function = function;
        this.fromStates = fromStates;
        this.toStates = toStates;
        this.scale = scale;
    }

    @Override
    public void reserve(int groups) {
        counts = reservation.longs(counts, groups);
        means = reservation.doubles(means, groups);
        squares = reservation.doubles(squares, groups);
    }

    @Override
    public void add(Column[] columns, int[] groups, int count) {
        if (fromStates) {
            merge((LongColumn) columns[0], (DoubleColumn) columns[1], (DoubleColumn) columns[2], groups, count);
            return;
        }
        double[] values = NumbersAsDoubles.of(columns[0], scale, count);
        for (int row = 0; row < count; row++) {
            if (columns[0].isNull(row)) {
                continue;
            }
            int group = groups[row];
            double distance = values[row] - means[group];
            means[group] += distance / ++counts[group];
            squares[group] += distance * (values[row] - means[group]);
        }
    }

    private void merge(LongColumn otherCounts, DoubleColumn otherMeans, DoubleColumn otherSquares, int[] groups,
            int count) {
        for (int row = 0; row < count; row++) {
            long otherCount = otherCounts.isNull(row) ? 0 : otherCounts.values()[row];
            if (otherCount == 0) {
                continue;
            }
            int group = groups[row];
            if (counts[group] == 0) {
                counts[group] = otherCount;
                means[group] = otherMeans.values()[row];
                squares[group] = otherSquares.values()[row];
                continue;
            }
            double total = (double) counts[group] + otherCount;
            double distance = otherMeans.values()[row] - means[group];
            squares[group] += otherSquares.values()[row] + distance * distance * counts[group] * otherCount / total;
            means[group] += distance * otherCount / total;
            counts[group] += otherCount;
        }
    }

    @Override
    public Column[] output(int from, int count) {
        if (toStates) {
            return new Column[] {
                new LongColumn(Arrays.copyOfRange(counts, from, from + count), null),
                new DoubleColumn(Arrays.copyOfRange(means, from, from + count), null),
                new DoubleColumn(Arrays.copyOfRange(squares, from, from + count), null)
            };
        }
        boolean isSample = function == AggregateFunction.VAR_SAMP || function == AggregateFunction.STDDEV_SAMP;
        boolean isRoot = function == AggregateFunction.STDDEV_POP || function == AggregateFunction.STDDEV_SAMP;
        double[] values = new double[count];
        boolean[] nulls = null;
        for (int row = 0; row < count; row++) {
            long divisor = counts[from + row] - (isSample ? 1 : 0);
            if (divisor <= 0) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[row] = true;
            } else {
                double variance = squares[from + row] / divisor;
                values[row] = isRoot ? Math.sqrt(variance) : variance;
            }
        }
        return new Column[] {new DoubleColumn(values, nulls)};
    }
}
