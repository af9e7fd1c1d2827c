package org.narwhaldb.calcite.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.rex.RexVisitorImpl;

/// Pulls the predicates that refer to the outer query up and out of a sub-query whose duplicates do not matter:
/// through filters, projections (which then carry the fields that the predicates need), joins and DISTINCT.
///
/// ```
/// Project [x]                        Project [x, k]     and  k = outer.k
///   Filter [a AND k = outer.k]  ->     Filter [a]
///     S                                  S
/// ```
final class CorrelatedPredicates {
    /// @param fields for each field of the sub-query where it is in `rel`
    /// @param predicates over the fields of `rel` and the outer row's correlation variable
    record Pulled(RelNode rel, List<Integer> fields, List<RexNode> predicates) {}

    private final Set<CorrelationId> variables;
    private final boolean existence;

    /// @param variables the outer row
    /// @param existence only whether there is a row matters, not what is in it
    CorrelatedPredicates(Set<CorrelationId> variables, boolean existence) {
        this.variables = variables;
        this.existence = existence;
    }

    /// null if a predicate stands where it cannot be pulled from: under an aggregate, a limit, an outer join.
    Pulled pull(RelNode rel) {
        if (existence && rel instanceof Sort sort && sort.offset == null
                && (sort.fetch == null || RexUtil.isLiteral(sort.fetch, false) && !isZero(sort.fetch))) {
            return pull(sort.getInput());
        }
        if (!isCorrelated(rel)) {
            return new Pulled(rel, identity(rel.getRowType().getFieldCount()), List.of());
        }
        return switch (rel) {
            case Filter filter -> filter(filter);
            case Project project -> project(project);
            case Join join -> join(join);
            case Aggregate aggregate -> distinct(aggregate);
            default -> null;
        };
    }

    private static boolean isZero(RexNode fetch) {
        return ((org.apache.calcite.rex.RexLiteral) fetch).getValueAs(java.math.BigDecimal.class).signum() == 0;
    }

