package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// An optimised tree of Calcite's as one tree of plan nodes. Top-down it is told which fields are wanted, so that scans
/// read only what is used; projections that merely pick or permute fields vanish into the field mapping.
final class RelTranslator {
    private final RexBuilder builder;
    private final SqlPlanner.Session session;
    private final JoinTranslator joins;
    private final AggregateTranslator aggregates;
    private final WindowTranslator windows;
    private int scanCount;

    RelTranslator(RexBuilder builder, SqlPlanner.Session session, Cardinality cardinality, JoinSizes sizes) {
        this.builder = builder;
        this.session = session;
        this.joins = new JoinTranslator(this, cardinality, sizes);
        this.aggregates = new AggregateTranslator(this, cardinality, sizes);
        this.windows = new WindowTranslator(this);
    }

    /// The plan whose output is exactly the row of `root`, in order, under the names given.
    PlanNode translate(RelNode root, List<String> names) {
        PlannedRelation planned = translate(root, ImmutableBitSet.range(root.getRowType().getFieldCount()));
        List<Expression> expressions = new ArrayList<>();
        List<Field> output = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Field field = planned.field(i);
            expressions.add(planned.reference(i));
            output.add(new Field(i, names.get(i), field.type(), field.nullable()));
        }
        boolean same = Arrays.equals(planned.columns(), PlannedRelation.identity(planned.node().output().size()))
                && output.equals(planned.node().output());
        return same ? planned.node() : Projections.project(planned.node(), expressions, output);
    }

    PlannedRelation translate(RelNode rel, ImmutableBitSet wanted) {
        return switch (rel) {
            case TableScan scan -> scan(scan, wanted);
            case Filter filter -> filter(filter, wanted);
            case Project project -> project.containsOver() ? windows.translate(project, wanted) : project(project, wanted);
            case Join join -> joins.translate(join, wanted);
            case Aggregate aggregate -> aggregates.translate(aggregate, wanted);
            case Sort sort -> sort(sort, wanted);
            case Union union -> union(union, wanted);
            case Values values -> values(values, wanted);
            default -> throw RexTranslator.notSupported("relational operator",
                    rel.getRelTypeName().replace("Logical", "").toUpperCase(java.util.Locale.ROOT));
        };
    }

    RexTranslator expressions(PlannedRelation input) {
        return new RexTranslator(input::reference, builder, session);
    }

    RexBuilder builder() {
        return builder;
    }

    RexTranslator expressions(RexTranslator.Inputs inputs) {
        return new RexTranslator(inputs, builder, session);
    }

    private PlannedRelation scan(TableScan scan, ImmutableBitSet wanted) {
        PlannerCatalog.PlannerTable table = scan.getTable().unwrapOrThrow(NarwhalTable.class).table();
        int[] columns = new int[table.columns().size()];
        Arrays.fill(columns, -1);
        List<Field> read = new ArrayList<>();
        for (int index : wanted) {
            columns[index] = read.size();
            read.add(table.columns().get(index));
        }
        PlanNode node = table.system()
                ? new PlanNode.SystemScan(table.name(), read) : new PlanNode.Scan(scanCount++, table.name(), read, null);
        return new PlannedRelation(node, columns);
    }

    private PlannedRelation filter(Filter filter, ImmutableBitSet wanted) {
        PlannedRelation input =
                translate(filter.getInput(), wanted.union(RelOptUtil.InputFinder.bits(filter.getCondition())));
        Expression predicate = expressions(input).translate(filter.getCondition());
        return new PlannedRelation(filtered(input.node(), predicate), input.columns());
    }

    private static PlanNode filtered(PlanNode node, Expression predicate) {
        return switch (node) {
            case PlanNode.Scan scan -> new PlanNode.Scan(
                    scan.scanId(), scan.table(), scan.columns(), and(scan.predicate(), predicate));
            case PlanNode.Filter below -> new PlanNode.Filter(below.input(), and(below.predicate(), predicate));
            default -> new PlanNode.Filter(node, predicate);
        };
    }

    static Expression and(Expression left, Expression right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        List<Expression> terms = new ArrayList<>();
        for (Expression side : List.of(left, right)) {
            if (side instanceof Expression.Call call && call.function() == ScalarFunction.AND) {
                terms.addAll(call.arguments());
            } else {
                terms.add(side);
            }
        }
        return new Expression.Call(ScalarFunction.AND, terms, ColumnType.BOOLEAN);
    }

    private PlannedRelation project(Project project, ImmutableBitSet wanted) {
        ImmutableBitSet used = ImmutableBitSet.of();
        boolean onlyPicks = true;
        for (int index : wanted) {
            RexNode expression = project.getProjects().get(index);
            used = used.union(RelOptUtil.InputFinder.bits(expression));
            onlyPicks &= expression instanceof RexInputRef;
        }
        PlannedRelation input = translate(project.getInput(), used);
        int[] columns = new int[project.getProjects().size()];
        Arrays.fill(columns, -1);
        if (onlyPicks) {
            for (int index : wanted) {
                columns[index] = input.columns()[((RexInputRef) project.getProjects().get(index)).getIndex()];
            }
            return new PlannedRelation(input.node(), columns);
        }
        RexTranslator translator = expressions(input);
        Map<Expression, Integer> positions = new HashMap<>();
        List<Expression> expressions = new ArrayList<>();
        List<Field> output = new ArrayList<>();
        for (int index : wanted) {
            Expression expression = translator.translate(project.getProjects().get(index));
            Integer known = positions.putIfAbsent(expression, expressions.size());
            columns[index] = known != null ? known : expressions.size();
            if (known == null) {
                output.add(field(output.size(), project.getRowType().getFieldList().get(index), expression.type()));
                expressions.add(expression);
            }
        }
        return new PlannedRelation(Projections.project(input.node(), expressions, output), columns);
    }

    static Field field(int id, RelDataTypeField field, ColumnType type) {
        return new Field(id, field.getName(), type, field.getType().isNullable());
    }

    private PlannedRelation sort(Sort sort, ImmutableBitSet wanted) {
        ImmutableBitSet keys = ImmutableBitSet.of(sort.getCollation().getKeys());
        PlannedRelation input = translate(sort.getInput(), wanted.union(keys));
        long offset = sort.offset == null ? 0 : rowCount(sort.offset, "OFFSET");
        long limit = sort.fetch == null ? -1 : rowCount(sort.fetch, "LIMIT");
        List<SortOrder> orders = new ArrayList<>();
        for (RelFieldCollation collation : sort.getCollation().getFieldCollations()) {
            boolean descending = collation.getDirection().isDescending();
            boolean nullsFirst = collation.nullDirection == RelFieldCollation.NullDirection.UNSPECIFIED
                    ? descending : collation.nullDirection == RelFieldCollation.NullDirection.FIRST;
            orders.add(new SortOrder(input.columns()[collation.getFieldIndex()], descending, nullsFirst));
        }
        PlanNode node = orders.isEmpty()
                ? offset == 0 && limit < 0 ? input.node() : new PlanNode.Limit(input.node(), offset, limit)
                : new PlanNode.Sort(input.node(), orders, offset, limit);
        return new PlannedRelation(node, input.columns());
    }

    private static long rowCount(RexNode node, String clause) {
        if (node instanceof RexLiteral literal && !literal.isNull()) {
            long count = literal.getValueAs(java.math.BigDecimal.class).longValue();
            if (count >= 0) {
                return count;
            }
        }
        throw NarwhalException.of(ErrorCode.INVALID_QUERY, "%s needs a whole number from 0, not [%s]", clause, node);
    }

    private PlannedRelation union(Union union, ImmutableBitSet wanted) {
        if (!union.all) {
            throw new IllegalStateException("UNION DISTINCT should have become an aggregate");
        }
        // A union of no columns would have no way to say how its rows are laid out.
        ImmutableBitSet kept = wanted.isEmpty() ? ImmutableBitSet.of(0) : wanted;
        List<PlannedRelation> inputs = union.getInputs().stream().map(input -> translate(input, kept)).toList();
        List<Field> output = new ArrayList<>();
        int[] columns = new int[union.getRowType().getFieldCount()];
        Arrays.fill(columns, -1);
        for (int index : kept) {
            List<ColumnType> types = inputs.stream().map(input -> input.field(index).type()).distinct().toList();
            ColumnType type = types.size() == 1
                    ? types.getFirst() : ColumnTypes.toColumn(union.getRowType().getFieldList().get(index).getType());
            columns[index] = output.size();
            boolean nullable = inputs.stream().anyMatch(input -> input.field(index).nullable());
            output.add(new Field(output.size(), union.getRowType().getFieldNames().get(index), type, nullable));
        }
        List<PlanNode> branches = inputs.stream().map(input -> branch(input, kept, output)).toList();
        return new PlannedRelation(new PlanNode.Union(branches, output), columns);
    }

    private static PlanNode branch(PlannedRelation input, ImmutableBitSet kept, List<Field> output) {
        List<Expression> expressions = new ArrayList<>();
        boolean same = input.node().output().size() == output.size();
        for (int index : kept) {
            same &= input.columns()[index] == expressions.size();
            Expression cast = Coercion.to(input.reference(index), output.get(expressions.size()).type());
            same &= cast instanceof Expression.InputReference;
            expressions.add(cast);
        }
        return same ? input.node() : Projections.project(input.node(), expressions, output);
    }

    private PlannedRelation values(Values values, ImmutableBitSet wanted) {
        List<Field> output = new ArrayList<>();
        int[] columns = new int[values.getRowType().getFieldCount()];
        Arrays.fill(columns, -1);
        for (int index : wanted) {
            columns[index] = output.size();
            RelDataTypeField field = values.getRowType().getFieldList().get(index);
            output.add(field(output.size(), field, ColumnTypes.toColumn(field.getType())));
        }
        List<List<Expression.Literal>> rows = new ArrayList<>();
        for (List<RexLiteral> tuple : values.getTuples()) {
            List<Expression.Literal> row = new ArrayList<>();
            for (int index : wanted) {
                row.add(literal(tuple.get(index), output.get(row.size()).type()));
            }
            rows.add(row);
        }
        return new PlannedRelation(new PlanNode.Values(output, rows), columns);
    }

    private static Expression.Literal literal(RexLiteral literal, ColumnType type) {
        if (Coercion.to(Literals.toExpression(literal), type) instanceof Expression.Literal exact) {
            return exact;
        }
        throw NarwhalException.of(ErrorCode.TYPE_MISMATCH, "Value [%s] does not fit type [%s]", literal, type);
    }
}
