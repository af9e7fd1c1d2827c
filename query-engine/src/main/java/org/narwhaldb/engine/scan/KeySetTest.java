package org.narwhaldb.engine.scan;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.kernel.RowIds;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.segment.Segment;

/// Integers that are among the keys of a join's build side. Asked of the rows that the query's own predicate leaves, the set that leaves
/// the fewest first.
final class KeySetTest implements BlockTest {
    private static final int COST = 500;
    private static final int WINDOW_WORDS = Batch.ROWS_MAX / Long.SIZE;

    private final ScanColumn column;
    private final KeySet keys;
    private final int[] rows = new int[Batch.ROWS_MAX + RowIds.SLACK];

    KeySetTest(ScanColumn column, KeySet keys) {
        this.column = column;
        this.keys = keys;
    }

    @Override
    public Verdict verdict(int block) {
        return keys.mayMatch(column.bounds(block)) ? Verdict.SOME : Verdict.NONE;
    }

    @Override
    public void keep(BlockRows block) {
        int first = block.block() * Segment.BLOCK_ROWS;
        long[] bitmap = block.bitmap();
        for (int word = 0; word < block.words(); word += WINDOW_WORDS) {
            int count = RowIds.of(bitmap, word, Math.min(block.words(), word + WINDOW_WORDS), rows);
            if (count == 0) {
                continue;
            }
            boolean dense = rows[count - 1] - rows[0] == count - 1;
            LongColumn values = (LongColumn) (dense ? column.read(first + rows[0], null, count) : column.read(first, rows, count));
            keep(values, count, bitmap);
        }
        block.recount();
    }

    private void keep(LongColumn values, int count, long[] bitmap) {
        boolean[] nulls = values.nulls();
        for (int index = 0; index < count; index++) {
            long fails = keys.contains(values.values()[index]) && (nulls == null || !nulls[index]) ? 0 : 1;
            bitmap[rows[index] >>> 6] &= ~(fails << rows[index]);
        }
    }

    @Override
    public int cost() {
        return COST + (int) (keys.density() * 100);
    }

    @Override
    public BlockTest another(Reservation reservation) {
        return new KeySetTest(column.another(reservation), keys);
    }
}
