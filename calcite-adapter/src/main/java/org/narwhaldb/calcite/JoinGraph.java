package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/// A group of inner joins, semi joins and filters, taken apart: relations, and conditions over one numbering of all their
/// fields. Columns that are equal to each other form classes, so that any two members of one can be joined on.
///
/// Sets of relations are bit masks.
final class JoinGraph {
    /// A relation of the group.
    ///
    /// @param type INNER, or SEMI or ANTI for one that others are checked against and whose fields nobody sees
    /// @param start number of its first field
    /// @param condition of a SEMI or ANTI, over the numbering of the graph; else null
    /// @param needs mask of the relations that `condition` refers to, but for itself
    record Relation(RelNode rel, JoinRelType type, int start, RexNode condition, long needs) {
        int end() {
            return start + rel.getRowType().getFieldCount();
        }

        boolean isChecked() {
            return type != JoinRelType.INNER;
        }
    }

    /// Any condition over several relations that is not an equality of plain columns.
    record Conjunct(RexNode condition, long mask, boolean equality) {}

    private final RexBuilder builder;
    final List<Relation> relations = new ArrayList<>();
    final List<Conjunct> conjuncts = new ArrayList<>();
    final List<List<RexInputRef>> classes = new ArrayList<>();
    /// Conditions on one relation, by its index.
    final List<List<RexNode>> filters = new ArrayList<>();
    /// Conditions on no relation at all.
    final List<RexNode> constants = new ArrayList<>();
    private int fieldCount;

    JoinGraph(RexBuilder builder) {
        this.builder = builder;
    }

    /// @return the numbers of the relation's fields
    List<RexInputRef> add(RelNode rel) {
        return add(rel, JoinRelType.INNER, List.of(), null);
    }

    /// @param outer the fields of the graph that `condition` sees first; the relation's own follow
    List<RexInputRef> add(RelNode rel, JoinRelType type, List<RexInputRef> outer, RexNode condition) {
        int start = fieldCount;
        List<RexInputRef> fields = new ArrayList<>();
        rel.getRowType().getFieldList().forEach(field -> fields.add(new RexInputRef(start + field.getIndex(), field.getType())));
        fieldCount += fields.size();
        RexNode mapped = null;
        long needs = 0;
        if (condition != null) {
            List<RexInputRef> seen = new ArrayList<>(outer);
            seen.addAll(fields);
            mapped = replace(condition, seen);
            needs = mask(mapped);
        }
        relations.add(new Relation(rel, type, start, mapped, needs));
        filters.add(new ArrayList<>());
        return fields;
    }

