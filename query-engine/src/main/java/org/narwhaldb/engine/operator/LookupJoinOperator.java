package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.expression.CompiledExpression;
import org.narwhaldb.engine.expression.ExpressionCompiler;
import org.narwhaldb.engine.expression.Selection;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.JoinType;

/// Joins its left input with a broadcast: the right side is there already, by key, and shared with others. Yields nothing that only the
/// right side knows of, so no right or full join. Keys that no [LookupTable] takes go to a [JoinOperator] of its own.
///
/// Columns that nobody above reads are not made: any column stands in for them.
final class LookupJoinOperator implements Operator {
    private static final Column UNREAD = new LongColumn(new long[Batch.ROWS_MAX], null);

    private final PlanNode.Join node;
    private final JoinType type;
    private final BitSet asked;
    /// those, and what the residual reads
    private final BitSet made;
    private final Operator left;
    private final Supplier<Broadcast> right;
    private final QueryContext context;
    private final Reservation reservation;
    private final CompiledExpression residual;
    private final int[] leftKeys;
    private final int leftWidth;
    private final boolean yieldsPairs;

    private boolean isStarted;
    private Broadcast broadcast;
    private LookupTable table;
    /// if there is no table
    private Operator other;

    private Batch batch;
    private int leftRow;
    private int rightRow;
    private int[] firstRows;
    private int[] pairLeft;
    private int[] pairRight;
    private int[] selected;
    private boolean[] matched;

    /// @param needed the output columns that are read
    LookupJoinOperator(PlanNode.Join node, BitSet needed, Operator left, Supplier<Broadcast> right, QueryContext context) {
        this.node = node;
        this.left = left;
        this.right = right;
        this.context = context;
        type = node.type();
        reservation = new Reservation(context.memory());
        JoinCondition condition = JoinCondition.of(node);
        leftKeys = condition.leftKeys();
        residual = node.residual() == null ? null : ExpressionCompiler.compile(node.residual());
        leftWidth = node.left().output().size();
        yieldsPairs = type == JoinType.INNER || type == JoinType.LEFT;
        asked = needed;
        made = NeededColumns.of(node.residual());
        made.or(needed);
    }

    static boolean takes(JoinType type) {
        return switch (type) {
            case INNER, LEFT, SEMI, ANTI, NULL_AWARE_ANTI -> true;
            case RIGHT, FULL -> false;
        };
    }

    /// The build side, when it is there and can be looked up in.
    private void start() {
        isStarted = true;
        broadcast = right.get();
        int[] rightKeys = JoinCondition.of(node).rightKeys();
        Optional<LookupTable> found = rightKeys.length == 0 ? Optional.empty() : broadcast.table(rightKeys, context);
        table = found.orElse(null);
        if (table == null) {
            other = new JoinOperator(node, asked, left, broadcast.rows(context), context);
        }
    }

    @Override
    public String path() {
        return table == null ? null : "look-up in %d rows by %s".formatted(broadcast.rowCount(), table.isDense() ? "place" : "hash");
    }

    @Override
    public Batch next() {
        if (!isStarted) {
            start();
        }
        if (other != null) {
            return other.next();
        }
        while (true) {
            context.check();
            if (batch == null) {
                batch = left.next();
                if (batch == null) {
                    return null;
                }
                lookUp();
            }
            Batch output;
            if (residual == null && (table.isUnique() || !yieldsPairs)) {
                output = atOnce(batch);
                batch = null;
            } else {
                output = leftRow < batch.rowCount() ? nextPairs() : owed();
            }
            if (output != null) {
                reservation.set(BatchBytes.fixed(leftWidth + node.right().output().size() + 3) + BatchBytes.variable(output));
                return output;
            }
        }
    }

    /// Not before a row comes: of many segments none does.
    private void makeRoom() {
        reservation.set(BatchBytes.fixed(leftWidth + node.right().output().size() + 3));
        firstRows = new int[Batch.ROWS_MAX];
        pairLeft = new int[Batch.ROWS_MAX];
        pairRight = new int[Batch.ROWS_MAX];
        selected = new int[Batch.ROWS_MAX];
        matched = new boolean[Batch.ROWS_MAX];
    }

    private void lookUp() {
        if (firstRows == null) {
            makeRoom();
        }
        LongColumn[] keys = new LongColumn[leftKeys.length];
        for (int key = 0; key < keys.length; key++) {
            keys[key] = (LongColumn) batch.column(leftKeys[key]);
        }
        table.find(keys, batch.rowCount(), firstRows);
        Arrays.fill(matched, 0, batch.rowCount(), false);
        leftRow = 0;
        rightRow = firstRows[0];
    }

