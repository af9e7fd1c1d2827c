package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;

/// The values of one argument for the rows that one filter lets through, window by window: numbers by row, and which
/// rows to skip because the argument is NULL or the filter is not true. One thread at a time.
final class Input {
    private final InputPlan plan;
    private final LaneColumns columns;
    private final LaneExpression argument;
    private final LaneExpression filter;
    private final int[] skipAt = new int[Window.ROWS_MAX + 1];
    private final boolean[] skipped;
    private int skips;
    private long serial;
    private long[] longs;
    private long[] highs;
    private double[] doubles;
    private long[] ownLongs;
    private double[] ownDoubles;

    Input(InputPlan plan, LaneColumns columns) {
        this.plan = plan;
        this.columns = columns;
        argument = plan.source() == InputPlan.Source.EXPRESSION ? new LaneExpression(plan.argument(), columns) : null;
        filter = plan.filter() == null ? null : new LaneExpression(plan.filter(), columns);
        skipped = filter == null ? null : new boolean[Window.ROWS_MAX];
    }

    /// Integers, or the lower halves of 128-bit ones.
    long[] longs() {
        return longs;
    }

    /// The upper halves; null if there are none.
    long[] highs() {
        return highs;
    }

    double[] doubles() {
        return doubles;
    }

    /// Places in the window, ascending.
    int[] skipAt() {
        return skipAt;
    }

    int skips() {
        return skips;
    }

    void load(Window window) {
        if (serial == window.serial()) {
            return;
        }
        serial = window.serial();
        skips = 0;
        switch (plan.source()) {
            case NONE -> { }
            case COLUMN -> loadColumn(window);
            case EXPRESSION -> loadExpression(window);
        }
        if (filter != null) {
            applyFilter(window);
        }
    }

    private void loadColumn(Window window) {
        ColumnReader reader = columns.reader(plan.column());
        if (reader == null) {
            for (int i = 0; i < window.count(); i++) {
                skipAt[i] = i;
            }
            skips = window.count();
        }
        switch (plan.values()) {
            case NONE -> { }
            case LONGS -> {
                longs = own();
                if (reader != null && plan.exponent() >= 0) {
                    reader.scaledDoubles(window, plan.exponent(), longs);
                } else if (reader != null) {
                    reader.longs(window, longs);
                }
            }
            case DOUBLES -> {
                ownDoubles = ownDoubles == null ? new double[Window.ROWS_MAX] : ownDoubles;
                doubles = ownDoubles;
                if (reader != null) {
                    reader.doubles(window, doubles);
                }
            }
        }
        if (reader != null) {
            skips = reader.nulls(window, skipAt);
        }
    }

    private long[] own() {
        ownLongs = ownLongs == null ? new long[Window.ROWS_MAX] : ownLongs;
        return ownLongs;
    }

    private void loadExpression(Window window) {
        Column column = argument.evaluate(window);
        highs = null;
        switch (column) {
            case LongColumn(long[] values, _) -> longs = values;
            case DoubleColumn(double[] values, _) -> doubles = values;
            case Int128Column(long[] high, long[] low, _) -> {
                highs = high;
                longs = low;
            }
            case BooleanColumn(boolean[] values, _) -> {
                longs = own();
                for (int i = 0; i < window.count(); i++) {
                    longs[i] = values[i] ? 1 : 0;
                }
            }
            case Column.BytesColumn _, Column.NestedColumn _ -> longs = own();
        }
        boolean[] nulls = column.nulls();
        if (nulls != null) {
            for (int i = 0; i < window.count(); i++) {
                skipAt[skips] = i;
                skips += nulls[i] ? 1 : 0;
            }
        }
    }

    private void applyFilter(Window window) {
        BooleanColumn passes = (BooleanColumn) filter.evaluate(window);
        int count = window.count();
        Arrays.fill(skipped, 0, count, false);
        for (int i = 0; i < skips; i++) {
            skipped[skipAt[i]] = true;
        }
        boolean[] values = passes.values();
        boolean[] nulls = passes.nulls();
        skips = 0;
        for (int i = 0; i < count; i++) {
            skipAt[skips] = i;
            skips += skipped[i] || !values[i] || nulls != null && nulls[i] ? 1 : 0;
        }
    }
}
