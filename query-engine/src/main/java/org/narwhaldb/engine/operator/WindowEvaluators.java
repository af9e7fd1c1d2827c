package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.plan.WindowCall;
import org.narwhaldb.engine.plan.WindowFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Chooses the evaluator of a window call, and holds those that read nothing but places.
final class WindowEvaluators {
    private WindowEvaluators() {}

    static WindowEvaluator of(WindowCall call, WindowRows rows) {
        if (call.arguments().size() < leastArguments(call.function())) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "The window function [%s] of [%s] lacks an argument",
                    call.function(), call.name());
        }
        return switch (call.function()) {
            case ROW_NUMBER -> bounds -> longs(bounds, index -> bounds.first() + index - bounds.partitionFrom()[index] + 1);
            case RANK -> bounds -> longs(bounds, index -> bounds.peerFrom()[index] - bounds.partitionFrom()[index] + 1);
            case DENSE_RANK -> bounds -> longs(bounds, index -> bounds.peerNumbers()[index] + 1);
            case PERCENT_RANK -> WindowEvaluators::percentRank;
            case CUME_DIST -> WindowEvaluators::cumulativeShare;
            case NTILE -> bounds -> tiles((LongColumn) WindowFrames.values(call.arguments().getFirst(), rows, bounds), bounds);
            case LAG, LEAD -> new NeighbourWindow(call, rows);
            case FIRST_VALUE, LAST_VALUE, NTH_VALUE -> new FrameValueWindow(call, rows);
            case COUNT_STAR, COUNT -> count(call, rows);
            case SUM, SUM_OR_ZERO, AVG -> isDouble(call) ? new DoubleSumWindow(call, rows) : new ExactSumWindow(call, rows);
            case MIN, MAX, BOOL_AND, BOOL_OR -> new ExtremeWindow(call, rows);
            case STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP -> new VarianceWindow(call, rows);
        };
    }

    private static int leastArguments(WindowFunction function) {
        return switch (function) {
            case ROW_NUMBER, RANK, DENSE_RANK, PERCENT_RANK, CUME_DIST, COUNT_STAR -> 0;
            case NTH_VALUE, LAG, LEAD -> 2;
            case NTILE, FIRST_VALUE, LAST_VALUE, COUNT, SUM, SUM_OR_ZERO, AVG, MIN, MAX, BOOL_AND, BOOL_OR, STDDEV_POP, STDDEV_SAMP,
                    VAR_POP, VAR_SAMP -> 1;
        };
    }

    static boolean isDouble(WindowCall call) {
        return call.arguments().getFirst().type().physical() == ColumnType.Physical.DOUBLE;
    }

    private interface Place {
        long at(int index);
    }

    private static Column longs(WindowBounds bounds, Place place) {
        long[] values = new long[bounds.count()];
        for (int index = 0; index < values.length; index++) {
            values[index] = place.at(index);
        }
        return new LongColumn(values, null);
    }

    private static Column percentRank(WindowBounds bounds) {
        double[] values = new double[bounds.count()];
        for (int index = 0; index < values.length; index++) {
            int others = bounds.partitionTo()[index] - bounds.partitionFrom()[index] - 1;
            values[index] = others == 0 ? 0 : (double) (bounds.peerFrom()[index] - bounds.partitionFrom()[index]) / others;
        }
        return new DoubleColumn(values, null);
    }

    private static Column cumulativeShare(WindowBounds bounds) {
        double[] values = new double[bounds.count()];
        for (int index = 0; index < values.length; index++) {
            int from = bounds.partitionFrom()[index];
            values[index] = (double) (bounds.peerTo()[index] - from) / (bounds.partitionTo()[index] - from);
        }
        return new DoubleColumn(values, null);
    }

    /// The first buckets have one row more where the rows do not divide.
    private static Column tiles(LongColumn buckets, WindowBounds bounds) {
        long[] values = new long[bounds.count()];
        boolean[] nulls = null;
        for (int index = 0; index < values.length; index++) {
            if (buckets.isNull(index)) {
                nulls = nulls == null ? new boolean[values.length] : nulls;
                nulls[index] = true;
                continue;
            }
            long count = buckets.values()[index];
            if (count <= 0) {
                throw NarwhalException.of(ErrorCode.INVALID_QUERY, "NTILE needs a number of buckets from 1, not [%d]", count);
            }
            int rows = bounds.partitionTo()[index] - bounds.partitionFrom()[index];
            int row = bounds.first() + index - bounds.partitionFrom()[index];
            long small = rows / count;
            long larger = rows % count;
            long inLarger = larger * (small + 1);
            values[index] = 1 + (row < inLarger ? row / (small + 1) : larger + (row - inLarger) / small);
        }
        return new LongColumn(values, nulls);
    }

    private static WindowEvaluator count(WindowCall call, WindowRows rows) {
        WindowFrames frames = new WindowFrames(call.frame(), rows);
        PresentRows present = PresentRows.of(call.arguments(), rows);
        return bounds -> {
            int[] from = new int[bounds.count()];
            int[] to = new int[bounds.count()];
            frames.find(bounds, from, to);
            return longs(bounds, index -> present.count(from[index], to[index]));
        };
    }
}
