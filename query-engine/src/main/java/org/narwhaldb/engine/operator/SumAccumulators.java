package org.narwhaldb.engine.operator;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.segment.ColumnType;

/// SUM, SUM_OR_ZERO and AVG. States add up as arguments do, so one class serves both; only the count of an average is
/// counted from arguments and added from states.
final class SumAccumulators {
    private SumAccumulators() {}

    /// Of integers and decimals.
    static final class Exact implements Accumulator {
        private final ExactSum sums;
        private final SumOutput output;
        private final boolean zeroIfEmpty;

        Exact(SumOutput output, boolean zeroIfEmpty, Reservation reservation) {
            this.output = output;
            this.zeroIfEmpty = zeroIfEmpty;
            sums = new ExactSum(reservation);
        }

        @Override
        public void reserve(int groups) {
            sums.reserve(groups);
        }

        @Override
        public void add(Column[] columns, int[] groups, int count) {
            sums.add(columns[0], groups, count);
        }

        @Override
        public Column[] output(int from, int count) {
            return new Column[] {output.sums(sums, zeroIfEmpty, from, count)};
        }
    }

    /// Of doubles, in order of arrival.
    static final class Doubles implements Accumulator {
        private final Reservation reservation;
        private final boolean isFloat;
        private final boolean zeroIfEmpty;
        private double[] sums = new double[0];
        private boolean[] seen = new boolean[0];

        Doubles(ColumnType type, boolean zeroIfEmpty, Reservation reservation) {
            this.reservation = reservation;
            this.zeroIfEmpty = zeroIfEmpty;
            isFloat = type.kind() == ColumnType.Kind.FLOAT;
        }

        @Override
        public void reserve(int groups) {
            sums = reservation.doubles(sums, groups);
            seen = reservation.booleans(seen, groups);
        }

        @Override
        public void add(Column[] columns, int[] groups, int count) {
            double[] values = ((DoubleColumn) columns[0]).values();
            boolean[] nulls = columns[0].nulls();
            if (groups == ONE_GROUP && nulls == null) {
                double sum = sums[0];
                for (int row = 0; row < count; row++) {
                    sum += values[row];
                }
                sums[0] = sum;
                seen[0] |= count > 0;
                return;
            }
            for (int row = 0; row < count; row++) {
                if (nulls == null || !nulls[row]) {
                    sums[groups[row]] += values[row];
                    seen[groups[row]] = true;
                }
            }
        }

        @Override
        public Column[] output(int from, int count) {
            double[] values = new double[count];
            boolean[] nulls = null;
            for (int row = 0; row < count; row++) {
                values[row] = isFloat ? (float) sums[from + row] : sums[from + row];
                if (!seen[from + row] && !zeroIfEmpty) {
                    nulls = nulls == null ? new boolean[count] : nulls;
                    nulls[row] = true;
                }
            }
            return new Column[] {new DoubleColumn(values, nulls)};
        }
    }

    /// The mean: the final value, or the states `sum` and `count`.
    static final class Average implements Accumulator {
        private final boolean fromStates;
        private final boolean toStates;
        private final SumOutput output;
        /// one of the two is null
        private final ExactSum exact;
        private final Doubles doubles;
        private final CountAccumulator counted;
        private final CountAccumulator.Merged merged;

        /// @param output of the mean, or of the state `sum`
        Average(boolean ofDoubles, boolean fromStates, boolean toStates, SumOutput output, Reservation reservation) {
            this.fromStates = fromStates;
            this.toStates = toStates;
            this.output = output;
            exact = ofDoubles ? null : new ExactSum(reservation);
            doubles = ofDoubles ? new Doubles(ColumnType.DOUBLE, false, reservation) : null;
            counted = new CountAccumulator(reservation);
            merged = new CountAccumulator.Merged(reservation);
        }

        @Override
        public void reserve(int groups) {
            if (exact != null) {
                exact.reserve(groups);
            } else {
                doubles.reserve(groups);
            }
            if (fromStates) {
                merged.reserve(groups);
            } else {
                counted.reserve(groups);
            }
        }

        @Override
        public void add(Column[] columns, int[] groups, int count) {
            if (exact != null) {
                exact.add(columns[0], groups, count);
            } else {
                doubles.add(columns, groups, count);
            }
            if (fromStates) {
                merged.add(new Column[] {columns[1]}, groups, count);
            } else {
                counted.add(columns, groups, count);
            }
        }

        private long count(int group) {
            return fromStates ? merged.count(group) : counted.count(group);
        }

        @Override
        public Column[] output(int from, int count) {
            if (toStates) {
                long[] counts = new long[count];
                for (int row = 0; row < count; row++) {
                    counts[row] = count(from + row);
                }
                Column sums = exact != null ? output.sums(exact, false, from, count) : doubles.output(from, count)[0];
                return new Column[] {sums, new LongColumn(counts, null)};
            }
            if (exact != null && output.type().physical() != ColumnType.Physical.DOUBLE) {
                return new Column[] {output.build(this::decimalMean, from, count)};
            }
            return new Column[] {doubleMeans(from, count)};
        }

        private BigDecimal decimalMean(int group) {
            if (count(group) == 0) {
                return null;
            }
            BigDecimal sum = new BigDecimal(exact.value(group), output.scale());
            return sum.divide(BigDecimal.valueOf(count(group)), output.type().scale(), RoundingMode.HALF_UP);
        }

        private Column doubleMeans(int from, int count) {
            double[] values = new double[count];
            boolean[] nulls = null;
            Column sums = exact == null ? doubles.output(from, count)[0] : null;
            for (int row = 0; row < count; row++) {
                int group = from + row;
                if (count(group) == 0) {
                    nulls = nulls == null ? new boolean[count] : nulls;
                    nulls[row] = true;
                    continue;
                }
                double mean = sums != null ? ((DoubleColumn) sums).values()[row] / count(group) : exactMean(group);
                values[row] = output.type().kind() == ColumnType.Kind.FLOAT ? (float) mean : mean;
            }
            return new DoubleColumn(values, nulls);
        }

        private double exactMean(int group) {
            if (output.scale() == 0 && exact.isLong(group)) {
                return (double) exact.longValue(group) / count(group);
            }
            return new BigDecimal(exact.value(group), output.scale())
                    .divide(BigDecimal.valueOf(count(group)), MathContext.DECIMAL128).doubleValue();
        }
    }
}
