package org.narwhaldb.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.JoinType;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class JoinOperatorTest {
    private static final ColumnType[] TYPES = {
        ColumnType.STRING, ColumnType.LONG, ColumnType.DOUBLE, ColumnType.decimal(30, 4), ColumnType.BOOLEAN,
                ColumnType.LONG
    };
    private static final int WIDTH = TYPES.length;

    private final Seed seed = new Seed();
    private final RandomGenerator random = seed.random();

    @Test
    void everyTypeOfJoinYieldsWhatANestedLoopDoes() {
        List<List<Integer>> keySets = List.of(
                List.of(0), List.of(1), List.of(2), List.of(3), List.of(4), List.of(0, 1), List.of(3, 2), List.of(5), List.of(1, 5), List.of(5, 1),
                        List.of(0, 1, 2, 3, 4));
        for (JoinType type : JoinType.values()) {
            for (List<Integer> keys : keySets) {
                check(type, keys, null, random.nextInt(300), random.nextInt(300), 1 + random.nextInt(200));
            }
        }
    }

    @Test
    void residualsArePartOfTheCondition() {
        for (JoinType type : JoinType.values()) {
            for (List<Integer> keys : List.of(List.<Integer>of(), List.of(0), List.of(1, 4))) {
                check(type, keys, residual(), random.nextInt(200), random.nextInt(200), 1 + random.nextInt(20));
            }
        }
    }

    @Test
    void withoutKeysEveryPairIsACandidate() {
        for (JoinType type : JoinType.values()) {
            check(type, List.of(), null, random.nextInt(80), random.nextInt(80), 5);
            check(type, List.of(), null, 0, 3, 5);
            check(type, List.of(), null, 3, 0, 5);
        }
    }

    @Test
    void oneSideMayBeEmpty() {
        for (JoinType type : JoinType.values()) {
            check(type, List.of(0), null, 0, 50, 5);
            check(type, List.of(0), null, 50, 0, 5);
            check(type, List.of(0), null, 0, 0, 5);
        }
    }

    @Test
    void keysThatRepeatOverflowABatchAndAreAllFound() {
        for (JoinType type : JoinType.values()) {
            check(type, List.of(1), null, 200, 150, 2);
        }
        check(JoinType.INNER, List.of(0), null, 6_000, 300, 1_000);
        check(JoinType.FULL, List.of(1), null, 2_500, 2_500, 100_000);
    }

    @Test
    void keysThatAreFarApartAreHashed() {
        for (JoinType type : JoinType.values()) {
            for (List<Integer> keys : List.of(List.of(0), List.of(0, 1))) {
                checkFarApart(type, keys);
            }
        }
    }

    private void checkFarApart(JoinType type, List<Integer> keys) {
        TestRows left = spread(400);
        TestRows right = spread(150);
        List<List<Object>> expected = sorted(rows(type, keys, null, left, right, false));

        assertThat(sorted(rows(type, keys, null, left, right, true))).as("%s on %s, %s", type, keys, seed).isEqualTo(expected);
    }

    private TestRows spread(int count) {
        List<Object[]> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            rows.add(new Object[] {random.nextLong(100) * 10_000_000_019L, random.nextInt(9) == 0 ? null : random.nextLong(3) << 20});
        }
        return new TestRows(TestRows.fields(ColumnType.LONG, ColumnType.LONG), rows);
    }

    @Test
    void joinsWithBroadcastsStackAndMakeOnlyTheColumnsThatAreRead() {
        TestRows left = TestRows.random(random, 5_000, 50, ColumnType.LONG, ColumnType.LONG, ColumnType.STRING);
        TestRows first = TestRows.random(random, 40, 60, ColumnType.LONG, ColumnType.STRING);
        TestRows second = TestRows.random(random, 30, 60, ColumnType.LONG, ColumnType.DOUBLE);
        List<List<List<Object>>> answers = new ArrayList<>();
        for (boolean isBroadcast : new boolean[] {false, true}) {
            TestQuery query = new TestQuery(random);
            PlanNode scanned = query.source(left);
            PlanNode inner = isBroadcast ? query.broadcast(first) : query.source(first);
            PlanNode outer = isBroadcast ? query.broadcast(second) : query.source(second);
            PlanNode below = new PlanNode.Join(JoinType.INNER, scanned, inner, List.of(0), List.of(0), null,
                    TestRows.fields(ColumnType.LONG, ColumnType.LONG, ColumnType.STRING, ColumnType.LONG, ColumnType.STRING));
            PlanNode above = new PlanNode.Join(JoinType.LEFT, below, outer, List.of(1), List.of(0), null,
                    TestRows.fields(ColumnType.LONG, ColumnType.LONG, ColumnType.STRING, ColumnType.LONG, ColumnType.STRING,
                            ColumnType.LONG, ColumnType.DOUBLE));
            answers.add(sorted(query.run(new PlanNode.Project(above,
                    List.of(new Expression.InputReference(4, ColumnType.STRING), new Expression.InputReference(6, ColumnType.DOUBLE)),
                    TestRows.fields(ColumnType.STRING, ColumnType.DOUBLE)))));
        }
        assertThat(answers.get(1)).as(seed.toString()).isEqualTo(answers.get(0)).isNotEmpty();
    }

    @Test
    void keysOfDifferentKindsAreRefused() {
        TestQuery query = new TestQuery(random);
        PlanNode left = query.source(TestRows.random(random, 1, 1, ColumnType.decimal(10, 2)));
        PlanNode right = query.source(TestRows.random(random, 1, 1, ColumnType.decimal(30, 2)));
        PlanNode join = new PlanNode.Join(JoinType.SEMI, left, right, List.of(0), List.of(0), null, left.output());

        assertThatThrownBy(() -> query.open(join)).isInstanceOfSatisfying(
                NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    }

    /// left c5 < right c5, sometimes NULL
    private static Expression residual() {
        return new Expression.Call(ScalarFunction.LESS, List.of(
                new Expression.InputReference(5, ColumnType.LONG),
                        new Expression.InputReference(WIDTH + 5, ColumnType.LONG)),
                ColumnType.BOOLEAN);
    }

    private void check(JoinType type, List<Integer> keys, Expression residual, int leftRows, int rightRows,
            int distinct) {
        TestRows left = TestRows.random(random, leftRows, distinct, TYPES);
        TestRows right = TestRows.random(random, rightRows, distinct, TYPES);
        if (random.nextBoolean()) {
            // NOT IN over a side with NULLs is mostly empty, so that half of the rounds do without.
            right.rows().forEach(row -> keys.forEach(key -> row[key] = row[key] == null ? fallback(key) : row[key]));
        }
        List<List<Object>> expected = sorted(expected(type, keys, residual != null, left, right));
        for (boolean isBroadcast : new boolean[] {false, true}) {
            assertThat(sorted(rows(type, keys, residual, left, right, isBroadcast)))
                    .as("%s on %s, residual %s, broadcast %s, %s", type, keys, residual, isBroadcast, seed).isEqualTo(expected);
        }
    }

    private List<List<Object>> rows(JoinType type, List<Integer> keys, Expression residual, TestRows left, TestRows right,
            boolean isBroadcast) {
        TestQuery query = new TestQuery(random);
        PlanNode leftNode = query.source(left);
        PlanNode rightNode = isBroadcast ? query.broadcast(right) : query.source(right);
        List<Field> output = switch (type) {
            case INNER, LEFT, RIGHT, FULL -> Stream.concat(left.fields().stream(), right.fields().stream()).toList();
            case SEMI, ANTI, NULL_AWARE_ANTI -> left.fields();
        };
        return query.run(new PlanNode.Join(type, leftNode, rightNode, keys, keys, residual, output));
    }

    private static Object fallback(int key) {
        return TestRows.value(new Random(1), 1, TYPES[key]);
    }

    private static List<List<Object>> expected(JoinType type, List<Integer> keys, boolean residual, TestRows left,
            TestRows right) {
        List<List<Object>> rows = new ArrayList<>();
        boolean[] rightMatched = new boolean[right.rows().size()];
        for (Object[] leftRow : left.rows()) {
            boolean matched = false;
            boolean unknown = false;
            for (int index = 0; index < right.rows().size(); index++) {
                Object[] rightRow = right.rows().get(index);
                Boolean equal = keysEqual(keys, leftRow, rightRow);
                if (Boolean.FALSE.equals(equal)) {
                    continue;
                }
                boolean holds = !residual || leftRow[5] != null && rightRow[5] != null
                        && (Long) leftRow[5] < (Long) rightRow[5];
                unknown |= equal == null && holds;
                if (Boolean.TRUE.equals(equal) && holds) {
                    matched = true;
                    rightMatched[index] = true;
                    if (type.ordinal() <= JoinType.FULL.ordinal()) {
                        rows.add(both(TestRows.plain(leftRow), TestRows.plain(rightRow)));
                    }
                }
            }
            boolean keeps = switch (type) {
                case INNER, RIGHT -> false;
                case LEFT, FULL, ANTI -> !matched;
                case SEMI -> matched;
                case NULL_AWARE_ANTI -> !matched && !unknown;
            };
            if (keeps) {
                boolean pads = type == JoinType.LEFT || type == JoinType.FULL;
                rows.add(pads ? both(TestRows.plain(leftRow), nulls()) : TestRows.plain(leftRow));
            }
        }
        for (int index = 0; index < rightMatched.length; index++) {
            if (!rightMatched[index] && (type == JoinType.RIGHT || type == JoinType.FULL)) {
                rows.add(both(nulls(), TestRows.plain(right.rows().get(index))));
            }
        }
        return rows;
    }

    /// Null: not known.
    private static Boolean keysEqual(List<Integer> keys, Object[] left, Object[] right) {
        boolean unknown = false;
        for (int key : keys) {
            if (left[key] == null || right[key] == null) {
                unknown = true;
            } else if (AggregateReference.compare(left[key], right[key]) != 0) {
                return false;
            }
        }
        return unknown ? null : Boolean.TRUE;
    }

    private static List<Object> nulls() {
        return new ArrayList<>(Collections.nCopies(WIDTH, null));
    }

    private static List<Object> both(List<Object> left, List<Object> right) {
        List<Object> both = new ArrayList<>(left);
        both.addAll(right);
        return both;
    }

    private static List<List<Object>> sorted(List<List<Object>> rows) {
        return rows.stream().sorted(Comparator.comparing(Object::toString)).toList();
    }
}
