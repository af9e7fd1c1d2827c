package org.narwhaldb.conformance.chaos;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Knows the right answers. An answer is right if it is that of one state (for a join, of one state of each table) that
/// is not older than what was known to be visible when the query began, and that had been begun to be committed when it
/// ended. What is not right is short if it speaks of fewer rows than any of these states has, doubled if of more or of
/// one twice, old if it is the answer of a state from before, else wrong.
final class Checker {
    /// A query that was asked.
    ///
    /// @param factFloor,groupFloor the oldest states that it may see
    record Question(Shape shape, FactTable table, int factFloor, int groupFloor) {
        String sql() {
            return shape.sql(table.name());
        }
    }

    /// A fact table and all that was committed to it.
    record FactTable(String name, History<Answers> history) {}

    private static final int ALLOWED_SHOWN = 12;

    private final History<GroupWeights> groups;

    Checker(History<GroupWeights> groups) {
        this.groups = groups;
    }

    /// @param factSeen,groupSeen the oldest states that this session may still see
    Question ask(Shape shape, FactTable table, int factSeen, int groupSeen) {
        return new Question(shape, table, Math.max(factSeen, table.history().floor()), Math.max(groupSeen, groups.floor()));
    }

    /// To be called when the answer has arrived whole.
    Verdict judge(Question question, List<List<Object>> answer) {
        History<Answers> facts = question.table().history();
        int newest = facts.newest();
        int newestGroup = question.shape() == Shape.JOINED ? groups.newest() : question.groupFloor();
        for (int state = question.factFloor(); state <= newest; state++) {
            for (int group = question.groupFloor(); group <= newestGroup; group++) {
                if (facts.state(state).to(question.shape(), groups.state(group)).equals(answer)) {
                    return Verdict.right(state, group);
                }
            }
        }
        return blame(question, answer, newest, newestGroup);
    }

    private Verdict blame(Question question, List<List<Object>> answer, int newest, int newestGroup) {
        Shape shape = question.shape();
        History<Answers> facts = question.table().history();
        List<String> allowed = new ArrayList<>();
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        for (int state = question.factFloor(); state <= newest; state++) {
            for (int group = question.groupFloor(); group <= newestGroup; group++) {
                List<List<Object>> right = facts.state(state).to(shape, groups.state(group));
                least = Math.min(least, shape.rowsBehind(right));
                most = Math.max(most, shape.rowsBehind(right));
                allowed.add("  state %d (%s; groups %d): %s".formatted(state, facts.state(state), group, shortened(right)));
            }
        }
        String old = older(question, answer, newest, newestGroup);
        long rows = shape.rowsBehind(answer);
        Verdict.Kind kind = !old.isEmpty() ? Verdict.Kind.OLD : shape.repeats(answer) || rows > most ? Verdict.Kind.DOUBLED
                : rows < least ? Verdict.Kind.SHORT : Verdict.Kind.WRONG;
        return Verdict.not(kind, "%s%n  answered: %s%n  of %d rows%s; allowed are%n%s".formatted(
                question.sql(), shortened(answer), rows, old,
                allowed.size() <= ALLOWED_SHOWN ? String.join("\n", allowed)
                        : "%s%n  and %d more".formatted(
                                String.join("\n", allowed.subList(0, ALLOWED_SHOWN)), allowed.size() - ALLOWED_SHOWN)));
    }

    /// Whether it would have been right before; for a join, one of its tables may be new enough.
    private String older(Question question, List<List<Object>> answer, int newest, int newestGroup) {
        for (int state = newest; state >= 0; state--) {
            for (int group = newestGroup; group >= 0; group--) {
                if (question.table().history().state(state).to(question.shape(), groups.state(group)).equals(answer)) {
                    return ", which is state %d (groups %d), too old: the query had to see state %d (groups %d) at least".formatted(
                            state, group, question.factFloor(), question.groupFloor());
                }
            }
        }
        return "";
    }

    private static String shortened(List<List<Object>> answer) {
        return answer.size() <= 20 ? answer.toString() : answer.subList(0, 20) + " and %d more".formatted(answer.size() - 20);
    }

    /// What was kept, in the end, of everything that was acknowledged.
    ///
    /// @param lost rows that are missing; `doubled` rows that are there more than once; `wrong` rows that should not be
    ///     there, or are otherwise
    record Remains(Set<Long> lost, Set<Long> doubled, Set<Long> wrong) {
        boolean isWhole() {
            return lost.isEmpty() && doubled.isEmpty() && wrong.isEmpty();
        }
    }

    /// Compares all rows of a table, read after the last commit, with the rows that must be there.
    static Remains compare(TableState expected, List<FactRow> read) {
        Set<Long> lost = new HashSet<>(expected.revisions().keySet());
        Set<Long> seen = new HashSet<>();
        Set<Long> doubled = new HashSet<>();
        Set<Long> wrong = new HashSet<>();
        for (FactRow row : read) {
            lost.remove(row.id());
            if (!seen.add(row.id())) {
                doubled.add(row.id());
            } else if (!expected.revisions().containsKey(row.id()) || !expected.row(row.id()).equals(row)) {
                wrong.add(row.id());
            }
        }
        return new Remains(lost, doubled, wrong);
    }
}
