package org.narwhaldb.engine.operator;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.expression.CompiledExpression;
import org.narwhaldb.engine.expression.ExpressionCompiler;
import org.narwhaldb.engine.expression.Selection;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.Field;

/// Joins by hash, or by nested loop without keys. Reads the right side into a [JoinBuild], then for each left batch
/// lists candidate pairs (left row, right row), at most a batch at a time, drops those that the residual does not hold
/// for, and yields them or marks their rows as matched. Rows that an outer, semi or anti join owes follow: of the left
/// side after each left batch, of the right side at the end. Columns are gathered last, and only those that are read.
final class JoinOperator implements Operator {
    private final PlanNode.JoinType type;
    private final Operator left;
    private final Operator right;
    private final QueryContext context;
    private final int[] leftKeys;
    private final boolean yieldsPairs;
    private final boolean marksLeft;
    private final boolean marksRight;
    private final CompiledExpression residual;
    private final JoinColumns columns;
    private final JoinBuild build;
    private final Reservation reservation;
    private final int width;

    private boolean isBuilt;
    private boolean isLeftDone;
    private Batch batch;
    private JoinPairs pairs;
    private boolean[] matchedLeft;
    private int[] selected;
    private boolean[] matchedRight = new boolean[0];
    private int unmatchedRight;

    /// @param needed the output columns that are read; the others may be NULL throughout
    JoinOperator(PlanNode.Join node, BitSet needed, Operator left, Operator right, QueryContext context) {
        this.left = left;
        this.right = right;
        this.context = context;
        JoinCondition condition = JoinCondition.of(node);
        type = node.type();
        List<Field> leftFields = node.left().output();
        leftKeys = condition.leftKeys();
        residual = condition.residual() == null ? null : ExpressionCompiler.compile(condition.residual());
        yieldsPairs = switch (type) {
            case INNER, LEFT, RIGHT, FULL -> true;
            case SEMI, ANTI, NULL_AWARE_ANTI -> false;
        };
        marksLeft = type != PlanNode.JoinType.INNER && type != PlanNode.JoinType.RIGHT;
        marksRight = type == PlanNode.JoinType.RIGHT || type == PlanNode.JoinType.FULL;
        columns = new JoinColumns(leftFields, node.right().output(), needed, NeededColumns.of(condition.residual()));
        boolean keepsRows = yieldsPairs || residual != null;
        build = new JoinBuild(node.right().output(), condition.rightKeys(), keepsRows ? columns.kept() : null, marksRight,
                context);
        reservation = new Reservation(context.memory());
        width = leftFields.size() + node.right().output().size();
    }

    @Override
    public Batch next() {
        if (!isBuilt) {
            start();
        }
        while (!isLeftDone) {
            context.check();
            if (batch == null && !nextLeft()) {
                isLeftDone = true;
                left.close();
                break;
            }
            Batch output = pairs.isDone() ? owedOfLeft() : nextPairs();
            if (output != null) {
                reservation.set(fixedBytes() + BatchBytes.variable(output));
                return output;
            }
        }
        context.check();
        return marksRight ? owedOfRight() : null;
    }

    private long fixedBytes() {
        return BatchBytes.fixed(2 * width + 3) + matchedRight.length;
    }

    private void start() {
        isBuilt = true;
        reservation.set(fixedBytes());
        build.read(right, context);
        pairs = new JoinPairs(build);
        selected = new int[Batch.ROWS_MAX];
        matchedLeft = new boolean[Batch.ROWS_MAX];
        if (marksRight) {
            matchedRight = reservation.booleans(matchedRight, build.rows().size());
        }
        isLeftDone = switch (type) {
            case INNER, RIGHT, SEMI -> !build.hasRows();
            case NULL_AWARE_ANTI -> build.hasNullKey();
            case LEFT, FULL, ANTI -> false;
        };
    }

    private boolean nextLeft() {
        batch = left.next();
        if (batch == null) {
            return false;
        }
        int rowCount = batch.rowCount();
        Column[] keys = new Column[leftKeys.length];
        for (int key = 0; key < keys.length; key++) {
            keys[key] = batch.column(leftKeys[key]);
        }
        int[] groups = pairs.groups();
        build.find(keys, rowCount, groups);
        if (yieldsPairs || residual != null) {
            Arrays.fill(matchedLeft, 0, rowCount, false);
            pairs.start(rowCount);
            return true;
        }
        boolean all = build.isNestedLoop() && build.hasRows();
        for (int row = 0; row < rowCount; row++) {
            matchedLeft[row] = build.isNestedLoop() ? all : groups[row] >= 0;
        }
        pairs.skipAll();
        return true;
    }

    /// Null if none of the next candidates match, or nothing is to be yielded for them.
    private Batch nextPairs() {
        boolean pads = residual == null && build.isUnique() && marksLeft;
        int count = pads ? pairs.nextPadded() : pairs.next(yieldsPairs ? null : matchedLeft);
        if (residual != null && count > 0) {
            Batch candidates = columns.forResidual(batch, build.rows(), pairs, count);
            int kept = Selection.select(residual.evaluate(candidates), count, selected);
            if (kept < count) {
                pairs.keep(selected, kept);
            }
            count = kept;
        }
        if (pads) {
            Arrays.fill(matchedLeft, 0, count, true);
        } else if (marksLeft) {
            mark(matchedLeft, pairs.left(), count);
        }
        if (marksRight) {
            mark(matchedRight, pairs.right(), count);
        }
        return count == 0 || !yieldsPairs ? null : columns.forOutput(batch, build.rows(), pairs, count, pads);
    }

    private static void mark(boolean[] matched, int[] rows, int count) {
        for (int index = 0; index < count; index++) {
            if (rows[index] >= 0) {
                matched[rows[index]] = true;
            }
        }
    }

    /// What the join yields for the left batch beside pairs; ends the batch.
    private Batch owedOfLeft() {
        Batch done = batch;
        batch = null;
        if (!marksLeft) {
            return null;
        }
        if (type == PlanNode.JoinType.NULL_AWARE_ANTI) {
            dropNullKeys(done);
        }
        boolean wanted = type == PlanNode.JoinType.SEMI;
        int count = 0;
        for (int row = 0; row < done.rowCount(); row++) {
            selected[count] = row;
            count += matchedLeft[row] == wanted ? 1 : 0;
        }
        if (count == 0) {
            return null;
        }
        Batch rows = columns.leftRows(done, selected, count);
        return yieldsPairs ? columns.withoutRight(rows) : rows;
    }

    private void dropNullKeys(Batch done) {
        if (build.hasRows()) {
            for (int key : leftKeys) {
                for (int row = 0; row < done.rowCount(); row++) {
                    matchedLeft[row] |= done.column(key).isNull(row);
                }
            }
        }
    }

    private Batch owedOfRight() {
        int count = 0;
        int size = build.rows().size();
        while (unmatchedRight < size && count < Batch.ROWS_MAX) {
            if (!matchedRight[unmatchedRight]) {
                selected[count++] = unmatchedRight;
            }
            unmatchedRight++;
        }
        return count == 0 ? null : columns.withoutLeft(build.rows(), selected, count);
    }

    @Override
    public void close() {
        left.close();
        right.close();
        build.close();
        reservation.close();
    }
}
