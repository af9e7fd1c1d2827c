package org.narwhaldb.calcite.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlQuantifyOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

/// EXISTS, IN and SOME among the terms of a WHERE become semi joins, their negations anti joins, correlated or not, as
/// long as the correlated predicates can be pulled out of the sub-query ([CorrelatedPredicates]).
///
/// ```
/// Filter [a AND EXISTS (sub: Filter [b AND c(outer)] S)]        Filter [a]
///   R                                                    ->       SemiJoin [c]
///                                                                   R
///                                                                   Filter [b] S
/// ```
///
/// `x NOT IN (sub)` keeps a row only if `x = y` is false, not unknown, for every y: an anti join on `(x = y) IS NOT FALSE`.
/// Sub-queries elsewhere (under OR, in a SELECT list, scalar ones) stay for Calcite's own rule; those inside them are
/// rewritten here first.
public final class SubQueryToSemiJoin extends RelHomogeneousShuttle {
    private final RexShuttle nested = new RexShuttle() {
        @Override
        public RexNode visitSubQuery(RexSubQuery subQuery) {
            RexSubQuery visited = (RexSubQuery) super.visitSubQuery(subQuery);
            RelNode rewritten = visited.rel.accept(SubQueryToSemiJoin.this);
            return rewritten == visited.rel ? visited : visited.clone(rewritten);
        }
    };

    private SubQueryToSemiJoin() {}

    public static RelNode rewrite(RelNode rel) {
        return rel.accept(new SubQueryToSemiJoin());
    }

    @Override
    public RelNode visit(RelNode rel) {
        RelNode visited = super.visit(rel);
        RelNode result = visited instanceof Filter filter && RexUtil.SubQueryFinder.containsSubQuery(filter) ? filter(filter) : visited;
        return hasSubQuery(result) ? result.accept(nested) : result;
    }

    static boolean hasSubQuery(RexNode node) {
        return RexUtil.SubQueryFinder.find(node) != null;
    }

    private static boolean hasSubQuery(RelNode rel) {
        return switch (rel) {
            case Filter filter -> RexUtil.SubQueryFinder.containsSubQuery(filter);
            case org.apache.calcite.rel.core.Project project -> RexUtil.SubQueryFinder.containsSubQuery(project);
            case org.apache.calcite.rel.core.Join join -> RexUtil.SubQueryFinder.containsSubQuery(join);
            default -> false;
        };
    }

    private RelNode filter(Filter filter) {
        RelNode result = filter.getInput();
        List<RexNode> kept = new ArrayList<>();
        for (RexNode conjunct : RelOptUtil.conjunctions(filter.getCondition())) {
            RelNode joined = join(result, conjunct, filter.getVariablesSet());
            if (joined == null) {
                kept.add(conjunct);
            } else {
                result = joined;
            }
        }
        if (result == filter.getInput()) {
            return filter;
        }
        if (kept.isEmpty()) {
            return result;
        }
        RexNode condition = RexUtil.composeConjunction(filter.getCluster().getRexBuilder(), kept);
        boolean correlated = kept.stream().anyMatch(SubQueryToSemiJoin::hasSubQuery);
        return LogicalFilter.create(result, condition, correlated
                ? com.google.common.collect.ImmutableSet.copyOf(filter.getVariablesSet()) : com.google.common.collect.ImmutableSet.of());
    }

    /// null if the conjunct is no sub-query of the kind, or its correlation goes too deep.
    private RelNode join(RelNode left, RexNode conjunct, Set<CorrelationId> variables) {
        boolean negated = conjunct.getKind() == SqlKind.NOT;
        RexNode inner = negated ? ((RexCall) conjunct).getOperands().getFirst() : conjunct;
        if (!(inner instanceof RexSubQuery subQuery)
                || subQuery.getOperands().stream().anyMatch(SubQueryToSemiJoin::hasSubQuery)) {
            return null;
        }
        SqlOperator comparison = comparison(subQuery);
        if (comparison == null) {
            return null;
        }
        CorrelatedPredicates.Pulled pulled =
                new CorrelatedPredicates(variables, subQuery.getKind() == SqlKind.EXISTS).pull(subQuery.rel);
        if (pulled == null) {
            return null;
        }
        RelNode right = pulled.rel().accept(this);
        RexBuilder builder = left.getCluster().getRexBuilder();
        int leftCount = left.getRowType().getFieldCount();
        List<RexNode> equalities = new ArrayList<>();
        for (int i = 0; i < subQuery.getOperands().size(); i++) {
            RexNode field = builder.makeInputRef(right.getRowType().getFieldList().get(pulled.fields().get(i)).getType(),
                    leftCount + pulled.fields().get(i));
            equalities.add(builder.makeCall(comparison, subQuery.getOperands().get(i), field));
        }
        RexNode match = RexUtil.composeConjunction(builder, equalities);
        if (negated && match.getType().isNullable()) {
            match = builder.makeCall(SqlStdOperatorTable.IS_NOT_FALSE, match);
        }
        List<RexNode> conditions = new ArrayList<>(RelOptUtil.conjunctions(match));
        pulled.predicates().forEach(predicate -> conditions.add(
                CorrelatedPredicates.overJoin(predicate, left, variables, leftCount)));
        return LogicalJoin.create(left, right, List.of(), RexUtil.composeConjunction(builder, conditions), Set.of(),
                negated ? JoinRelType.ANTI : JoinRelType.SEMI);
    }

    private static SqlOperator comparison(RexSubQuery subQuery) {
        return switch (subQuery.getKind()) {
            case EXISTS, IN -> SqlStdOperatorTable.EQUALS;
            case SOME -> RelOptUtil.op(((SqlQuantifyOperator) subQuery.getOperator()).comparisonKind, SqlStdOperatorTable.EQUALS);
            default -> null;
        };
    }
}
