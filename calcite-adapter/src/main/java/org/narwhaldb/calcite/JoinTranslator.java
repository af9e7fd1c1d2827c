package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.JoinType;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Joins as hash joins: equalities become keys (computed in a projection below where they are not columns), the rest of
/// the condition becomes the residual. An outer join is turned round when its other side is the smaller one to build.
final class JoinTranslator {
    private static final double SWAP_FACTOR = 1.5;

    private final RelTranslator relations;
    private final Cardinality cardinality;
    private final JoinSizes sizes;

    JoinTranslator(RelTranslator relations, Cardinality cardinality, JoinSizes sizes) {
        this.relations = relations;
        this.cardinality = cardinality;
        this.sizes = sizes;
    }

    /// The parts of a join condition.
    private static final class Condition {
        final List<RexNode> leftKeys = new ArrayList<>();
        final List<RexNode> rightKeys = new ArrayList<>();
        /// Keys that also match NULL with NULL; compared through a stand-in and checked in the residual.
        final List<Boolean> nullMatches = new ArrayList<>();
        final List<RexNode> residual = new ArrayList<>();
        boolean nullAware;
    }

    PlannedRelation translate(Join join, ImmutableBitSet wanted) {
        int leftCount = join.getLeft().getRowType().getFieldCount();
        Condition condition = condition(join, leftCount);
        ImmutableBitSet residualRefs = RelOptUtil.InputFinder.bits(condition.residual, null);
        ImmutableBitSet all = ImmutableBitSet.range(leftCount + join.getRight().getRowType().getFieldCount());
        ImmutableBitSet carried = wanted.intersect(all).union(residualRefs);
        Side left = side(join.getLeft(), 0, leftCount, carried, condition.leftKeys, condition);
        Side right = side(join.getRight(), leftCount, all.length() - leftCount, carried, condition.rightKeys, condition);
        Side[] sides = withKeys(left, right, condition);
        JoinRelType type = join.getJoinType();
        if (isBetterSwapped(join)) {
            return assemble(type.swap(), sides[1], sides[0], condition, join, false);
        }
        return assemble(type, sides[0], sides[1], condition, join, true);
    }

    private boolean isBetterSwapped(Join join) {
        return join.getJoinType().isOuterJoin()
                && cardinality.rows(join.getLeft()) * SWAP_FACTOR < cardinality.rows(join.getRight());
    }

    private static Condition condition(Join join, int leftCount) {
        Condition condition = new Condition();
        List<RexNode> conjuncts = RelOptUtil.conjunctions(join.getCondition());
        for (RexNode conjunct : conjuncts) {
            RexNode equality = conjunct;
            boolean nullAware = false;
            if (conjunct.getKind() == SqlKind.IS_NOT_FALSE && join.getJoinType() == JoinRelType.ANTI) {
                equality = ((RexCall) conjunct).getOperands().getFirst();
                nullAware = equality.getType().isNullable();
            }
            boolean alone = !nullAware || conjuncts.size() == 1;
            if (!alone || !addKey(condition, equality, leftCount)) {
                condition.residual.add(conjunct);
            } else {
                condition.nullAware = nullAware;
            }
        }
        return condition;
    }

    private static boolean addKey(Condition condition, RexNode equality, int leftCount) {
        boolean nullMatches = equality.getKind() == SqlKind.IS_NOT_DISTINCT_FROM;
        if (equality.getKind() != SqlKind.EQUALS && !nullMatches) {
            return false;
        }
        RexNode first = ((RexCall) equality).getOperands().get(0);
        RexNode second = ((RexCall) equality).getOperands().get(1);
        int a = sideOf(first, leftCount);
        int b = sideOf(second, leftCount);
        if (a * b != -1) {
            return false;
        }
        boolean certain = !first.getType().isNullable() || !second.getType().isNullable();
        condition.leftKeys.add(a < 0 ? first : second);
        condition.rightKeys.add(a < 0 ? second : first);
        condition.nullMatches.add(nullMatches && !certain);
        if (nullMatches && !certain) {
            condition.residual.add(equality);
        }
        return true;
    }

