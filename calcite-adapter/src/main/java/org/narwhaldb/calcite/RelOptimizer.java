package org.narwhaldb.calcite;

import java.util.List;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.hep.HepMatchOrder;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.rel.rules.PruneEmptyRules;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.sql2rel.RelDecorrelator;
import org.apache.calcite.sql2rel.TopDownGeneralDecorrelator;
import org.apache.calcite.tools.RelBuilder;
import org.narwhaldb.calcite.rule.EmptyFilters;
import org.narwhaldb.calcite.rule.SubQueryToSemiJoin;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The stages between a converted statement and the plan's shape:
///
/// 1. sub-queries: what can be a semi or anti join becomes one; the rest a join or a correlation by Calcite's rule
/// 2. correlations become joins
/// 3. filters go down, set operations become aggregates, what is empty disappears
/// 4. joins are ordered by cost
///
/// Stages of rules run in HepPlanner: each rule to its fixed point, no search.
final class RelOptimizer {
    private static final HepProgram SUB_QUERIES = program(List.of(
            CoreRules.FILTER_SUB_QUERY_TO_CORRELATE, CoreRules.PROJECT_SUB_QUERY_TO_CORRELATE, CoreRules.JOIN_SUB_QUERY_TO_CORRELATE));
    private static final HepProgram PUSH_DOWN = program(List.of(
            CoreRules.FILTER_INTO_JOIN, CoreRules.JOIN_CONDITION_PUSH, CoreRules.FILTER_PROJECT_TRANSPOSE,
            CoreRules.FILTER_AGGREGATE_TRANSPOSE, CoreRules.FILTER_SET_OP_TRANSPOSE, CoreRules.FILTER_MERGE,
            CoreRules.PROJECT_MERGE, CoreRules.PROJECT_REMOVE, CoreRules.UNION_MERGE, CoreRules.UNION_TO_DISTINCT,
            CoreRules.INTERSECT_TO_DISTINCT, CoreRules.MINUS_TO_DISTINCT, CoreRules.FILTER_VALUES_MERGE,
            PruneEmptyRules.PROJECT_INSTANCE, PruneEmptyRules.FILTER_INSTANCE, PruneEmptyRules.SORT_INSTANCE,
            PruneEmptyRules.SORT_FETCH_ZERO_INSTANCE, PruneEmptyRules.AGGREGATE_INSTANCE, PruneEmptyRules.UNION_INSTANCE,
            PruneEmptyRules.JOIN_LEFT_INSTANCE, PruneEmptyRules.JOIN_RIGHT_INSTANCE));

    private final RexBuilder builder;
    private final ConstantFolding folding;

    RelOptimizer(RexBuilder builder, ConstantFolding folding) {
        this.builder = builder;
        this.folding = folding;
    }

    private static HepProgram program(List<? extends RelOptRule> rules) {
        return HepProgram.builder().addMatchOrder(HepMatchOrder.TOP_DOWN).addRuleCollection(List.copyOf(rules)).build();
    }

    RelNode optimize(RelNode converted, Cardinality cardinality) {
        RelNode folded = EmptyFilters.rewrite(converted.accept(new ExpressionRewrite(folding)));
        RelNode joined = run(SUB_QUERIES, SubQueryToSemiJoin.rewrite(folded));
        RelNode uncorrelated = decorrelated(joined);
        RelNode pushed = run(PUSH_DOWN, uncorrelated);
        return new JoinOrder(builder, cardinality).order(pushed);
    }

    private static RelNode run(HepProgram program, RelNode rel) {
        HepPlanner planner = new HepPlanner(program);
        planner.setExecutor(rel.getCluster().getPlanner().getExecutor());
        planner.setRoot(rel);
        return planner.findBestExp();
    }

    private static RelNode decorrelated(RelNode rel) {
        if (!isCorrelated(rel)) {
            return rel;
        }
        RelBuilder relations = RelFactories.LOGICAL_BUILDER.create(rel.getCluster(), null);
        RelNode result = RelDecorrelator.decorrelateQuery(rel, relations);
        if (isCorrelated(result)) {
            result = TopDownGeneralDecorrelator.decorrelateQuery(rel, relations);
        }
        if (isCorrelated(result)) {
            throw new NarwhalException(ErrorCode.NOT_SUPPORTED,
                    "Not supported yet: a correlated sub-query of this form; write it as a join");
        }
        return result;
    }

    private static boolean isCorrelated(RelNode rel) {
        boolean[] found = new boolean[1];
        rel.accept(new RelHomogeneousShuttle() {
            @Override
            public RelNode visit(RelNode node) {
                found[0] |= node instanceof Correlate;
                return found[0] ? node : super.visit(node);
            }
        });
        return found[0];
    }
}