    /// All that the left batch yields, where each of its rows yields one at most.
    private Batch atOnce(Batch rows) {
        int count = 0;
        switch (type) {
            case INNER -> {
                for (int row = 0; row < rows.rowCount(); row++) {
                    pairLeft[count] = row;
                    pairRight[count] = firstRows[row];
                    count += firstRows[row] >= 0 ? 1 : 0;
                }
            }
            case LEFT -> {
                System.arraycopy(firstRows, 0, pairRight, 0, rows.rowCount());
                return output(rows, null, rows.rowCount());
            }
            default -> {
                for (int row = 0; row < rows.rowCount(); row++) {
                    matched[row] = firstRows[row] >= 0;
                }
                return withoutPairs(rows);
            }
        }
        return count == 0 ? null : output(rows, count == rows.rowCount() ? null : pairLeft, count);
    }

    /// Rows of a semi or anti join.
    private Batch withoutPairs(Batch rows) {
        boolean wanted = type == JoinType.SEMI;
        if (type == JoinType.NULL_AWARE_ANTI && !table.isEmpty()) {
            if (table.hasNullKey()) {
                return null;
            }
            for (int row = 0; row < rows.rowCount(); row++) {
                matched[row] |= rows.column(leftKeys[0]).isNull(row);
            }
        }
        int count = 0;
        for (int row = 0; row < rows.rowCount(); row++) {
            selected[count] = row;
            count += matched[row] == wanted ? 1 : 0;
        }
        return count == 0 ? null : count == rows.rowCount() ? rows : gather(rows, selected, count);
    }

    private Batch gather(Batch rows, int[] picked, int count) {
        List<Column> columns = new ArrayList<>(leftWidth);
        for (int column = 0; column < leftWidth; column++) {
            columns.add(isNeeded(column) ? Columns.gather(rows.column(column), picked, count) : UNREAD);
        }
        return new Batch(count, columns);
    }

    private boolean isNeeded(int column) {
        return made.get(column);
    }

    /// @param picked rows of the left batch, null: all
    private Batch output(Batch rows, int[] picked, int count) {
        List<Column> columns = new ArrayList<>(leftWidth + broadcast.columns().size());
        for (int column = 0; column < leftWidth; column++) {
            columns.add(!isNeeded(column) ? UNREAD
                    : picked == null ? rows.column(column) : Columns.gather(rows.column(column), picked, count));
        }
        for (int column = 0; column < broadcast.columns().size(); column++) {
            Column whole = broadcast.columns().get(column);
            columns.add(!isNeeded(leftWidth + column) ? UNREAD : type == JoinType.LEFT
                    ? Columns.gatherOrNull(whole, pairRight, count) : Columns.gather(whole, pairRight, count));
        }
        return new Batch(count, columns);
    }

    /// The next candidates, a batch at most, that the residual holds for; null if none does or nothing is to be yielded for them.
    private Batch nextPairs() {
        int count = candidates();
        if (count == 0) {
            return null;
        }
        Batch pairs = yieldsPairs || residual != null ? output(batch, pairLeft, count) : null;
        if (residual == null) {
            mark(count);
            return pairs;
        }
        int kept = Selection.select(residual.evaluate(pairs), count, selected);
        for (int index = 0; index < kept; index++) {
            pairLeft[index] = pairLeft[selected[index]];
        }
        mark(kept);
        return kept == 0 || !yieldsPairs ? null : kept == count ? pairs : Columns.gather(pairs, selected, kept);
    }

    private int candidates() {
        int count = 0;
        while (leftRow < batch.rowCount() && count < Batch.ROWS_MAX) {
            if (rightRow == LookupTable.NONE || !yieldsPairs && matched[leftRow]) {
                leftRow++;
                rightRow = leftRow < batch.rowCount() ? firstRows[leftRow] : LookupTable.NONE;
            } else {
                pairLeft[count] = leftRow;
                pairRight[count++] = rightRow;
                rightRow = table.next(rightRow);
            }
        }
        return count;
    }

    private void mark(int count) {
        for (int index = 0; index < count; index++) {
            matched[pairLeft[index]] = true;
        }
    }

    /// What the left batch yields beside pairs; ends it.
    private Batch owed() {
        Batch done = batch;
        batch = null;
        if (type == JoinType.INNER) {
            return null;
        }
        if (type != JoinType.LEFT) {
            return withoutPairs(done);
        }
        int count = 0;
        for (int row = 0; row < done.rowCount(); row++) {
            pairLeft[count] = row;
            count += matched[row] ? 0 : 1;
        }
        Arrays.fill(pairRight, 0, count, LookupTable.NONE);
        return count == 0 ? null : output(done, pairLeft, count);
    }

    @Override
    public void close() {
        left.close();
        if (other != null) {
            other.close();
        }
        reservation.close();
    }
}