    static RexNode replace(RexNode condition, List<? extends RexNode> fields) {
        return condition.accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef reference) {
                return fields.get(reference.getIndex());
            }
        });
    }

    /// Adds a condition over the graph's fields, as its conjuncts.
    void condition(RexNode condition) {
        RexNode factored = RexUtil.pullFactors(builder, condition);
        for (RexNode conjunct : RelOptUtil.conjunctions(factored)) {
            conjunct(conjunct);
        }
    }

    private void conjunct(RexNode conjunct) {
        long mask = mask(conjunct);
        if (Long.bitCount(mask) == 0) {
            if (!conjunct.isAlwaysTrue()) {
                constants.add(conjunct);
            }
        } else if (Long.bitCount(mask) == 1) {
            filters.get(Long.numberOfTrailingZeros(mask)).add(conjunct);
        } else if (isColumnEquality(conjunct)) {
            equal((RexInputRef) ((RexCall) conjunct).getOperands().get(0), (RexInputRef) ((RexCall) conjunct).getOperands().get(1));
        } else {
            conjuncts.add(new Conjunct(conjunct, mask, isEquality(conjunct)));
            impliedByDisjunction(conjunct, mask);
        }
    }

    /// `(a1 AND b1) OR (a2 AND b2)`, a of one relation, b of another, also says `a1 OR a2` to the first.
    private void impliedByDisjunction(RexNode conjunct, long mask) {
        if (conjunct.getKind() != SqlKind.OR) {
            return;
        }
        for (int relation = 0; relation < relations.size(); relation++) {
            long bit = 1L << relation;
            if ((mask & bit) == 0) {
                continue;
            }
            List<RexNode> parts = new ArrayList<>();
            for (RexNode term : RelOptUtil.disjunctions(conjunct)) {
                List<RexNode> own = RelOptUtil.conjunctions(term).stream().filter(part -> mask(part) == bit).toList();
                if (own.isEmpty()) {
                    parts.clear();
                    break;
                }
                parts.add(RexUtil.composeConjunction(builder, own));
            }
            if (!parts.isEmpty()) {
                filters.get(relation).add(RexUtil.composeDisjunction(builder, parts));
            }
        }
    }

    private static boolean isEquality(RexNode conjunct) {
        return conjunct.getKind() == SqlKind.EQUALS || conjunct.getKind() == SqlKind.IS_NOT_DISTINCT_FROM;
    }

    /// Equality between types on which it is transitive.
    private static boolean isColumnEquality(RexNode conjunct) {
        return conjunct.getKind() == SqlKind.EQUALS
                && ((RexCall) conjunct).getOperands().get(0) instanceof RexInputRef left
                && ((RexCall) conjunct).getOperands().get(1) instanceof RexInputRef right
                && (left.getType().getSqlTypeName() == right.getType().getSqlTypeName()
                        || SqlTypeUtil.isIntType(left.getType()) && SqlTypeUtil.isIntType(right.getType()))
                && left.getType().getSqlTypeName() != SqlTypeName.ANY;
    }

    private void equal(RexInputRef left, RexInputRef right) {
        List<RexInputRef> first = classOf(left);
        List<RexInputRef> second = classOf(right);
        if (first == second) {
            return;
        }
        first.addAll(second);
        classes.remove(second);
    }

    private List<RexInputRef> classOf(RexInputRef reference) {
        for (List<RexInputRef> members : classes) {
            if (members.stream().anyMatch(member -> member.getIndex() == reference.getIndex())) {
                return members;
            }
        }
        List<RexInputRef> members = new ArrayList<>(List.of(reference));
        classes.add(members);
        return members;
    }

    /// Call once all conditions are in: what is said of one member of a class is said of all, and two members in one
    /// relation are compared there.
    void close() {
        for (List<RexInputRef> members : classes) {
            List<RexNode> said = new ArrayList<>();
            for (RexInputRef member : members) {
                for (RexNode filter : filters.get(relationOf(member.getIndex()))) {
                    if (isOnlyOn(filter, member) && isPlain(filter)) {
                        said.add(filter);
                    }
                }
            }
            for (RexInputRef member : members) {
                List<RexNode> own = filters.get(relationOf(member.getIndex()));
                for (RexNode filter : said) {
                    RexNode moved = moved(filter, member);
                    if (own.stream().noneMatch(moved::equals)) {
                        own.add(moved);
                    }
                }
            }
            compareWithin(members);
        }
    }

    private static boolean isOnlyOn(RexNode filter, RexInputRef member) {
        var fields = RelOptUtil.InputFinder.bits(filter);
        return fields.cardinality() == 1 && fields.nth(0) == member.getIndex();
    }

    /// A comparison of the bare column with literals.
    private static boolean isPlain(RexNode filter) {
        return filter instanceof RexCall call && (call.isA(SqlKind.COMPARISON) || call.getKind() == SqlKind.SEARCH)
                && call.getOperands().stream().allMatch(
                        operand -> operand instanceof RexInputRef || operand instanceof org.apache.calcite.rex.RexLiteral);
    }

    private static RexNode moved(RexNode filter, RexInputRef member) {
        return filter.accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef reference) {
                return member;
            }
        });
    }

    private void compareWithin(List<RexInputRef> members) {
        for (int i = 0; i < members.size(); i++) {
            for (int j = i + 1; j < members.size(); j++) {
                int relation = relationOf(members.get(i).getIndex());
                if (relation == relationOf(members.get(j).getIndex())) {
                    filters.get(relation).add(builder.makeCall(
                            org.apache.calcite.sql.fun.SqlStdOperatorTable.EQUALS, members.get(i), members.get(j)));
                    members.remove(j--);
                }
            }
        }
    }

    int relationOf(int field) {
        for (int i = 0; i < relations.size(); i++) {
            if (field >= relations.get(i).start() && field < relations.get(i).end()) {
                return i;
            }
        }
        throw new IllegalArgumentException("No field " + field);
    }

    /// Fields of relations that are not in the graph yet belong to none: a relation being added.
    long mask(RexNode node) {
        long mask = 0;
        for (int field : RelOptUtil.InputFinder.bits(node)) {
            for (int i = 0; i < relations.size(); i++) {
                if (field >= relations.get(i).start() && field < relations.get(i).end()) {
                    mask |= 1L << i;
                }
            }
        }
        return mask;
    }
}