    /// -1: only fields of the left, 1: only of the right, 0: of both or none.
    private static int sideOf(RexNode node, int leftCount) {
        ImmutableBitSet fields = RelOptUtil.InputFinder.bits(node);
        if (fields.isEmpty()) {
            return 0;
        }
        return fields.length() <= leftCount ? -1 : fields.nth(0) >= leftCount ? 1 : 0;
    }

    /// One input with its join keys.
    private record Side(PlannedRelation relation, int offset, ImmutableBitSet carried, List<Expression> keys) {}

    private Side side(org.apache.calcite.rel.RelNode rel, int offset, int count, ImmutableBitSet carried, List<RexNode> keys,
            Condition condition) {
        ImmutableBitSet own = carried.intersect(ImmutableBitSet.range(offset, offset + count)).shift(-offset);
        List<RexNode> shifted = keys.stream().map(key -> RexUtil.shift(key, -offset)).toList();
        ImmutableBitSet used = own.union(RelOptUtil.InputFinder.bits(shifted, null));
        if (used.isEmpty()) {
            used = ImmutableBitSet.of(0);
            own = used;
        }
        PlannedRelation relation = relations.translate(rel, used);
        RexTranslator translator = relations.expressions(relation);
        List<Expression> expressions = new ArrayList<>();
        for (int i = 0; i < shifted.size(); i++) {
            Expression key = translator.translate(shifted.get(i));
            expressions.add(key);
        }
        return new Side(relation, offset, own, expressions);
    }

    /// Both sides with keys of equal types, and without the columns that nobody above the join reads.
    private static Side[] withKeys(Side left, Side right, Condition condition) {
        List<Expression> leftKeys = new ArrayList<>();
        List<Expression> rightKeys = new ArrayList<>();
        for (int i = 0; i < left.keys().size(); i++) {
            Coercion.Pair pair = Coercion.joinKeys(left.keys().get(i), right.keys().get(i));
            boolean nullMatches = condition.nullMatches.get(i);
            leftKeys.add(nullMatches ? standIn(pair.left()) : pair.left());
            rightKeys.add(nullMatches ? standIn(pair.right()) : pair.right());
        }
        return new Side[] {tidied(left, leftKeys), tidied(right, rightKeys)};
    }

    /// A value for NULL, so that NULLs meet in the hash table; the residual decides.
    private static Expression standIn(Expression key) {
        Object zero = switch (key.type().physical()) {
            case BOOLEAN -> false;
            case LONG -> 0L;
            case DOUBLE -> 0.0;
            case INT128 -> java.math.BigInteger.ZERO;
            case BYTES -> new byte[key.type().kind() == ColumnType.Kind.UUID ? 16 : 0];
            case NESTED -> throw RexTranslator.notSupported("join on", key.type().toString());
        };
        return new Expression.Call(ScalarFunction.COALESCE, List.of(key, new Expression.Literal(zero, key.type())), key.type());
    }

    private static Side tidied(Side side, List<Expression> keys) {
        List<Field> below = side.relation().node().output();
        List<Expression> expressions = new ArrayList<>();
        List<Field> output = new ArrayList<>();
        int[] columns = new int[side.relation().columns().length];
        Arrays.fill(columns, -1);
        for (int index : side.carried()) {
            Expression reference = side.relation().reference(index);
            int known = expressions.indexOf(reference);
            columns[index] = known >= 0 ? known : expressions.size();
            if (known < 0) {
                add(expressions, output, reference, side.relation().field(index));
            }
        }
        List<Expression> references = new ArrayList<>();
        for (Expression key : keys) {
            int known = expressions.indexOf(key);
            if (known < 0) {
                known = expressions.size();
                Field field = key instanceof Expression.InputReference reference
                        ? below.get(reference.index()) : new Field(0, "key", key.type(), true);
                add(expressions, output, key, field);
            }
            references.add(new Expression.InputReference(known, key.type()));
        }
        if (isIdentity(expressions, below.size())) {
            return new Side(side.relation(), side.offset(), side.carried(), references);
        }
        if (keys.stream().allMatch(Expression.InputReference.class::isInstance) && expressions.size() == below.size()) {
            // Nothing to drop or compute: only the order differs.
            return new Side(side.relation(), side.offset(), side.carried(), keys);
        }
        PlanNode node = Projections.project(side.relation().node(), expressions, output);
        return new Side(new PlannedRelation(node, columns), side.offset(), side.carried(), references);
    }

