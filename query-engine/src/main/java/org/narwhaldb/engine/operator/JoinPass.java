package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.expression.Selection;
import org.narwhaldb.engine.plan.PlanNode.JoinType;

/// Joins left rows with as many right rows as there is memory for. Reads those into a [JoinBuild], then for each left batch
/// lists candidate pairs (left row, right row), at most a batch at a time, drops those that the residual does not hold
/// for, and yields them or marks their rows as matched. Rows that an outer, semi or anti join owes follow: of the left
/// side after each left batch, of the right side at the end. Columns are gathered last, and only those that are read.
///
/// Right rows beyond memory go to a [JoinSpill], and so do, after their batch, the left rows that may match some of them.
final class JoinPass implements AutoCloseable {
    private final JoinShape shape;
    private final JoinType type;
    private final Operator left;
    private final Operator right;
    private final JoinSpill.Place spill;
    private final boolean hasMarks;
    private final QueryContext context;
    private final JoinColumns columns;
    private final JoinBuild build;
    private final Reservation reservation;

    private boolean isBuilt;
    private boolean isLeftDone;
    /// null while all right rows are in the build
    private JoinSpill rest;
    private Batch batch;
    private JoinPairs pairs;
    private boolean[] matchedLeft;
    private int[] selected;
    private boolean[] matchedRight = new boolean[0];
    private int unmatchedRight;

    /// @param spill for rows beyond memory; null if they have nowhere to go
    /// @param hasMarks whether the last left column says which rows matched before, see [JoinSpill]
    JoinPass(JoinShape shape, Operator left, Operator right, JoinSpill.Place spill, boolean hasMarks, QueryContext context) {
        this.shape = shape;
        type = shape.type();
        this.left = left;
        this.right = right;
        this.spill = spill;
        this.hasMarks = hasMarks;
        this.context = context;
        columns = shape.columns();
        build = shape.build(context);
        reservation = new Reservation(context.memory());
    }

    /// Null at the end.
    Batch next() {
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
        return shape.marksRight() ? owedOfRight() : null;
    }

    /// What is left to be joined once all has been yielded, from now on the caller's to close. Null if there is nothing.
    JoinSpill takeRest() {
        JoinSpill taken = rest;
        rest = null;
        return taken;
    }

    private long fixedBytes() {
        return BatchBytes.fixed(2 * shape.width() + 3) + matchedRight.length;
    }

    private void start() {
        isBuilt = true;
        reservation.set(fixedBytes());
        Batch unread = build.read(right, spill == null ? -1 : spill.neededBytes(shape), context);
        if (unread != null) {
            rest = new JoinSpill(shape, spill, context);
            for (Batch next = unread; next != null; next = right.next()) {
                context.check();
                rest.addRight(next);
            }
            rest.endRight();
        }
        right.close();
        build.finish();
        pairs = new JoinPairs(build);
        selected = new int[Batch.ROWS_MAX];
        matchedLeft = new boolean[Batch.ROWS_MAX];
        if (shape.marksRight()) {
            matchedRight = reservation.booleans(matchedRight, build.rows().size());
        }
        isLeftDone = switch (type) {
            case INNER, RIGHT, SEMI -> !build.hasRows();
            case NULL_AWARE_ANTI -> build.hasNullKey() || rest != null && rest.hasNullKey();
            case LEFT, FULL, ANTI -> false;
        };
    }

    private boolean nextLeft() {
        batch = left.next();
        if (batch == null) {
            return false;
        }
        int rowCount = batch.rowCount();
        takeMarks();
        Column[] keys = new Column[shape.leftKeys().length];
        for (int key = 0; key < keys.length; key++) {
            keys[key] = batch.column(shape.leftKeys()[key]);
        }
        int[] groups = pairs.groups();
        build.find(keys, rowCount, groups);
        if (shape.yieldsPairs() || shape.residual() != null) {
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

    private void takeMarks() {
        if (!hasMarks) {
            Arrays.fill(matchedLeft, 0, batch.rowCount(), false);
            return;
        }
        int last = shape.left().size();
        System.arraycopy(((BooleanColumn) batch.column(last)).values(), 0, matchedLeft, 0, batch.rowCount());
        batch = new Batch(batch.rowCount(), batch.columns().subList(0, last));
    }

    /// Null if none of the next candidates match, or nothing is to be yielded for them.
    private Batch nextPairs() {
        boolean pads = shape.residual() == null && build.isUnique() && shape.marksLeft() && rest == null && !hasMarks;
        int count = pads ? pairs.nextPadded() : pairs.next(shape.yieldsPairs() ? null : matchedLeft);
        if (shape.residual() != null && count > 0) {
            Batch candidates = columns.forResidual(batch, build.rows(), pairs, count);
            int kept = Selection.select(shape.residual().evaluate(candidates), count, selected);
            if (kept < count) {
                pairs.keep(selected, kept);
            }
            count = kept;
        }
        if (pads) {
            Arrays.fill(matchedLeft, 0, count, true);
        } else if (shape.marksLeft()) {
            mark(matchedLeft, pairs.left(), count);
        }
        if (shape.marksRight()) {
            mark(matchedRight, pairs.right(), count);
        }
        return count == 0 || !shape.yieldsPairs() ? null : columns.forOutput(batch, build.rows(), pairs, count, pads);
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
        boolean[] goesOn = rest == null ? null : rest.addLeft(done, matchedLeft);
        if (!shape.marksLeft()) {
            return null;
        }
        if (type == JoinType.NULL_AWARE_ANTI) {
            dropNullKeys(done);
        }
        boolean wanted = type == JoinType.SEMI;
        int count = 0;
        for (int row = 0; row < done.rowCount(); row++) {
            selected[count] = row;
            count += matchedLeft[row] == wanted && (goesOn == null || !goesOn[row]) ? 1 : 0;
        }
        if (count == 0) {
            return null;
        }
        Batch rows = columns.leftRows(done, selected, count);
        return shape.yieldsPairs() ? columns.withoutRight(rows) : rows;
    }

    private void dropNullKeys(Batch done) {
        if (build.hasRows()) {
            for (int key : shape.leftKeys()) {
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
        if (rest != null) {
            rest.close();
        }
        reservation.close();
    }
}
