package org.narwhaldb.engine.operator;

import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// APPROX_QUANTILE: a [LogHistogram] a group. The fraction is the same in every row; it travels with the states because
/// only the last step knows what to do with it.
final class QuantileSketchAccumulator implements Accumulator {
    private final Reservation reservation;
    private final boolean fromStates;
    private final boolean toStates;
    private final int valueScale;
    private final int fractionScale;
    /// by group; null without a value
    private LogHistogram[] histograms = new LogHistogram[0];
    private int[] histogramBytes = new int[0];
    private double fraction = Double.NaN;

    QuantileSketchAccumulator(List<ColumnType> inputs, boolean fromStates, boolean toStates, Reservation reservation) {
        this.reservation = reservation;
        this.fromStates = fromStates;
        this.toStates = toStates;
        valueScale = inputs.getFirst().scale();
        fractionScale = inputs.getLast().scale();
    }

    @Override
    public void reserve(int groups) {
        histogramBytes = reservation.ints(histogramBytes, groups);
        if (histogramBytes.length > histograms.length) {
            reservation.grow((long) (histogramBytes.length - histograms.length) * Long.BYTES);
            histograms = Arrays.copyOf(histograms, histogramBytes.length);
        }
    }

    @Override
    public void add(Column[] columns, int[] groups, int count) {
        double[] fractions = NumbersAsDoubles.of(columns[1], fractionScale, count);
        for (int row = 0; row < count; row++) {
            if (!columns[1].isNull(row)) {
                check(fractions[row]);
            } else if (!fromStates) {
                throw new NarwhalException(ErrorCode.INVALID_PARAMETER, "The fraction of APPROX_QUANTILE is NULL; give 0.5 for the median");
            }
        }
        Column column = columns[0];
        if (fromStates) {
            BytesColumn states = (BytesColumn) column;
            for (int row = 0; row < count; row++) {
                histogram(groups[row]).merge(states.bytes(), states.start(row), states.end(row));
            }
        } else {
            double[] values = NumbersAsDoubles.of(column, valueScale, count);
            for (int row = 0; row < count; row++) {
                if (!column.isNull(row)) {
                    histogram(groups[row]).add(values[row]);
                }
            }
        }
        account(groups, count);
    }

    private void check(double given) {
        if (given == fraction) {
            return;
        }
        if (!(given >= 0 && given <= 1) || !Double.isNaN(fraction)) {
            throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                    "The fraction of APPROX_QUANTILE is [%s]; give one constant from 0 to 1", given);
        }
        fraction = given;
    }

    private LogHistogram histogram(int group) {
        LogHistogram histogram = histograms[group];
        if (histogram == null) {
            histogram = new LogHistogram();
            histograms[group] = histogram;
        }
        return histogram;
    }

    /// Histograms grow by themselves: what they have grown by is reserved after each batch.
    private void account(int[] groups, int count) {
        long grown = 0;
        for (int row = 0; row < count; row++) {
            LogHistogram histogram = histograms[groups[row]];
            if (histogram != null) {
                int bytes = histogram.sizeBytes();
                grown += bytes - histogramBytes[groups[row]];
                histogramBytes[groups[row]] = bytes;
            }
            if (groups == ONE_GROUP) {
                break;
            }
        }
        if (grown > 0) {
            reservation.grow(grown);
        } else {
            reservation.shrink(-grown);
        }
    }

    @Override
    public Column[] output(int from, int count) {
        return toStates ? states(from, count) : values(from, count);
    }

    private Column[] values(int from, int count) {
        double[] values = new double[count];
        boolean[] nulls = null;
        for (int row = 0; row < count; row++) {
            LogHistogram histogram = histograms[from + row];
            if (histogram == null || histogram.total() == 0) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[row] = true;
            } else {
                values[row] = histogram.quantile(fraction);
            }
        }
        return new Column[] {new DoubleColumn(values, nulls)};
    }

    private Column[] states(int from, int count) {
        BytesBuilder states = new BytesBuilder(count, count * Long.BYTES);
        double[] fractions = new double[count];
        Arrays.fill(fractions, fraction);
        boolean[] nulls = null;
        if (Double.isNaN(fraction)) {
            nulls = new boolean[count];
            Arrays.fill(nulls, true);
        }
        for (int row = 0; row < count; row++) {
            if (histograms[from + row] != null) {
                histograms[from + row].writeTo(states);
            }
            states.endEntry();
        }
        return new Column[] {states.build(null), new DoubleColumn(fractions, nulls)};
    }
}
