package org.narwhaldb.engine.scan;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.expression.CompiledExpression;
import org.narwhaldb.engine.expression.ExpressionCompiler;
import org.narwhaldb.engine.expression.Selection;
import org.narwhaldb.engine.kernel.RowIds;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.Segment;

/// Whatever no kernel knows: the expression is evaluated batch by batch on the rows still in, and on no other.
final class ExpressionTest implements BlockTest {
    static final int COST = 1_000;
    private static final int WINDOW_WORDS = Batch.ROWS_MAX / Long.SIZE;

    private final Expression predicate;
    private final int[] columns;
    private final Expression expression;
    private final ScanColumn[] scanColumns;
    private final QueryContext context;
    private final CompiledExpression compiled;
    private final int[] rows = new int[Batch.ROWS_MAX + RowIds.SLACK];
    private final int[] passed = new int[Batch.ROWS_MAX];

    /// @param predicate over the scan's columns
    ExpressionTest(Expression predicate, ScanColumn[] scanColumns, QueryContext context) {
        this.predicate = predicate;
        this.scanColumns = scanColumns;
        this.context = context;
        List<Integer> referenced = new ArrayList<>();
        expression = ScanShape.renumber(predicate, referenced);
        columns = referenced.stream().mapToInt(Integer::intValue).toArray();
        compiled = ExpressionCompiler.compile(expression);
    }

    @Override
    public Verdict verdict(int block) {
        return FragmentExecutor.mayMatch(predicate, column -> scanColumns[column].bounds(block))
                ? Verdict.SOME : Verdict.NONE;
    }

    @Override
    public void keep(BlockRows block) {
        int first = block.block() * Segment.BLOCK_ROWS;
        long[] bitmap = block.bitmap();
        for (int word = 0; word < block.words(); word += WINDOW_WORDS) {
            int to = Math.min(block.words(), word + WINDOW_WORDS);
            int count = RowIds.of(bitmap, word, to, rows);
            if (count > 0) {
                context.check();
                keepTrue(first, count, bitmap);
            }
        }
        block.recount();
    }

    private void keepTrue(int first, int count, long[] bitmap) {
        boolean dense = rows[count - 1] - rows[0] == count - 1;
        List<Column> inputs = new ArrayList<>(columns.length);
        for (int column : columns) {
            inputs.add(dense ? scanColumns[column].read(first + rows[0], null, count)
                    : scanColumns[column].read(first, rows, count));
        }
        int found = Selection.select(compiled.evaluate(new Batch(count, inputs)), count, passed);
        if (found == count) {
            return;
        }
        for (int index = 0; index < count; index++) {
            bitmap[rows[index] >>> 6] &= ~(1L << rows[index]);
        }
        for (int index = 0; index < found; index++) {
            int row = rows[passed[index]];
            bitmap[row >>> 6] |= 1L << row;
        }
    }

    @Override
    public int cost() {
        return COST;
    }

    @Override
    public BlockTest another(Reservation reservation) {
        ScanColumn[] own = new ScanColumn[scanColumns.length];
        for (int column = 0; column < own.length; column++) {
            own[column] = scanColumns[column].another(reservation);
        }
        return new ExpressionTest(predicate, own, context);
    }
}
