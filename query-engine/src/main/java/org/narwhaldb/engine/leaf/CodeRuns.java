package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import org.narwhaldb.engine.kernel.Decode;
import org.narwhaldb.engine.kernel.GroupRuns;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.encoding.BitmapBooleans;
import org.narwhaldb.segment.encoding.ConstantCodes;
import org.narwhaldb.segment.encoding.LittleEndian;
import org.narwhaldb.segment.encoding.RunCodes;
import org.narwhaldb.segment.encoding.ValueBlock;

/// The runs of rows of one code, or of NULLs, of a block, read once. Rows are asked for in about their order.
final class CodeRuns {
    private static final int RUNS_MAX = GroupRuns.most(Segment.BLOCK_ROWS);
    /// Windows come in order: most often it is the same run or one of the next.
    private static final int RUNS_NEAR = 4;

    private int[] ends = new int[0];
    private int[] codes = new int[0];
    private int[] storedEnds = new int[0];
    private int[] storedCodes = new int[0];
    /// none if the block has no runs, or they are short
    private int count;
    /// the one found last
    private int run;

    /// @param nulls null if no row is NULL
    void read(ValueBlock values, BitmapBooleans nulls, int rows) {
        count = 0;
        run = 0;
        int stored = switch (values) {
            case ConstantCodes _ -> 1;
            case RunCodes runs when runs.ends().count() <= RUNS_MAX -> runs.ends().count();
            default -> 0;
        };
        if (stored == 0) {
            return;
        }
        if (storedEnds.length < stored) {
            storedEnds = new int[stored];
            storedCodes = new int[stored];
        }
        if (values instanceof RunCodes runs) {
            Decode.ints(runs.ends().data(), runs.ends().offset(), Short.BYTES, stored, storedEnds);
            Decode.ints(runs.ends().data(), runs.ends().valuesOffset(), runs.width(), stored, storedCodes);
            for (int index = 0; index < stored; index++) {
                // stored is the last row of each
                storedEnds[index]++;
            }
        } else {
            storedEnds[0] = rows;
            storedCodes[0] = ((ConstantCodes) values).code();
        }
        if (nulls == null) {
            swap();
            count = stored;
        } else {
            cut(stored, nulls, rows);
        }
    }

    private void swap() {
        int[] otherEnds = ends;
        int[] otherCodes = codes;
        ends = storedEnds;
        codes = storedCodes;
        storedEnds = otherEnds;
        storedCodes = otherCodes;
    }

    /// Cuts the stored runs where NULLs begin and end.
    private void cut(int stored, BitmapBooleans nulls, int rows) {
        if (ends.length < RUNS_MAX) {
            ends = new int[RUNS_MAX];
            codes = new int[RUNS_MAX];
        }
        int made = 0;
        int index = 0;
        for (int row = 0; row < rows && made < RUNS_MAX; made++) {
            boolean isNull = isNull(nulls, row);
            int end = sameUntil(nulls, row, isNull, rows);
            while (storedEnds[index] <= row) {
                index++;
            }
            ends[made] = isNull ? end : Math.min(end, storedEnds[index]);
            codes[made] = isNull ? ColumnReader.NULL : storedCodes[index];
            row = ends[made];
        }
        count = made > 0 && ends[made - 1] == rows ? made : 0;
    }

    private static boolean isNull(BitmapBooleans nulls, int row) {
        return (nulls.data().get(LittleEndian.I8, nulls.offset() + (row >> 3)) >>> (row & 7) & 1) != 0;
    }

    /// The end of the rows that are NULL, or that are not, as the row is.
    private static int sameUntil(BitmapBooleans nulls, int row, boolean isNull, int rows) {
        int word = row / Long.SIZE;
        int last = (rows - 1) / Long.SIZE;
        long others = others(nulls, word, isNull) & -1L << row;
        while (others == 0 && word < last) {
            others = others(nulls, ++word, isNull);
        }
        return Math.min(rows, word * Long.SIZE + Long.numberOfTrailingZeros(others));
    }

    private static long others(BitmapBooleans nulls, int word, boolean isNull) {
        long bits = nulls.data().get(LittleEndian.I64, nulls.offset() + (long) word * Long.BYTES);
        return isNull ? ~bits : bits;
    }

    /// The end of the run that the row is in; the row if there are none.
    int until(int row) {
        if (count == 0) {
            return row;
        }
        if (run > 0 && row < ends[run - 1]) {
            run = 0;
        }
        for (int step = 0; step < RUNS_NEAR && ends[run] <= row; step++) {
            run++;
        }
        if (ends[run] <= row) {
            int found = Arrays.binarySearch(ends, run, count, row + 1);
            run = found < 0 ? -found - 1 : found;
        }
        return ends[run];
    }

    /// The code of the run found last, [ColumnReader#NULL] if its rows are NULL.
    int code() {
        return codes[run];
    }

    /// The runs of rows `[first, first + rows)`, ends as distances from `first`; how many, or -1 if there are none or too many.
    int copy(int first, int rows, int[] targetEnds, int[] targetCodes) {
        if (count == 0) {
            return -1;
        }
        until(first);
        int made = 0;
        for (int done = 0; done < rows; made++) {
            if (made == targetEnds.length) {
                return -1;
            }
            done = Math.min(rows, ends[run + made] - first);
            targetEnds[made] = done;
            targetCodes[made] = codes[run + made];
        }
        return made;
    }
}
