package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.plan.Expression;

/// Which of the kept rows have values in all of some columns: counts of them, and where the n-th is.
final class PresentRows {
    /// for each row how many present ones precede it; null if all are present
    private final int[] before;
    /// the present rows
    private final int[] places;

    private PresentRows(int[] before, int[] places) {
        this.before = before;
        this.places = places;
    }

    static PresentRows of(List<Expression> arguments, WindowRows rows) {
        List<NullFlags> nulls = arguments.stream().map(argument -> rows.column(WindowFrames.column(argument)).nulls())
                .filter(NullFlags::any).toList();
        if (nulls.isEmpty()) {
            return new PresentRows(null, null);
        }
        int size = rows.ready();
        rows.reservation().grow((2L * size + 1) * Integer.BYTES);
        int[] before = new int[size + 1];
        int[] places = new int[size];
        for (int row = 0; row < size; row++) {
            boolean isNull = false;
            for (NullFlags flags : nulls) {
                isNull |= flags.isNull(row);
            }
            places[before[row]] = row;
            before[row + 1] = before[row] + (isNull ? 0 : 1);
        }
        return new PresentRows(before, places);
    }

    /// How many of the rows `[from, to)` are present.
    int count(int from, int to) {
        return before == null ? to - from : before[to] - before[from];
    }

    /// The present row that `number` others from `from` on precede, or -1 if that is not before `to`.
    int place(int from, int to, long number) {
        if (number < 0 || number >= count(from, to)) {
            return -1;
        }
        return before == null ? (int) (from + number) : places[(int) (before[from] + number)];
    }
}
