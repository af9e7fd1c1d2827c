package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.plan.AggregateStates;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.JoinType;
import org.narwhaldb.segment.Field;

/// Spares one side of a join the rows that the other side, which is there already, has no key for: a semi join as deep in its tree
/// as the keys can be followed, below aggregates that group by them. A key that cannot be followed is left out, as the join itself
/// checks them all.
final class SemiReduction {
    private final PlanNode.RemoteSource keys;
    private final JoinSizes sizes;

    /// @param keys null: only to see how far they can be followed
    private SemiReduction(PlanNode.RemoteSource keys, JoinSizes sizes) {
        this.keys = keys;
        this.sizes = sizes;
    }

    /// One key of the join: where it is in the tree, and where in the source.
    private record Key(int column, int ofSource) {}

    static boolean reaches(PlanNode node, List<Integer> columns) {
        return new SemiReduction(null, new JoinSizes()).reduce(node, keys(columns, columns)) != null;
    }

    /// The join's right side, reduced by what its left side sends.
    static PlanNode ofRight(PlanNode.Join join, PlanNode.RemoteSource left, JoinSizes sizes) {
        PlanNode reduced = new SemiReduction(left, sizes).reduce(join.right(), keys(join.rightKeys(), join.leftKeys()));
        boolean onlyKeys = join.residual() == null && (join.type() == JoinType.SEMI || join.type() == JoinType.ANTI)
                && join.rightKeys().size() == join.right().output().size();
        return onlyKeys ? distinct(reduced) : reduced;
    }

    /// The join's left side, reduced by what its right side sends.
    static PlanNode ofLeft(PlanNode.Join join, PlanNode.RemoteSource right, JoinSizes sizes) {
        return new SemiReduction(right, sizes).reduce(join.left(), keys(join.leftKeys(), join.rightKeys()));
    }

    private static List<Key> keys(List<Integer> columns, List<Integer> ofSource) {
        List<Key> keys = new ArrayList<>();
        for (int index = 0; index < columns.size(); index++) {
            keys.add(new Key(columns.get(index), ofSource.get(index)));
        }
        return keys;
    }

    private static PlanNode distinct(PlanNode node) {
        List<Integer> all = new ArrayList<>();
        node.output().forEach(_ -> all.add(all.size()));
        return new PlanNode.Aggregate(node, PlanNode.AggregateMode.SINGLE, all, List.of(),
                AggregateStates.partialOutput(node.output(), all, List.of()));
    }

    /// Null if no scan can be reached.
    private PlanNode reduce(PlanNode node, List<Key> wanted) {
        if (wanted.isEmpty()) {
            return null;
        }
        return switch (node) {
            case PlanNode.Scan scan -> semi(scan, wanted);
            case PlanNode.Filter filter -> {
                PlanNode input = reduce(filter.input(), wanted);
                yield input == null ? null : new PlanNode.Filter(input, filter.predicate());
            }
            case PlanNode.Project project -> project(project, wanted);
            case PlanNode.Aggregate aggregate -> aggregate(aggregate, wanted);
            case PlanNode.Join join -> join(join, wanted);
            default -> null;
        };
    }

    private PlanNode semi(PlanNode.Scan scan, List<Key> wanted) {
        List<Field> output = new ArrayList<>();
        scan.output().forEach(field -> output.add(new Field(output.size(), field.name(), field.type(), field.nullable())));
        return new PlanNode.Join(JoinType.SEMI, scan, keys == null ? scan : keys, wanted.stream().map(Key::column).toList(),
                wanted.stream().map(Key::ofSource).toList(), null, output);
    }

    private PlanNode project(PlanNode.Project project, List<Key> wanted) {
        List<Key> below = new ArrayList<>();
        for (Key key : wanted) {
            if (project.expressions().get(key.column()) instanceof Expression.InputReference reference) {
                below.add(new Key(reference.index(), key.ofSource()));
            }
        }
        PlanNode input = reduce(project.input(), below);
        return input == null ? null : new PlanNode.Project(input, project.expressions(), project.output());
    }

    private PlanNode aggregate(PlanNode.Aggregate aggregate, List<Key> wanted) {
        List<Key> below = new ArrayList<>();
        for (Key key : wanted) {
            if (key.column() < aggregate.keys().size()) {
                below.add(new Key(aggregate.keys().get(key.column()), key.ofSource()));
            }
        }
        PlanNode input = reduce(aggregate.input(), below);
        return input == null ? null : new PlanNode.Aggregate(
                input, aggregate.mode(), aggregate.keys(), aggregate.calls(), aggregate.output());
    }

    /// Into the side that keeps its rows as they are and has the keys.
    private PlanNode join(PlanNode.Join join, List<Key> wanted) {
        int leftWidth = join.left().output().size();
        boolean isLeftKept = switch (join.type()) {
            case INNER, LEFT, SEMI, ANTI, NULL_AWARE_ANTI -> true;
            case RIGHT, FULL -> false;
        };
        if (isLeftKept) {
            PlanNode left = reduce(join.left(), wanted.stream().filter(key -> key.column() < leftWidth).toList());
            if (left != null) {
                return sizes.with(join, left, join.right());
            }
        }
        if (join.type() == JoinType.INNER || join.type() == JoinType.RIGHT) {
            PlanNode right = reduce(join.right(), wanted.stream().filter(key -> key.column() >= leftWidth)
                    .map(key -> new Key(key.column() - leftWidth, key.ofSource())).toList());
            return right == null ? null : sizes.with(join, join.left(), right);
        }
        return null;
    }
}
