package org.narwhaldb.engine.scan;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.kernel.DoubleKeys;
import org.narwhaldb.engine.kernel.Filters;
import org.narwhaldb.engine.kernel.PackedFilters;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.encoding.BitPackedDecimals;
import org.narwhaldb.segment.encoding.ConstantDoubles;
import org.narwhaldb.segment.encoding.DecimalDoubles;
import org.narwhaldb.segment.encoding.PlainDoubles;
import org.narwhaldb.segment.encoding.ValueBlock;

/// Doubles whose [DoubleKeys] lie in `[low, high]`, or outside it, in SQL's order: NaN above all, -0.0 equal to 0.0.
///
/// A block of decimals is asked as the integers it holds: as they rise, so do the doubles, and a binary search with the
/// very division that reads them finds the range.
final class DoubleRangeTest extends ColumnTest {
    private static final long NEGATIVE_ZERO = DoubleKeys.of(-0.0);
    private static final int COST = 32;
    /// Decimals hold no integers beyond.
    private static final long INTEGER_MAX = 1L << 54;

    private final long low;
    private final long high;
    private final boolean negate;

    /// @param low,high inside those of the infinities
    private DoubleRangeTest(Segment segment, SegmentColumn column, long low, long high, boolean negate) {
        super(segment, column, false);
        this.low = low;
        this.high = high;
        this.negate = negate;
    }

    static DoubleRangeTest equal(Segment segment, SegmentColumn column, double value, boolean negate) {
        if (value != value) {
            return new DoubleRangeTest(segment, column, DoubleKeys.NEGATIVE_INFINITY, DoubleKeys.POSITIVE_INFINITY,
                    !negate);
        }
        return value == 0 ? new DoubleRangeTest(segment, column, NEGATIVE_ZERO, 0, negate)
                : new DoubleRangeTest(segment, column, DoubleKeys.of(value), DoubleKeys.of(value), negate);
    }

    /// Values below the bound, or at it; negated, those above it and NaN.
    static DoubleRangeTest below(Segment segment, SegmentColumn column, double bound, boolean orEqual,
            boolean negate) {
        long high;
        if (bound != bound) {
            high = DoubleKeys.POSITIVE_INFINITY;
            if (orEqual) {
                return new DoubleRangeTest(segment, column, 1, 0, !negate);
            }
        } else if (bound == 0) {
            high = orEqual ? 0 : NEGATIVE_ZERO - 1;
        } else {
            high = DoubleKeys.of(bound) - (orEqual ? 0 : 1);
        }
        return new DoubleRangeTest(segment, column, DoubleKeys.NEGATIVE_INFINITY, high, negate);
    }

    /// Both in one; null if that is no range.
    DoubleRangeTest and(DoubleRangeTest other) {
        if (column() != other.column()) {
            return null;
        }
        if (!negate && !other.negate) {
            return new DoubleRangeTest(segment(), column(), Math.max(low, other.low), Math.min(high, other.high),
                    false);
        }
        // "below a" and "not below b" is the range from b to a.
        DoubleRangeTest cut = negate ? this : other;
        DoubleRangeTest kept = negate ? other : this;
        boolean isPrefix = cut.negate && !kept.negate && cut.low == DoubleKeys.NEGATIVE_INFINITY && cut.low <= cut.high;
        return isPrefix ? new DoubleRangeTest(segment(), column(), Math.max(kept.low, cut.high + 1), kept.high, false)
                : null;
    }

    @Override
    Verdict verdict(BlockStatistics statistics) {
        if (low > high) {
            return negate ? Verdict.ALL : Verdict.NONE;
        }
        if (!(statistics.min() instanceof Double min) || !(statistics.max() instanceof Double max)) {
            return Verdict.SOME;
        }
        long least = min.isNaN() ? Long.MAX_VALUE : DoubleKeys.of(min);
        long most = max.isNaN() ? Long.MAX_VALUE : DoubleKeys.of(max);
        if (most < low || least > high) {
            return negate ? Verdict.ALL : Verdict.NONE;
        }
        return low <= least && most <= high ? negate ? Verdict.NONE : Verdict.ALL : Verdict.SOME;
    }

    private boolean passes(double value) {
        long key = DoubleKeys.of(value);
        return (low <= key & key <= high) != negate;
    }

    @Override
    void keepValues(ValueBlock values, BlockRows rows) {
        if (low > high) {
            Residuals.keepAllIf(negate, rows);
            return;
        }
        switch (values) {
            case ConstantDoubles constant -> Residuals.keepAllIf(passes(constant.value()), rows);
            case DecimalDoubles decimals -> keepDecimals(decimals, rows);
            case BitPackedDecimals packed when PackedFilters.isVector() -> keepPacked(packed, rows);
            case PlainDoubles plain -> Filters.rangeF64(
                    plain.data(), plain.offset(), rows.rowCount(), low, high - low, negate, rows.bitmap());
            default -> keepRead(rows);
        }
    }

    private void keepDecimals(DecimalDoubles decimals, BlockRows rows) {
        long base = decimals.layout().base();
        long max = base + Residuals.max(decimals.layout().width());
        long first = below(low, base, max, decimals.divisor()) - base;
        long last = below(high + 1, base, max, decimals.divisor()) - 1 - base;
        if (first > last) {
            Residuals.keepAllIf(negate, rows);
        } else {
            Residuals.keep(decimals.data(), decimals.layout(), first, last, negate, rows);
        }
    }

    private void keepPacked(BitPackedDecimals packed, BlockRows rows) {
        long first = below(low, -INTEGER_MAX, INTEGER_MAX, packed.divisor());
        long last = below(high + 1, -INTEGER_MAX, INTEGER_MAX, packed.divisor()) - 1;
        PackedRanges.keep(packed.groups(), 1, first, last, negate, rows);
    }

    /// The least of the integers from `min` to `max` that stands for a value with a key not below this one; `max + 1` if
    /// there is none.
    private static long below(long key, long min, long max, double divisor) {
        long from = min;
        long to = max + 1;
        while (from < to) {
            long middle = from + to >> 1;
            if (DoubleKeys.of(middle / divisor) < key) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private void keepRead(BlockRows rows) {
        double[] values = new double[Batch.ROWS_MAX];
        for (int from = 0; from < rows.rowCount(); from += values.length) {
            int count = Math.min(values.length, rows.rowCount() - from);
            column().readDoubles(firstRow(rows) + from, count, values, 0);
            Filters.rangeDoubles(values, count, low, high - low, negate, from >> 6, rows.bitmap());
        }
    }

    @Override
    public int cost() {
        return COST;
    }
}
