package org.narwhaldb.engine.leaf;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Int128;
import org.narwhaldb.engine.operator.LogHistogram;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Makes the state columns of one aggregate, as `AggregateStates` lays them out, from tallies.
sealed interface LeafOutput {
    /// Adds the columns for groups `groups[0, count)`.
    void columns(Tally[] tallies, int[] groups, int count, List<Column> target);

    private static boolean[] nulls(Tally[] tallies, int counts, int[] groups, int count) {
        Tally.Counting counting = (Tally.Counting) tallies[counts];
        boolean[] nulls = null;
        for (int i = 0; i < count; i++) {
            if (counting.count(groups[i]) == 0) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[i] = true;
            }
        }
        return nulls;
    }

    record Counts(int tally) implements LeafOutput {
        @Override
        public void columns(Tally[] tallies, int[] groups, int count, List<Column> target) {
            Tally.Counting counting = (Tally.Counting) tallies[tally];
            long[] values = new long[count];
            for (int i = 0; i < count; i++) {
                values[i] = counting.count(groups[i]);
            }
            target.add(new LongColumn(values, null));
        }
    }

    record Both(LeafOutput first, LeafOutput second) implements LeafOutput {
        @Override
        public void columns(Tally[] tallies, int[] groups, int count, List<Column> target) {
            first.columns(tallies, groups, count, target);
            second.columns(tallies, groups, count, target);
        }
    }

    /// @param counts the tally that says which groups have a sum
    record ExactSums(int tally, int counts, String name, int scale) implements LeafOutput {
        private static final BigInteger LIMIT = BigInteger.TEN.pow(ColumnType.DECIMAL_PRECISION_MAX);

        @Override
        public void columns(Tally[] tallies, int[] groups, int count, List<Column> target) {
            SumTallies.Exact sums = (SumTallies.Exact) tallies[tally];
            long[] high = new long[count];
            long[] low = new long[count];
            for (int i = 0; i < count; i++) {
                high[i] = sums.high(groups[i]);
                low[i] = sums.low(groups[i]);
                if (high[i] != low[i] >> 63) {
                    check(Int128.toBigInteger(high[i], low[i]));
                }
            }
            target.add(new Int128Column(high, low, nulls(tallies, counts, groups, count)));
        }

        private void check(BigInteger sum) {
            if (sum.abs().compareTo(LIMIT) >= 0) {
                throw NarwhalException.of(ErrorCode.NUMERIC_OUT_OF_RANGE,
                        "The value [%s] of [%s] does not fit [%s]; cast its argument to a wider type",
                        new BigDecimal(sum, scale), name,
                        ColumnType.decimal(ColumnType.DECIMAL_PRECISION_MAX, scale));
            }
        }
    }

    /// Sums of `factor * x + offset`, where the sum of x fits a long.
    record LinearSums(int tally, int counts, long factor, long offset) implements LeafOutput {
        @Override
        public void columns(Tally[] tallies, int[] groups, int count, List<Column> target) {
            SumTallies.Exact sums = (SumTallies.Exact) tallies[tally];
            Tally.Counting counting = (Tally.Counting) tallies[counts];
            long[] high = new long[count];
            long[] low = new long[count];
            for (int i = 0; i < count; i++) {
                long sum = sums.low(groups[i]);
                long counted = counting.count(groups[i]);
                long added = counted * offset;
                low[i] = sum * factor + added;
                high[i] = Math.multiplyHigh(sum, factor) + Math.multiplyHigh(counted, offset)
                        + (Long.compareUnsigned(low[i], added) < 0 ? 1 : 0);
            }
            target.add(new Int128Column(high, low, nulls(tallies, counts, groups, count)));
        }
    }

    /// A number times how often it was added; it has at most half the bits of a long.
    record ConstantSums(int tally, int counts, long value) implements LeafOutput {
        @Override
        public void columns(Tally[] tallies, int[] groups, int count, List<Column> target) {
            Tally.Counting counting = (Tally.Counting) tallies[tally];
            long[] high = new long[count];
            long[] low = new long[count];
            for (int i = 0; i < count; i++) {
                low[i] = counting.count(groups[i]) * value;
                high[i] = low[i] >> 63;
            }
            target.add(new Int128Column(high, low, nulls(tallies, counts, groups, count)));
        }
    }

    /// @param exponent the power of ten that the doubles were multiplied with to be summed as integers, or -1
    record DoubleSums(int tally, int counts, int exponent) implements LeafOutput {
        @Override
        public void columns(Tally[] tallies, int[] groups, int count, List<Column> target) {
            double[] values = new double[count];
            for (int i = 0; i < count; i++) {
                values[i] = exponent < 0 ? ((SumTallies.Doubles) tallies[tally]).sum(groups[i])
                        : ((SumTallies.Exact) tallies[tally]).low(groups[i]) / ColumnReader.powerOfTen(exponent);
            }
            target.add(new DoubleColumn(values, nulls(tallies, counts, groups, count)));
        }
    }

    record Extremes(int tally, int counts, Physical physical, int exponent) implements LeafOutput {
        @Override
        public void columns(Tally[] tallies, int[] groups, int count, List<Column> target) {
            ExtremeTally extremes = (ExtremeTally) tallies[tally];
            boolean[] nulls = nulls(tallies, counts, groups, count);
            target.add(switch (physical) {
                case LONG -> {
                    long[] values = new long[count];
                    for (int i = 0; i < count; i++) {
                        values[i] = extremes.value(groups[i]);
                    }
                    yield new LongColumn(values, nulls);
                }
                case DOUBLE -> {
                    double[] values = new double[count];
                    for (int i = 0; i < count; i++) {
                        values[i] = exponent < 0 ? extremes.doubleValue(groups[i])
                                : extremes.value(groups[i]) / ColumnReader.powerOfTen(exponent);
                    }
                    yield new DoubleColumn(values, nulls);
                }
                case BOOLEAN -> {
                    boolean[] values = new boolean[count];
                    for (int i = 0; i < count; i++) {
                        values[i] = extremes.value(groups[i]) == 1;
                    }
                    yield new BooleanColumn(values, nulls);
                }
                case INT128, BYTES, NESTED -> throw new IllegalStateException("An extreme of " + physical);
            });
        }
    }

    record Sketches(int tally) implements LeafOutput {
        @Override
        public void columns(Tally[] tallies, int[] groups, int count, List<Column> target) {
            SketchTally sketches = (SketchTally) tallies[tally];
            BytesBuilder states = new BytesBuilder(count, count * Long.BYTES);
            for (int i = 0; i < count; i++) {
                byte[] state = sketches.state(groups[i]);
                if (state != null) {
                    states.append(state);
                }
                states.endEntry();
            }
            target.add(states.build(null));
        }
    }

    /// @param fraction that was asked for
    record Quantiles(int tally, double fraction) implements LeafOutput {
        @Override
        public void columns(Tally[] tallies, int[] groups, int count, List<Column> target) {
            Tally.Quantiles quantiles = (Tally.Quantiles) tallies[tally];
            BytesBuilder states = new BytesBuilder(count, count * Long.BYTES);
            double[] fractions = new double[count];
            Arrays.fill(fractions, fraction);
            for (int i = 0; i < count; i++) {
                LogHistogram histogram = quantiles.histogram(groups[i]);
                if (histogram != null) {
                    histogram.writeTo(states);
                }
                states.endEntry();
            }
            target.add(states.build(null));
            target.add(new DoubleColumn(fractions, null));
        }
    }

    record Variances(int tally) implements LeafOutput {
        @Override
        public void columns(Tally[] tallies, int[] groups, int count, List<Column> target) {
            VarianceTally variances = (VarianceTally) tallies[tally];
            long[] counts = new long[count];
            double[] means = new double[count];
            double[] squares = new double[count];
            for (int i = 0; i < count; i++) {
                counts[i] = variances.count(groups[i]);
                means[i] = variances.mean(groups[i]);
                squares[i] = variances.squares(groups[i]);
            }
            target.add(new LongColumn(counts, null));
            target.add(new DoubleColumn(means, null));
            target.add(new DoubleColumn(squares, null));
        }
    }
}
