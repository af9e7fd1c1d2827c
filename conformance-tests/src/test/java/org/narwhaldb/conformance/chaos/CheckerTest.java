package org.narwhaldb.conformance.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The checker itself is fed wrong, short, doubled and lost answers: each is found and called what it is.
final class CheckerTest {
    private final History<GroupWeights> groups = new History<>(new GroupWeights(0));
    private final Checker checker = new Checker(groups);
    private final History<Answers> history = new History<>(TableState.empty().answers("empty"));
    private final Checker.FactTable table = new Checker.FactTable("facts", history);
    private TableState first;
    private TableState second;
    private TableState third;

    /// Two commits that everybody must see, and one that is under way.
    @BeforeEach
    void commit() {
        first = TableState.empty().with(LongStream.range(FactRow.firstId(1), FactRow.firstId(1) + 600));
        second = first.with(LongStream.range(FactRow.firstId(2), FactRow.firstId(2) + 600));
        third = second.updated(second.ids().subList(100, 300));
        history.begin(first.answers("first"));
        history.acknowledgeForAll();
        history.begin(second.answers("second"));
        history.acknowledgeForAll();
        groups.begin(new GroupWeights(1));
        groups.acknowledgeForAll();
    }

    private Checker.Question ask(Shape shape) {
        return checker.ask(shape, table, 0, 0);
    }

    private static List<List<Object>> answer(Shape shape, TableState state, int generation) {
        return Answers.of("", state.rows()).to(shape, new GroupWeights(generation));
    }

    private static List<List<Object>> answer(Shape shape, List<FactRow> rows, int generation) {
        return Answers.of("", rows).to(shape, new GroupWeights(generation));
    }