    private static List<Integer> identity(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private boolean isCorrelated(RelNode rel) {
        return !java.util.Collections.disjoint(RelOptUtil.getVariablesUsed(rel), variables);
    }

    private boolean isCorrelated(RexNode node) {
        boolean[] found = new boolean[1];
        node.accept(new RexVisitorImpl<Void>(true) {
            @Override
            public Void visitCorrelVariable(RexCorrelVariable variable) {
                found[0] |= variables.contains(variable.id);
                return null;
            }

            @Override
            public Void visitSubQuery(RexSubQuery subQuery) {
                found[0] |= isCorrelated(subQuery.rel);
                return super.visitSubQuery(subQuery);
            }
        });
        return found[0];
    }

    private Pulled filter(Filter filter) {
        Pulled input = pull(filter.getInput());
        if (input == null) {
            return null;
        }
        List<RexNode> predicates = new ArrayList<>(input.predicates());
        List<RexNode> kept = new ArrayList<>();
        for (RexNode conjunct : RelOptUtil.conjunctions(filter.getCondition())) {
            RexNode mapped = onto(conjunct, input);
            if (!isCorrelated(conjunct)) {
                kept.add(mapped);
            } else if (SubQueryToSemiJoin.hasSubQuery(conjunct)) {
                return null;
            } else {
                predicates.add(mapped);
            }
        }
        // A nested sub-query refers to the filter's row by its own variable; that row must not have changed.
        boolean nests = kept.stream().anyMatch(SubQueryToSemiJoin::hasSubQuery);
        if (nests && input.rel() != filter.getInput()) {
            return null;
        }
        RelNode rel = kept.isEmpty() ? input.rel() : LogicalFilter.create(input.rel(),
                RexUtil.composeConjunction(filter.getCluster().getRexBuilder(), kept),
                com.google.common.collect.ImmutableSet.copyOf(filter.getVariablesSet()));
        return new Pulled(rel, input.fields(), predicates);
    }

    private Pulled project(Project project) {
        Pulled input = pull(project.getInput());
        if (input == null || !existence && project.getProjects().stream().anyMatch(this::isCorrelated)
                || RexUtil.SubQueryFinder.containsSubQuery(project)) {
            return null;
        }
        RexBuilder builder = project.getCluster().getRexBuilder();
        List<RexNode> expressions = new ArrayList<>();
        if (!existence) {
            project.getProjects().forEach(expression -> expressions.add(onto(expression, input)));
        }
        int own = expressions.size();
        List<RexNode> predicates = new ArrayList<>();
        for (RexNode predicate : input.predicates()) {
            predicates.add(predicate.accept(new RexShuttle() {
                @Override
                public RexNode visitInputRef(RexInputRef reference) {
                    int position = expressions.subList(own, expressions.size()).indexOf(reference);
                    if (position < 0) {
                        position = expressions.size() - own;
                        expressions.add(reference);
                    }
                    return builder.makeInputRef(reference.getType(), own + position);
                }
            }));
        }
        if (expressions.isEmpty()) {
            expressions.add(builder.makeLiteral(true));
        }
        RelNode rel = LogicalProject.create(input.rel(), List.of(), expressions, (List<String>) null, Set.of());
        return new Pulled(rel, identity(own), predicates);
    }

    private Pulled join(Join join) {
        JoinRelType type = join.getJoinType();
        boolean leftOnly = type == JoinRelType.LEFT || type == JoinRelType.SEMI || type == JoinRelType.ANTI;
        if (type != JoinRelType.INNER && !leftOnly || leftOnly && (isCorrelated(join.getRight()) || isCorrelated(join.getCondition()))
                || RexUtil.SubQueryFinder.containsSubQuery(join)) {
            return null;
        }
        Pulled left = pull(join.getLeft());
        Pulled right = pull(join.getRight());
        if (left == null || right == null) {
            return null;
        }
        int leftCount = left.rel().getRowType().getFieldCount();
        List<Integer> fields = new ArrayList<>(left.fields());
        right.fields().forEach(field -> fields.add(leftCount + field));
        List<RexNode> predicates = new ArrayList<>(left.predicates());
        right.predicates().forEach(predicate -> predicates.add(RexUtil.shift(predicate, leftCount)));
        List<RexNode> kept = new ArrayList<>();
        for (RexNode conjunct : RelOptUtil.conjunctions(join.getCondition())) {
            RexNode mapped = mapped(conjunct, fields);
            (isCorrelated(conjunct) ? predicates : kept).add(mapped);
        }
        RelNode rel = LogicalJoin.create(left.rel(), right.rel(), List.of(),
                RexUtil.composeConjunction(join.getCluster().getRexBuilder(), kept), Set.of(), type);
        return new Pulled(rel, type.projectsRight() ? fields : left.fields(), predicates);
    }

    /// SELECT DISTINCT: in a semi join duplicates do no harm.
    private Pulled distinct(Aggregate aggregate) {
        if (!aggregate.getAggCallList().isEmpty() || aggregate.getGroupType() != Aggregate.Group.SIMPLE
                || aggregate.getGroupSet().isEmpty()) {
            return null;
        }
        Pulled input = pull(aggregate.getInput());
        if (input == null) {
            return null;
        }
        return new Pulled(input.rel(), aggregate.getGroupSet().asList().stream().map(input.fields()::get).toList(), input.predicates());
    }

    private static RexNode onto(RexNode node, Pulled input) {
        return mapped(node, input.fields());
    }

    private static RexNode mapped(RexNode node, List<Integer> fields) {
        return node.accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef reference) {
                return new RexInputRef(fields.get(reference.getIndex()), reference.getType());
            }
        });
    }

    /// The predicate over the fields of a join of `left` and the pulled relation.
    static RexNode overJoin(RexNode predicate, RelNode left, Set<CorrelationId> variables, int leftCount) {
        return predicate.accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef reference) {
                return new RexInputRef(leftCount + reference.getIndex(), reference.getType());
            }

            @Override
            public RexNode visitFieldAccess(RexFieldAccess access) {
                if (access.getReferenceExpr() instanceof RexCorrelVariable variable && variables.contains(variable.id)) {
                    return RexInputRef.of(access.getField().getIndex(), left.getRowType());
                }
                return super.visitFieldAccess(access);
            }
        });
    }
}
