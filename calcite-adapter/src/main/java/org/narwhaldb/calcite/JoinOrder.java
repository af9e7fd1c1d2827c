package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

/// Orders joins by cost. Takes each group of inner and semi joins apart into a [JoinGraph], lets [JoinSearch] choose, and
/// builds the tree that was chosen, the smaller side of a join always on the right, where it is built. Outer joins,
/// aggregates and the like bound a group.
final class JoinOrder {
    private static final int RELATIONS_MAX = 60;

    private final RexBuilder builder;
    private final Cardinality cardinality;

    JoinOrder(RexBuilder builder, Cardinality cardinality) {
        this.builder = builder;
        this.cardinality = cardinality;
    }

    RelNode order(RelNode rel) {
        if (!isGroup(rel)) {
            List<RelNode> inputs = rel.getInputs().stream().map(this::order).toList();
            return inputs.equals(rel.getInputs()) ? rel : rel.copy(rel.getTraitSet(), inputs);
        }
        JoinGraph graph = new JoinGraph(builder);
        List<RexInputRef> output = collect(rel, graph);
        graph.close();
        List<Estimate> estimates = new ArrayList<>();
        List<RelNode> leaves = new ArrayList<>();
        for (int i = 0; i < graph.relations.size(); i++) {
            RelNode leaf = withFilters(graph, i);
            leaves.add(leaf);
            estimates.add(cardinality.of(leaf));
        }
        Built built = build(graph, new JoinSearch(graph, estimates, cardinality, builder).best(), leaves);
        RelNode joined = built.rel();
        if (!graph.constants.isEmpty()) {
            joined = LogicalFilter.create(joined, RexUtil.composeConjunction(builder, graph.constants));
        }
        List<RexNode> fields = new ArrayList<>();
        for (RexInputRef field : output) {
            int position = built.position(field.getIndex());
            fields.add(new RexInputRef(position, joined.getRowType().getFieldList().get(position).getType()));
        }
        return LogicalProject.create(joined, List.of(), fields, rel.getRowType().getFieldNames(), java.util.Set.of());
    }

    private static boolean isGroup(RelNode rel) {
        return switch (rel) {
            case Join join -> isGrouped(join.getJoinType());
            case Filter filter -> isGroup(filter.getInput());
            case Project project -> isPick(project) && isGroup(project.getInput());
            default -> false;
        };
    }

    private static boolean isGrouped(JoinRelType type) {
        return type == JoinRelType.INNER || type == JoinRelType.SEMI || type == JoinRelType.ANTI;
    }

    private static boolean isPick(Project project) {
        return project.getProjects().stream().allMatch(RexInputRef.class::isInstance);
    }

    /// @return the graph's fields that are the fields of `rel`
    private List<RexInputRef> collect(RelNode rel, JoinGraph graph) {
        if (!isGroup(rel) && !(rel instanceof Filter) || graph.relations.size() >= RELATIONS_MAX) {
            return graph.add(order(rel));
        }
        return switch (rel) {
            case Filter filter -> {
                List<RexInputRef> fields = collect(filter.getInput(), graph);
                graph.condition(JoinGraph.replace(filter.getCondition(), fields));
                yield fields;
            }
            case Project project -> {
                List<RexInputRef> fields = collect(project.getInput(), graph);
                yield project.getProjects().stream().map(pick -> fields.get(((RexInputRef) pick).getIndex())).toList();
            }
            case Join join when join.getJoinType() == JoinRelType.INNER -> {
                List<RexInputRef> fields = new ArrayList<>(collect(join.getLeft(), graph));
                fields.addAll(collect(join.getRight(), graph));
                graph.condition(JoinGraph.replace(join.getCondition(), fields));
                yield fields;
            }
            case Join join -> {
                List<RexInputRef> fields = collect(join.getLeft(), graph);
                graph.add(order(join.getRight()), join.getJoinType(), fields, join.getCondition());
                yield fields;
            }
            default -> throw new IllegalStateException("Not part of a join group: " + rel);
        };
    }

    private RelNode withFilters(JoinGraph graph, int index) {
        JoinGraph.Relation relation = graph.relations.get(index);
        List<RexNode> own = graph.filters.get(index);
        if (own.isEmpty()) {
            return relation.rel();
        }
        RexNode condition = RexUtil.shift(RexUtil.composeConjunction(builder, own), -relation.start());
        return LogicalFilter.create(relation.rel(), condition);
    }

    /// A joined tree, and which field of the graph each of its fields is.
    private record Built(RelNode rel, List<Integer> fields) {
        int position(int field) {
            return fields.indexOf(field);
        }
    }

    private Built build(JoinGraph graph, JoinSearch.Tree tree, List<RelNode> leaves) {
        if (tree.isLeaf()) {
            int index = Long.numberOfTrailingZeros(tree.mask());
            JoinGraph.Relation relation = graph.relations.get(index);
            List<Integer> fields = new ArrayList<>();
            for (int field = relation.start(); field < relation.end(); field++) {
                fields.add(field);
            }
            return new Built(leaves.get(index), fields);
        }
        Built left = build(graph, tree.left(), leaves);
        Built right = build(graph, tree.right(), leaves);
        List<Integer> fields = new ArrayList<>(left.fields());
        fields.addAll(right.fields());
        if (tree.right().isLeaf()) {
            JoinGraph.Relation relation = graph.relations.get(Long.numberOfTrailingZeros(tree.right().mask()));
            if (relation.isChecked()) {
                RexNode condition = onto(relation.condition(), left, right, fields);
                return new Built(join(left, right, condition, relation.type()), left.fields());
            }
        }
        List<RexNode> conditions = new ArrayList<>();
        equalities(graph, tree, conditions);
        for (JoinGraph.Conjunct conjunct : graph.conjuncts) {
            boolean here = (conjunct.mask() & ~tree.mask()) == 0;
            boolean below = (conjunct.mask() & ~tree.left().mask()) == 0 || (conjunct.mask() & ~tree.right().mask()) == 0;
            if (here && !below) {
                conditions.add(conjunct.condition());
            }
        }
        RexNode condition = onto(RexUtil.composeConjunction(builder, conditions), left, right, fields);
        return new Built(join(left, right, condition, JoinRelType.INNER), fields);
    }

    private void equalities(JoinGraph graph, JoinSearch.Tree tree, List<RexNode> conditions) {
        for (List<RexInputRef> members : graph.classes) {
            RexInputRef left = first(graph, members, tree.left().mask());
            RexInputRef right = first(graph, members, tree.right().mask());
            if (left != null && right != null) {
                conditions.add(builder.makeCall(SqlStdOperatorTable.EQUALS, left, right));
            }
        }
    }

    private static RexInputRef first(JoinGraph graph, List<RexInputRef> members, long mask) {
        return members.stream().filter(member -> (mask & 1L << graph.relationOf(member.getIndex())) != 0).findFirst().orElse(null);
    }

    private static RexNode onto(RexNode condition, Built left, Built right, List<Integer> fields) {
        int leftCount = left.fields().size();
        return condition.accept(new org.apache.calcite.rex.RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef reference) {
                int position = fields.indexOf(reference.getIndex());
                var row = position < leftCount ? left.rel().getRowType() : right.rel().getRowType();
                return new RexInputRef(position,
                        row.getFieldList().get(position < leftCount ? position : position - leftCount).getType());
            }
        });
    }

    private static RelNode join(Built left, Built right, RexNode condition, JoinRelType type) {
        return LogicalJoin.create(left.rel(), right.rel(), List.of(), condition, java.util.Set.of(), type);
    }
}