    @ParameterizedTest
    @EnumSource
    void theAnswerOfTheVisibleStateIsRight(Shape shape) {
        Checker.Question question = ask(shape);

        Verdict verdict = checker.judge(question, answer(shape, second, 1));

        assertThat(verdict.kind()).as(verdict.reason()).isEqualTo(Verdict.Kind.RIGHT);
        assertThat(verdict.factState()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void aCommitThatBeganWhileTheQueryRanMayBeSeenOrNot(Shape shape) {
        Checker.Question question = ask(shape);
        history.begin(third.answers("third"));
        groups.begin(new GroupWeights(2));

        assertThat(checker.judge(question, answer(shape, second, 1)).isRight()).isTrue();
        assertThat(checker.judge(question, answer(shape, third, 1)).isRight()).isTrue();
        assertThat(checker.judge(question, answer(shape, third, 2)).isRight()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aCommitThatNobodyBeganIsNotRight(Shape shape) {
        TableState never = second.updated(second.ids());

        Verdict verdict = checker.judge(ask(shape), answer(shape, never, shape == Shape.COUNT ? 1 : 7));

        if (shape == Shape.COUNT) {
            assertThat(verdict.isRight()).as("an update does not change a count").isTrue();
        } else {
            assertThat(verdict.isRight()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TOP")
    void missingRowsAreShort(Shape shape) {
        List<FactRow> rows = second.rows();

        Verdict verdict = checker.judge(ask(shape), answer(shape, rows.subList(0, 700), 1));

        assertThat(verdict.kind()).as(verdict.reason()).isEqualTo(Verdict.Kind.SHORT);
        assertThat(verdict.reason()).contains(shape.sql("facts")).contains("second").doesNotContain("first");
    }

    @Test
    void aTopListThatBreaksOffIsShort() {
        List<List<Object>> right = answer(Shape.TOP, second, 1);

        assertThat(checker.judge(ask(Shape.TOP), right.subList(0, 150)).kind()).isEqualTo(Verdict.Kind.SHORT);
    }

    @Test
    void aTopListFromSomeOfTheRowsIsNotRight() {
        List<FactRow> rows = second.rows().stream().filter(row -> row.group() != 5).toList();

        assertThat(checker.judge(ask(Shape.TOP), answer(Shape.TOP, rows, 1)).kind()).isEqualTo(Verdict.Kind.WRONG);
    }

    @ParameterizedTest
    @EnumSource
    void rowsThatAreThereTwiceAreDoubled(Shape shape) {
        List<FactRow> rows = new ArrayList<>(second.rows());
        rows.addAll(first.rows());

        Verdict verdict = checker.judge(ask(shape), answer(shape, rows, 1));

        assertThat(verdict.kind()).as(verdict.reason()).isEqualTo(Verdict.Kind.DOUBLED);
    }

    @Test
    void aGroupThatIsThereTwiceIsDoubled() {
        List<List<Object>> right = new ArrayList<>(answer(Shape.GROUPED, second, 1));
        right.set(1, right.getFirst());

        assertThat(checker.judge(ask(Shape.GROUPED), right).kind()).isEqualTo(Verdict.Kind.DOUBLED);
    }

    @Test
    void aSumOfTwoStatesIsWrong() {
        List<List<Object>> mixed = new ArrayList<>(answer(Shape.GROUPED, second, 1));
        history.begin(third.answers("third"));
        mixed.set(3, answer(Shape.GROUPED, third, 1).get(3));

        assertThat(checker.judge(ask(Shape.GROUPED), mixed).kind()).isEqualTo(Verdict.Kind.WRONG);
    }

    @Test
    void aStateFromBeforeAFinishedLoadIsOld() {
        Verdict verdict = checker.judge(ask(Shape.EXTREMES), answer(Shape.EXTREMES, first, 1));

        assertThat(verdict.kind()).isEqualTo(Verdict.Kind.OLD);
        assertThat(verdict.reason()).contains("too old").contains("state 1");
    }

    @Test
    void aJoinOfAnOldStateWithANewOneIsOld() {
        Checker.Question question = ask(Shape.JOINED);
        groups.begin(new GroupWeights(2));

        assertThat(checker.judge(question, answer(Shape.JOINED, first, 2)).kind()).isEqualTo(Verdict.Kind.OLD);
    }

    @Test
    void aCommitThatNobodyHadToSeeYetMayBeMissing() {
        history.begin(third.answers("third"));
        history.acknowledge();

        assertThat(checker.judge(ask(Shape.EXTREMES), answer(Shape.EXTREMES, second, 1)).isRight()).isTrue();
    }

    @Test
    void whatAFrontEndHasAnsweredItMustGoOnAnswering() {
        history.begin(third.answers("third"));
        history.acknowledge();
        Door door = Door.ofFrontEnd("front end", "127.0.0.1", 1, () -> 1);
        Verdict seen = checker.judge(ask(Shape.EXTREMES), answer(Shape.EXTREMES, third, 1));
        door.sees(1, "facts", seen.factState());

        Checker.Question next = checker.ask(Shape.EXTREMES, table, door.seen(1, "facts"), 0);

        assertThat(checker.judge(next, answer(Shape.EXTREMES, second, 1)).reason()).contains("too old");
        assertThat(door.seen(2, "facts")).as("of another process").isZero();
    }

    @Test
    void whatIsLostDoubledOrOtherwiseInTheEndIsCounted() {
        List<FactRow> rows = new ArrayList<>(second.rows());
        FactRow lost = rows.removeFirst();
        FactRow twice = rows.getFirst();
        rows.add(twice);
        FactRow changed = rows.remove(10);
        rows.add(FactRow.of(changed.id(), 5));
        rows.add(FactRow.of(FactRow.firstId(77), 0));

        Checker.Remains remains = Checker.compare(second, rows);

        assertThat(remains.lost()).containsExactly(lost.id());
        assertThat(remains.doubled()).containsExactly(twice.id());
        assertThat(remains.wrong()).containsExactlyInAnyOrder(changed.id(), FactRow.firstId(77));
        assertThat(remains.isWhole()).isFalse();
        assertThat(Checker.compare(second, second.rows()).isWhole()).isTrue();
    }

    @Test
    void theLastLineCountsWhatWasFound() {
        Tally tally = new Tally();
        tally.query(Verdict.right(1, 0), 1, 5);
        tally.query(Verdict.right(1, 0), 3, 900);
        tally.query(Verdict.not(Verdict.Kind.SHORT, ""), 1, 5);
        tally.query(null, 4, 0);
        assertThat(tally.isClean()).isFalse();
        tally.remains(2, 1, 0);
        tally.aside(Verdict.not(Verdict.Kind.WRONG, ""));
        tally.aside(Verdict.not(Verdict.Kind.OLD, ""));

        assertThat(tally.line()).isEqualTo("queries=4 answered=2 wrong=2 short=1 doubled=1 lost=2 availability=50.00%");
    }

    @Test
    void aQueryWithoutAnAnswerIsNoFinding() {
        Tally tally = new Tally();
        tally.query(null, 4, 0);

        assertThat(tally.isClean()).isTrue();
    }
}
