package org.narwhaldb.calcite;

import java.util.List;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.JoinType;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Where a join runs, by what is thought of its sides' sizes: in the leaf that its left side is, with the right side broadcast to it; or on
/// the front end, perhaps after one side has said which rows of the other can matter. What turns out too large to be broadcast
/// is gathered instead, when the query runs.
final class JoinPlacement {
    /// An estimate above this is not even tried.
    private static final double BROADCAST_BYTES_MAX = 512 << 20;
    /// How much smaller the side must be that runs first.
    private static final double REDUCTION_FACTOR = 2;

    private final JoinSizes sizes;

    JoinPlacement(JoinSizes sizes) {
        this.sizes = sizes;
    }

    /// Which side of a join on the front end is to be reduced by the keys of the other.
    enum Reduced { LEFT, RIGHT, NEITHER }

    /// Whether a leaf can run the node: a scan, filters, projections, and joins with what is worth a broadcast.
    boolean isPipeline(PlanNode node) {
        return switch (node) {
            case PlanNode.Scan _ -> true;
            case PlanNode.Filter filter -> isPipeline(filter.input());
            case PlanNode.Project project -> isPipeline(project.input());
            case PlanNode.Join join -> isBroadcast(join) && isPipeline(join.left());
            default -> false;
        };
    }

    private boolean isBroadcast(PlanNode.Join join) {
        if (join.leftKeys().isEmpty() || !isStreaming(join.type()) || !isSendable(join.right().output())) {
            return false;
        }
        if (join.right() instanceof PlanNode.RemoteSource) {
            return true;
        }
        JoinSizes.Sides sides = sizes.of(join);
        return sides != null && JoinSizes.bytes(sides.rightRows(), join.right().output()) <= BROADCAST_BYTES_MAX
                && !isRightReduced(join, sides);
    }

    private static boolean isStreaming(JoinType type) {
        return switch (type) {
            case INNER, LEFT, SEMI, ANTI, NULL_AWARE_ANTI -> true;
            case RIGHT, FULL -> false;
        };
    }

    private static boolean isSendable(List<Field> columns) {
        return columns.stream().noneMatch(column -> column.type().physical() == ColumnType.Physical.NESTED);
    }

    /// A right row without a match changes nothing, but for NOT IN.
    private boolean isRightReduced(PlanNode.Join join, JoinSizes.Sides sides) {
        boolean isAllowed = isStreaming(join.type()) && join.type() != JoinType.NULL_AWARE_ANTI;
        return isAllowed && sides.leftRows() * REDUCTION_FACTOR <= sides.rightRows()
                && isSendable(join.left().output())
                && JoinSizes.bytes(sides.leftRows(), join.left().output()) <= BROADCAST_BYTES_MAX
                && SemiReduction.reaches(join.right(), join.rightKeys());
    }

    private boolean isLeftReduced(PlanNode.Join join, JoinSizes.Sides sides) {
        boolean isAllowed = join.type() == JoinType.INNER || join.type() == JoinType.SEMI;
        return isAllowed && sides.rightRows() * REDUCTION_FACTOR <= sides.leftRows()
                && isSendable(join.right().output())
                && JoinSizes.bytes(sides.rightRows(), join.right().output()) <= BROADCAST_BYTES_MAX
                && SemiReduction.reaches(join.left(), join.leftKeys());
    }

    Reduced reduces(PlanNode.Join join) {
        JoinSizes.Sides sides = sizes.of(join);
        if (sides == null || join.leftKeys().isEmpty()) {
            return Reduced.NEITHER;
        }
        return isRightReduced(join, sides) ? Reduced.RIGHT : isLeftReduced(join, sides) ? Reduced.LEFT : Reduced.NEITHER;
    }
}
