package org.narwhaldb.engine.operator;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
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

        Exact(SumOutput output, boolean zeroIfEmpty, boolean mayLag, Reservation reservation) {
            this.output = output;
            this.zeroIfEmpty = zeroIfEmpty;
            sums = new ExactSum(mayLag, reservation);
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
        private final SeenGroups seen;

        Doubles(ColumnType type, boolean zeroIfEmpty, boolean mayLag, Reservation reservation) {
            this.reservation = reservation;
            seen = new SeenGroups(mayLag, reservation);
            this.zeroIfEmpty = zeroIfEmpty;
            isFloat = type.kind() == ColumnType.Kind.FLOAT;
        }

        @Override
        public void reserve(int groups) {
            sums = reservation.doubles(sums, groups);
            seen.reserve(groups);
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
            } else if (nulls == null) {
                for (int row = 0; row < count; row++) {
                    sums[groups[row]] += values[row];
                }
            } else {
                for (int row = 0; row < count; row++) {
                    if (!nulls[row]) {
                        sums[groups[row]] += values[row];
                    }
                }
            }
            seen.mark(nulls, groups, count);
        }

        @Override
        public Column[] output(int from, int count) {
            double[] values = Arrays.copyOfRange(sums, from, from + count);
            for (int row = 0; isFloat && row < count; row++) {
                values[row] = (float) values[row];
            }
            return new Column[] {new DoubleColumn(values, zeroIfEmpty ? null : seen.unseen(from, count))};
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
        /// @param mayLag see [SeenGroups]
        Average(boolean ofDoubles, boolean fromStates, boolean toStates, SumOutput output, boolean mayLag,
                Reservation reservation) {
            this.fromStates = fromStates;
            this.toStates = toStates;
            this.output = output;
            exact = ofDoubles ? null : new ExactSum(mayLag, reservation);
            doubles = ofDoubles ? new Doubles(ColumnType.DOUBLE, false, mayLag, reservation) : null;
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
                long[] counts = counts(from, count);
                Column sums = exact != null ? output.sums(exact, false, from, count) : doubles.output(from, count)[0];
                return new Column[] {sums, new LongColumn(counts, null)};
            }
            if (exact != null && output.type().physical() != ColumnType.Physical.DOUBLE) {
                long[] sums = exact.longs(from, count);
                Column means = sums == null ? null : output.means(sums, counts(from, count));
                return new Column[] {means != null ? means : output.build(this::decimalMean, from, count)};
            }
            return new Column[] {doubleMeans(from, count)};
        }

        private long[] counts(int from, int count) {
            long[] counts = new long[count];
            for (int row = 0; row < count; row++) {
                counts[row] = count(from + row);
            }
            return counts;
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
