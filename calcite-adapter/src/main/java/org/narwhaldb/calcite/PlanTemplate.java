package org.narwhaldb.calcite;

import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Expression;

/// A plan with holes for values, learned from two plans of statements of one shape: where the two differ, they must differ by one of
/// the values that differ between the statements. It holds for every statement of the shape whose other values are the same and
/// whose values stand in the same order ([StatementValues]).
final class PlanTemplate {
    private final SqlPlanner.Statement sample;
    private final StatementValues values;
    private final BitSet varying;
    private final Map<Expression.Literal, Integer> holes;
    private final Map<Object, Boolean> holders;

    private PlanTemplate(SqlPlanner.Statement sample, StatementValues values, BitSet varying, Map<Expression.Literal, Integer> holes) {
        this.sample = sample;
        this.values = values;
        this.varying = varying;
        this.holes = holes;
        this.holders = PlanRecords.holders(sample.plan(), holes);
    }

    /// @param free the values that may vary
    static Optional<PlanTemplate> learn(
            SqlPlanner.Statement one, StatementValues oneValues, SqlPlanner.Statement other, StatementValues otherValues, BitSet free) {
        if (!oneValues.order().equals(otherValues.order()) || !one.output().equals(other.output())) {
            return Optional.empty();
        }
        BitSet varying = new BitSet();
        for (int index = 0; index < oneValues.values().size(); index++) {
            if (!oneValues.values().get(index).equals(otherValues.values().get(index))) {
                varying.set(index);
            }
        }
        BitSet unfree = (BitSet) varying.clone();
        unfree.andNot(free);
        if (varying.isEmpty() || !unfree.isEmpty() || varying.stream().anyMatch(index -> !otherValues.isRanked(index))) {
            return Optional.empty();
        }
        Learner learner = new Learner(oneValues, otherValues, varying);
        if (!PlanRecords.alike(one.plan(), other.plan(), learner) || !learner.used.equals(varying)
                || learner.constants.keySet().stream().anyMatch(learner.holes::containsKey)) {
            return Optional.empty();
        }
        return Optional.of(new PlanTemplate(other, otherValues, varying, learner.holes));
    }

    private static final class Learner implements PlanRecords.Pairs {
        private final StatementValues one;
        private final StatementValues other;
        private final BitSet varying;
        private final BitSet used = new BitSet();
        private final Map<Expression.Literal, Integer> holes = new IdentityHashMap<>();
        private final Map<Expression.Literal, Boolean> constants = new IdentityHashMap<>();

        Learner(StatementValues one, StatementValues other, BitSet varying) {
            this.one = one;
            this.other = other;
            this.varying = varying;
        }

        @Override
        public boolean pair(Expression.Literal left, Expression.Literal right) {
            if (left.equals(right)) {
                constants.put(right, true);
                return true;
            }
            for (int index = varying.nextSetBit(0); index >= 0; index = varying.nextSetBit(index + 1)) {
                if (one.as(index, left.type()).filter(left::equals).isPresent()
                        && other.as(index, right.type()).filter(right::equals).isPresent()) {
                    holes.putIfAbsent(right, index);
                    used.set(index);
                    markEqual(index);
                    return true;
                }
            }
            return false;
        }

        /// A value that stands twice in the statement is found under its first place; the others are the same by their order.
        private void markEqual(int found) {
            for (int index = varying.nextSetBit(0); index >= 0; index = varying.nextSetBit(index + 1)) {
                if (one.values().get(index).equals(one.values().get(found))
                        && other.values().get(index).equals(other.values().get(found))) {
                    used.set(index);
                }
            }
        }
    }

    /// Empty if it does not hold for the values.
    Optional<SqlPlanner.Statement> bind(StatementValues given) {
        if (!given.order().equals(values.order())) {
            return Optional.empty();
        }
        for (int index = 0; index < given.values().size(); index++) {
            if (!varying.get(index) && !given.values().get(index).equals(values.values().get(index))) {
                return Optional.empty();
            }
        }
        Map<Expression.Literal, Expression.Literal> bound = new IdentityHashMap<>();
        for (Map.Entry<Expression.Literal, Integer> hole : holes.entrySet()) {
            Optional<Expression.Literal> value = given.as(hole.getValue(), hole.getKey().type());
            if (value.isEmpty()) {
                return Optional.empty();
            }
            bound.put(hole.getKey(), value.get());
        }
        DistributedPlan plan = (DistributedPlan) PlanRecords.rebuilt(sample.plan(), holders, bound::get);
        return Optional.of(sample.with(plan));
    }

    int size() {
        return holders.size();
    }
}
