package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.plan.PlanNode;

/// How a leaf's blocks are cut so that several threads can run its plan: into lanes of consecutive blocks. That depends on the blocks and
/// the plan only, never on threads, so that a fragment yields the same rows in the same order everywhere.
final class Lanes {
    /// Where each lane yields a partial aggregate of its own.
    private static final int AGGREGATES_MAX = 8;
    private static final int BLOCKS_MIN = 4;

    private Lanes() {}

    /// Empty if one thread is to run the plan as it is.
    static List<List<ScanTask>> of(PlanNode root, List<ScanTask> tasks) {
        int blocks = blocks(tasks);
        int size = switch (root) {
            case PlanNode.Aggregate aggregate when aggregate.mode() == PlanNode.AggregateMode.PARTIAL && joins(aggregate.input()) ->
                    aggregateSize(blocks);
            case PlanNode.Sort sort when sort.limit() >= 0 && joins(sort.input()) -> aggregateSize(blocks);
            case PlanNode.Filter _, PlanNode.Project _, PlanNode.Join _, PlanNode.Scan _ -> drops(root) ? BLOCKS_MIN : blocks;
            default -> blocks;
        };
        return size >= blocks ? List.of() : cut(tasks, size);
    }

    /// For a partial aggregate over a scan that has no faster path. Empty if one thread is to run it.
    static List<List<ScanTask>> ofAggregate(PlanNode.Aggregate aggregate, List<ScanTask> tasks) {
        int blocks = blocks(tasks);
        int size = aggregateSize(blocks);
        return aggregate.mode() == PlanNode.AggregateMode.PARTIAL && isPipeline(aggregate.input()) && size < blocks
                ? cut(tasks, size) : List.of();
    }

    private static int blocks(List<ScanTask> tasks) {
        return tasks.stream().mapToInt(task -> task.endBlock() - task.firstBlock()).sum();
    }

    private static int aggregateSize(int blocks) {
        return Math.max(BLOCKS_MIN, (blocks + AGGREGATES_MAX - 1) / AGGREGATES_MAX);
    }

    /// Filters, projections and joins with broadcasts over a scan, with a join among them.
    private static boolean joins(PlanNode node) {
        return switch (node) {
            case PlanNode.Filter filter -> joins(filter.input());
            case PlanNode.Project project -> joins(project.input());
            case PlanNode.Join join -> isPipeline(join);
            default -> false;
        };
    }

    /// The same, with a join or a predicate among them.
    private static boolean drops(PlanNode node) {
        return switch (node) {
            case PlanNode.Filter filter -> isPipeline(filter);
            case PlanNode.Project project -> drops(project.input());
            case PlanNode.Join join -> isPipeline(join);
            case PlanNode.Scan scan -> scan.predicate() != null;
            default -> false;
        };
    }

    private static boolean isPipeline(PlanNode node) {
        return switch (node) {
            case PlanNode.Scan _ -> true;
            case PlanNode.Filter filter -> isPipeline(filter.input());
            case PlanNode.Project project -> isPipeline(project.input());
            case PlanNode.Join join -> LookupJoinOperator.takes(join.type()) && join.right() instanceof PlanNode.RemoteSource
                    && isPipeline(join.left());
            default -> false;
        };
    }

    private static List<List<ScanTask>> cut(List<ScanTask> tasks, int size) {
        List<List<ScanTask>> lanes = new ArrayList<>();
        List<ScanTask> lane = new ArrayList<>();
        int room = size;
        for (ScanTask task : tasks) {
            for (int block = task.firstBlock(); block < task.endBlock(); ) {
                int end = Math.min(task.endBlock(), block + room);
                lane.add(task.blocks(block, end));
                room -= end - block;
                block = end;
                if (room == 0) {
                    lanes.add(List.copyOf(lane));
                    lane.clear();
                    room = size;
                }
            }
        }
        if (!lane.isEmpty()) {
            lanes.add(List.copyOf(lane));
        }
        return lanes;
    }
}
