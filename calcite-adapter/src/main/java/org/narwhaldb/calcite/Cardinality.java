package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.narwhaldb.calcite.Estimate.ColumnEstimate;
import org.narwhaldb.segment.Field;

/// Estimates relations bottom-up from the statistics of the pinned table versions.
final class Cardinality {
    private static final double SEMI_SHARE = 0.5;

    private final RexBuilder builder;
    private final Map<RelNode, Estimate> known = new IdentityHashMap<>();

    Cardinality(RexBuilder builder) {
        this.builder = builder;
    }

    double rows(RelNode rel) {
        return of(rel).rows();
    }

    Estimate of(RelNode rel) {
        Estimate estimate = known.get(rel);
        if (estimate == null) {
            estimate = estimate(rel);
            known.put(rel, estimate);
        }
        return estimate;
    }

    private Estimate estimate(RelNode rel) {
        return switch (rel) {
            case TableScan scan -> table(scan.getTable().unwrapOrThrow(NarwhalTable.class).table());
            case Filter filter -> filtered(of(filter.getInput()), filter.getCondition());
            case Project project -> project(project);
            case Join join -> join(join);
            case Aggregate aggregate -> aggregate(aggregate);
            case Sort sort -> sort.fetch instanceof RexLiteral literal && !literal.isNull()
                    ? of(sort.getInput()).withRows(Math.min(rows(sort.getInput()), literal.getValueAs(Double.class)))
                    : of(sort.getInput());
            case Union union -> unknown(union, union.getInputs().stream().mapToDouble(this::rows).sum());
            case Values values -> unknown(values, values.getTuples().size());
            default -> unknown(rel, rel.getInputs().stream().mapToDouble(this::rows).max().orElse(1_000));
        };
    }

    Estimate filtered(Estimate input, RexNode condition) {
        return input.withRows(input.rows() * Selectivity.of(condition, input, builder));
    }

    private static Estimate unknown(RelNode rel, double rows) {
        double count = Math.max(rows, 1);
        return new Estimate(count, rel.getRowType().getFieldList().stream().map(_ -> ColumnEstimate.unknown(count)).toList());
    }

    private static Estimate table(PlannerCatalog.PlannerTable table) {
        double rows = Math.max(table.rowCount(), 1);
        List<ColumnEstimate> columns = new ArrayList<>();
        for (Field field : table.columns()) {
            PlannerCatalog.ColumnStatistics statistics = table.statistics().get(field.id());
            if (statistics == null) {
                columns.add(ColumnEstimate.unknown(rows));
                continue;
            }
            columns.add(new ColumnEstimate(Math.max(statistics.distinctCount(), 1), Math.min(statistics.nullCount() / rows, 1),
                    Selectivity.number(statistics.min(), field.type()), Selectivity.number(statistics.max(), field.type())));
        }
        return new Estimate(rows, columns);
    }

    private Estimate project(Project project) {
        Estimate input = of(project.getInput());
        List<ColumnEstimate> columns = new ArrayList<>();
        for (RexNode expression : project.getProjects()) {
            if (expression instanceof RexInputRef reference) {
                columns.add(input.columns().get(reference.getIndex()));
                continue;
            }
            double distinct = 1;
            for (int index : RelOptUtil.InputFinder.bits(expression)) {
                distinct *= input.columns().get(index).distinct();
            }
            columns.add(new ColumnEstimate(Math.clamp(distinct, 1, input.rows()), 0, Double.NaN, Double.NaN));
        }
        return new Estimate(input.rows(), columns);
    }

    private Estimate aggregate(Aggregate aggregate) {
        Estimate input = of(aggregate.getInput());
        double groups = 1;
        List<ColumnEstimate> columns = new ArrayList<>();
        for (int key : aggregate.getGroupSet()) {
            groups *= input.columns().get(key).distinct();
            columns.add(input.columns().get(key));
        }
        double rows = Math.max(1, Math.min(groups, input.rows()));
        aggregate.getAggCallList().forEach(_ -> columns.add(ColumnEstimate.unknown(rows)));
        return new Estimate(rows, columns).withRows(rows);
    }

    private Estimate join(Join join) {
        Estimate left = of(join.getLeft());
        Estimate right = of(join.getRight());
        List<ColumnEstimate> both = new ArrayList<>(left.columns());
        both.addAll(right.columns());
        double pairs = left.rows() * right.rows();
        double matches = pairs * Selectivity.of(join.getCondition(), new Estimate(pairs, both), builder);
        double rows = switch (join.getJoinType()) {
            case INNER -> matches;
            case LEFT -> Math.max(matches, left.rows());
            case RIGHT -> Math.max(matches, right.rows());
            case FULL -> Math.max(matches, left.rows() + right.rows());
            case SEMI -> left.rows() * semiShare(join.getCondition(), left, right);
            case ANTI -> left.rows() * Math.max(0.05, 1 - semiShare(join.getCondition(), left, right));
            default -> left.rows();
        };
        return new Estimate(Math.max(rows, 1), join.getJoinType().projectsRight() ? both : left.columns()).withRows(rows);
    }

    /// The share of left rows that find a match: how many of the left's distinct keys the right has.
    double semiShare(RexNode condition, Estimate left, Estimate right) {
        double share = 1;
        int leftCount = left.columns().size();
        for (RexNode conjunct : RelOptUtil.conjunctions(condition)) {
            double factor = SEMI_SHARE;
            if (conjunct instanceof org.apache.calcite.rex.RexCall call && call.getOperands().size() == 2
                    && call.getOperands().get(0) instanceof RexInputRef a && call.getOperands().get(1) instanceof RexInputRef b
                    && call.getKind() == org.apache.calcite.sql.SqlKind.EQUALS
                    && (a.getIndex() < leftCount) != (b.getIndex() < leftCount)) {
                int l = Math.min(a.getIndex(), b.getIndex());
                int r = Math.max(a.getIndex(), b.getIndex()) - leftCount;
                factor = Math.min(1, right.columns().get(r).atMost(right.rows()).distinct() / left.columns().get(l).distinct());
            } else if (conjunct.isAlwaysTrue()) {
                factor = 1;
            }
            share *= factor;
        }
        return Math.clamp(share, 1e-6, 1);
    }
}