    private static void add(List<Expression> expressions, List<Field> output, Expression expression, Field like) {
        output.add(new Field(output.size(), like.name(), expression.type(), like.nullable()));
        expressions.add(expression);
    }

    private static boolean isIdentity(List<Expression> expressions, int count) {
        if (expressions.size() != count) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (!(expressions.get(i) instanceof Expression.InputReference reference) || reference.index() != i) {
                return false;
            }
        }
        return true;
    }

    private PlannedRelation assemble(
            JoinRelType type, Side left, Side right, Condition condition, Join join, boolean inOrder) {
        PlanNode leftNode = left.relation().node();
        PlanNode rightNode = right.relation().node();
        int leftWidth = leftNode.output().size();
        int[] columns = new int[join.getLeft().getRowType().getFieldCount() + join.getRight().getRowType().getFieldCount()];
        Arrays.fill(columns, -1);
        place(columns, left, 0);
        place(columns, right, leftWidth);
        List<Field> combined = new ArrayList<>();
        leftNode.output().forEach(field -> combined.add(at(combined.size(), field, type.generatesNullsOnLeft())));
        rightNode.output().forEach(field -> combined.add(at(combined.size(), field, type.generatesNullsOnRight())));
        Expression residual = null;
        if (!condition.residual.isEmpty()) {
            RexNode all = RexUtil.composeConjunction(relations.builder(), condition.residual);
            residual = relations.expressions(
                    index -> new Expression.InputReference(columns[index], combined.get(columns[index]).type())).translate(all);
        }
        JoinType joinType = joinType(type, condition);
        boolean leftOnly = !type.projectsRight();
        List<Field> output = leftOnly ? combined.subList(0, leftWidth) : combined;
        PlanNode.Join node = new PlanNode.Join(
                joinType, leftNode, rightNode, indexes(left.keys()), indexes(right.keys()), residual, output);
        double first = cardinality.rows(join.getLeft());
        double second = cardinality.rows(join.getRight());
        sizes.put(node, inOrder ? first : second, inOrder ? second : first);
        int[] result = leftOnly ? Arrays.copyOf(columns, join.getLeft().getRowType().getFieldCount()) : columns;
        return new PlannedRelation(node, result);
    }

    private static void place(int[] columns, Side side, int shift) {
        for (int index : side.carried()) {
            columns[side.offset() + index] = side.relation().columns()[index] + shift;
        }
    }

    private static Field at(int id, Field field, boolean padded) {
        return new Field(id, field.name(), field.type(), field.nullable() || padded);
    }

    private static List<Integer> indexes(List<Expression> keys) {
        return keys.stream().map(key -> ((Expression.InputReference) key).index()).toList();
    }

    private static JoinType joinType(JoinRelType type, Condition condition) {
        return switch (type) {
            case INNER -> JoinType.INNER;
            case LEFT -> JoinType.LEFT;
            case RIGHT -> JoinType.RIGHT;
            case FULL -> JoinType.FULL;
            case SEMI -> JoinType.SEMI;
            case ANTI -> condition.nullAware ? JoinType.NULL_AWARE_ANTI : JoinType.ANTI;
            case ASOF, LEFT_ASOF, LEFT_MARK -> throw RexTranslator.notSupported("join type", type.name());
        };
    }
}
