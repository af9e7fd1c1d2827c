package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.expression.CompiledExpression;
import org.narwhaldb.engine.expression.ExpressionCompiler;
import org.narwhaldb.engine.expression.Selection;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.Field;

/// Joins by hash, or by nested loop without keys. Reads the right side into a [JoinBuild], then for each left batch
/// lists candidate pairs (left row, right row), at most a batch at a time, drops those that the residual does not hold
/// for, and yields them or marks their rows as matched. Rows that an outer, semi or anti join owes follow: of the left
/// side after each left batch, of the right side at the end.
final class JoinOperator implements Operator {
    private final PlanNode.JoinType type;
    private final Operator left;
    private final Operator right;
    private final QueryContext context;
    private final List<Field> leftFields;
    private final int[] leftKeys;
    private final boolean yieldsPairs;
    private final boolean marksRight;
    private final CompiledExpression residual;
    private final JoinBuild build;
    private final Reservation reservation;
    private final int width;

    private boolean isBuilt;
    private boolean isLeftDone;
    private Batch batch;
    private int leftRow;
    private int rightRow;
    private int[] groups;
    private boolean[] matchedLeft;
    private int[] pairLeft;
    private int[] pairRight;
    private int[] selected;
    private boolean[] matchedRight = new boolean[0];
    private int unmatchedRight;

    JoinOperator(PlanNode.Join node, Operator left, Operator right, QueryContext context) {
        this.left = left;
        this.right = right;
        this.context = context;
        JoinCondition condition = JoinCondition.of(node);
        type = node.type();
        leftFields = node.left().output();
        leftKeys = condition.leftKeys();
        residual = condition.residual() == null ? null : ExpressionCompiler.compile(condition.residual());
        yieldsPairs = switch (type) {
            case INNER, LEFT, RIGHT, FULL -> true;
            case SEMI, ANTI, NULL_AWARE_ANTI -> false;
        };
        marksRight = type == PlanNode.JoinType.RIGHT || type == PlanNode.JoinType.FULL;
        boolean keepsRows = yieldsPairs || residual != null;
        build = new JoinBuild(node.right().output(), condition.rightKeys(), keepsRows, marksRight, context);
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
            Batch output = leftRow < batch.rowCount() ? nextPairs() : owedOfLeft();
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
        groups = new int[Batch.ROWS_MAX];
        pairLeft = new int[Batch.ROWS_MAX];
        pairRight = new int[Batch.ROWS_MAX];
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
        Column[] keys = new Column[leftKeys.length];
        for (int key = 0; key < keys.length; key++) {
            keys[key] = batch.column(leftKeys[key]);
        }
        build.find(keys, batch.rowCount(), groups);
        Arrays.fill(matchedLeft, 0, batch.rowCount(), false);
        leftRow = 0;
        if (!yieldsPairs && residual == null) {
            for (int row = 0; row < batch.rowCount(); row++) {
                matchedLeft[row] = build.isNestedLoop() ? build.hasRows() : groups[row] >= 0;
            }
            leftRow = batch.rowCount();
        } else {
            rightRow = build.first(groups[0]);
        }
        return true;
    }

    /// Null if none of the next candidates match, or nothing is to be yielded for them.
    private Batch nextPairs() {
        int count = candidates();
        int[] chosen = null;
        if (residual != null && count > 0) {
            Batch pairs = new Batch(count, pairColumns(count));
            int kept = Selection.select(residual.evaluate(pairs), count, selected);
            if (kept < count) {
                chosen = selected;
                for (int index = 0; index < kept; index++) {
                    pairLeft[index] = pairLeft[selected[index]];
                    pairRight[index] = pairRight[selected[index]];
                }
            }
            mark(kept);
            if (kept == 0 || !yieldsPairs) {
                return null;
            }
            return chosen == null ? pairs : Columns.gather(pairs, chosen, kept);
        }
        mark(count);
        return count == 0 ? null : new Batch(count, pairColumns(count));
    }

    /// Lists up to a batch of candidate pairs from where the last call stopped.
    private int candidates() {
        int count = 0;
        while (leftRow < batch.rowCount() && count < Batch.ROWS_MAX) {
            boolean isSettled = rightRow == JoinBuild.NONE || !yieldsPairs && matchedLeft[leftRow];
            if (isSettled) {
                leftRow++;
                rightRow = leftRow < batch.rowCount() ? build.first(groups[leftRow]) : JoinBuild.NONE;
            } else {
                pairLeft[count] = leftRow;
                pairRight[count++] = rightRow;
                rightRow = build.next(rightRow);
            }
        }
        return count;
    }

    private void mark(int count) {
        for (int index = 0; index < count; index++) {
            matchedLeft[pairLeft[index]] = true;
        }
        if (marksRight) {
            for (int index = 0; index < count; index++) {
                matchedRight[pairRight[index]] = true;
            }
        }
    }

    private List<Column> pairColumns(int count) {
        List<Column> columns = new ArrayList<>(width);
        if (isWholeBatch(count)) {
            columns.addAll(batch.columns());
        } else {
            for (Column column : batch.columns()) {
                columns.add(Columns.gather(column, pairLeft, count));
            }
        }
        columns.addAll(build.rows().gather(pairRight, count));
        return columns;
    }

    private boolean isWholeBatch(int count) {
        if (count != batch.rowCount()) {
            return false;
        }
        for (int index = 0; index < count; index++) {
            if (pairLeft[index] != index) {
                return false;
            }
        }
        return true;
    }

    /// What the join yields for the left batch beside pairs; ends the batch.
    private Batch owedOfLeft() {
        Batch done = batch;
        batch = null;
        boolean wanted = type == PlanNode.JoinType.SEMI;
        switch (type) {
            case INNER, RIGHT -> {
                return null;
            }
            case LEFT, FULL, SEMI, ANTI -> { }
            case NULL_AWARE_ANTI -> dropNullKeys(done);
        }
        int count = 0;
        for (int row = 0; row < done.rowCount(); row++) {
            if (matchedLeft[row] == wanted) {
                selected[count++] = row;
            }
        }
        if (count == 0) {
            return null;
        }
        Batch rows = count == done.rowCount() ? done : Columns.gather(done, selected, count);
        if (!yieldsPairs) {
            return rows;
        }
        Arrays.fill(pairRight, 0, count, JoinBuild.NONE);
        return new Batch(count, Stream.concat(rows.columns().stream(), build.rows().gather(pairRight, count).stream())
                .toList());
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
                pairRight[count++] = unmatchedRight;
            }
            unmatchedRight++;
        }
        if (count == 0) {
            return null;
        }
        List<Column> columns = new ArrayList<>(width);
        for (Field field : leftFields) {
            columns.add(Columns.constant(null, field.type(), count));
        }
        columns.addAll(build.rows().gather(pairRight, count));
        return new Batch(count, columns);
    }

    @Override
    public void close() {
        left.close();
        right.close();
        build.close();
        reservation.close();
    }
}
