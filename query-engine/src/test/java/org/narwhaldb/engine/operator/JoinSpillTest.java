package org.narwhaldb.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.SpillSpace;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.JoinType;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Joins whose right side does not fit in memory, held against nested loops over the rows that have the same keys.
@Tag("slow")
class JoinSpillTest {
    private static final ColumnType[] TYPES = {ColumnType.LONG, ColumnType.STRING, ColumnType.decimal(30, 4), ColumnType.LONG};
    private static final int COMPARED = 3;
    private static final long LIMIT = 5 << 19;

    private final Seed seed = new Seed();
    private final RandomGenerator random = seed.random();
    @TempDir
    private Path directory;

    private record Case(JoinType type, List<Integer> keys, boolean hasResidual, TestRows left, TestRows right) {
        PlanNode over(TestQuery query) {
            return over(query, query.source(right));
        }

        PlanNode over(TestQuery query, PlanNode rightSource) {
            List<Field> output = switch (type) {
                case INNER, LEFT, RIGHT, FULL -> Stream.concat(left.fields().stream(), right.fields().stream()).toList();
                case SEMI, ANTI, NULL_AWARE_ANTI -> left.fields();
            };
            Expression residual = hasResidual ? new Expression.Call(ScalarFunction.LESS, List.of(
                    new Expression.InputReference(COMPARED, ColumnType.LONG),
                    new Expression.InputReference(TYPES.length + COMPARED, ColumnType.LONG)), ColumnType.BOOLEAN) : null;
            return new PlanNode.Join(type, query.source(left), rightSource, keys, keys, residual, output);
        }
    }

    @Test
    void everyTypeOfJoinYieldsWhatNestedLoopsDo() throws IOException {
        List<List<Integer>> keySets = List.of(List.of(0), List.of(1), List.of(2, 0));
        for (JoinType type : JoinType.values()) {
            for (List<Integer> keys : type == JoinType.FULL ? keySets : List.of(keySets.get(random.nextInt(3)))) {
                check(type, keys, false, 3_000, 45_000, 15_000);
            }
        }
    }

    @Test
    void residualsArePartOfTheCondition() throws IOException {
        for (JoinType type : JoinType.values()) {
            if (type != JoinType.NULL_AWARE_ANTI) {
                check(type, List.of(0), true, 2_000, 45_000, 5_000);
            }
        }
    }

    @Test
    void aKeyThatMostRowsHaveNeedsNoMemoryForAllOfThem() throws IOException {
        for (JoinType type : JoinType.values()) {
            Case join = random(type, List.of(0), type != JoinType.NULL_AWARE_ANTI, 200, 40_000, 6_000);
            join.right.rows().forEach(row -> row[0] = random.nextInt(10) > 0 ? (Long) 7L : row[0]);
            join.left.rows().subList(0, 5).forEach(row -> row[0] = 7L);
            join.left.rows().subList(5, 200).forEach(row -> row[0] = Long.valueOf(7).equals(row[0]) ? null : row[0]);
            check(join);
        }
    }

    @Test
    void withoutKeysEveryPairIsACandidate() throws IOException {
        for (JoinType type : JoinType.values()) {
            check(type, List.of(), true, 2, 40_000, 20_000);
        }
        check(JoinType.INNER, List.of(), false, 3, 45_000, 20_000);
        // NOT IN of two columns is no hash join
        check(JoinType.NULL_AWARE_ANTI, List.of(0, 1), false, 10, 45_000, 20_000);
    }

    @Test
    void manyTimesTheMemoryIsPartedMoreThanOnce() throws IOException {
        for (JoinType type : List.of(JoinType.INNER, JoinType.FULL, JoinType.ANTI)) {
            Case join = random(type, List.of(0), false, 3_000, 120_000, 100_000);
            check(join);
        }
    }

    @Test
    void aBroadcastThatMemoryIsTooShortForIsReadFromAFile() throws IOException {
        for (JoinType type : List.of(JoinType.INNER, JoinType.LEFT, JoinType.SEMI, JoinType.NULL_AWARE_ANTI)) {
            Case join = random(type, List.of(0), false, 3_000, 40_000, 20_000);
            TestMemory its = new TestMemory(LIMIT, SpillSpace.in(directory));
            TestQuery query = new TestQuery(random, new TestMemory(LIMIT, SpillSpace.in(directory)));
            PlanNode plan = join.over(query, query.broadcast(join.right, its));

            List<List<Object>> actual = query.run(plan);

            assertThat(query.lastBroadcast().isInFile()).as("%s", seed).isTrue();
            query.lastBroadcast().close();
            assertThat(sorted(actual).equals(sorted(expected(join)))).as("%s, %s", type, seed).isTrue();
            assertThat(its.reservedBytes()).isZero();
            assertNoFiles();
        }
    }

    @Test
    void aJoinThatIsClosedOrFailsHalfWayLeavesNothing() throws IOException {
        for (int round = 0; round < 20; round++) {
            Case join = random(JoinType.FULL, List.of(0), random.nextBoolean(), 3_000, 20_000, 20_000);
            TestQuery query = new TestQuery(random, new TestMemory(LIMIT, SpillSpace.in(directory)));
            boolean isCancelled = random.nextBoolean();
            if (isCancelled) {
                query.cancelAfterBatches(random.nextInt(40));
            }
            try (Operator operator = query.open(join.over(query))) {
                int batches = random.nextInt(60);
                for (Batch batch = operator.next(); batch != null && batches > 0; batch = operator.next()) {
                    batches--;
                }
            } catch (NarwhalException e) {
                assertThat(e.code()).as("%s", seed).isEqualTo(ErrorCode.QUERY_CANCELLED);
                assertThat(isCancelled).as("%s", seed).isTrue();
            }
            assertThat(query.memory.reservedBytes()).as("%s", seed).isZero();
            assertNoFiles();
        }
    }

    @Test
    void whereNothingCanBeWrittenTheQueryFailsWithAType() throws IOException {
        Path file = Files.createFile(directory.resolve("no-folder"));
        Case join = random(JoinType.INNER, List.of(0), false, 10, 45_000, 20_000);
        TestQuery query = new TestQuery(random, new TestMemory(LIMIT, SpillSpace.in(file)));

        assertThatThrownBy(() -> query.run(join.over(query))).isInstanceOfSatisfying(
                NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL))
                .hasMessageContaining("no-folder");

        assertThat(query.memory.reservedBytes()).isZero();
    }

    private void check(JoinType type, List<Integer> keys, boolean hasResidual, int leftRows, int rightRows, int distinct)
            throws IOException {
        check(random(type, keys, hasResidual, leftRows, rightRows, distinct));
    }

    private Case random(JoinType type, List<Integer> keys, boolean hasResidual, int leftRows, int rightRows, int distinct) {
        TestRows left = TestRows.random(random, leftRows, distinct, TYPES);
        TestRows right = TestRows.random(random, rightRows, distinct, TYPES);
        if (type == JoinType.NULL_AWARE_ANTI && random.nextInt(4) > 0) {
            // NOT IN over a side with NULLs is empty
            keys.forEach(key -> right.rows().forEach(row -> row[key] = row[key] == null
                    ? TestRows.value(random, distinct, TYPES[key]) : row[key]));
        }
        return new Case(type, keys, hasResidual, left, right);
    }

    private void check(Case join) throws IOException {
        String name = "%s on %s, residual %s, %s".formatted(join.type, join.keys, join.hasResidual, seed);
        TestQuery without = new TestQuery(random, LIMIT);
        if (join.type.ordinal() <= JoinType.FULL.ordinal()) {
            // keys alone may take less
            assertThatThrownBy(() -> without.run(join.over(without))).as(name).isInstanceOfSatisfying(
                    NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_MEMORY_EXCEEDED));
        }
        TestQuery query = new TestQuery(random, new TestMemory(LIMIT, SpillSpace.in(directory)));

        List<List<Object>> actual = query.run(join.over(query));

        assertThat(sorted(actual).equals(sorted(expected(join)))).as(name).isTrue();
        assertThat(query.memory.peak()).as(name).isLessThanOrEqualTo(LIMIT);
        assertNoFiles();
    }

    private void assertNoFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    private static List<String> sorted(List<List<Object>> rows) {
        return rows.stream().map(Object::toString).sorted(Comparator.naturalOrder()).toList();
    }

    private static List<List<Object>> expected(Case join) {
        boolean isNotIn = join.type == JoinType.NULL_AWARE_ANTI;
        // of NOT IN over two columns a NULL equals anything
        List<Integer> hashed = isNotIn && join.keys.size() > 1 ? List.of() : join.keys;
        Map<List<Object>, List<Integer>> byKey = new HashMap<>();
        List<Object[]> right = join.right.rows();
        boolean hasNullKey = false;
        for (int row = 0; row < right.size(); row++) {
            List<Object> key = key(hashed, right.get(row));
            hasNullKey |= key == null;
            if (key != null) {
                byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(row);
            }
        }
        List<List<Object>> rows = new ArrayList<>();
        boolean[] rightMatched = new boolean[right.size()];
        for (Object[] leftRow : join.left.rows()) {
            List<Object> key = key(hashed, leftRow);
            int[] matches = key == null ? new int[0] : byKey.getOrDefault(key, List.of()).stream().mapToInt(Integer::intValue)
                    .filter(row -> matches(join, leftRow, right.get(row))).toArray();
            Arrays.stream(matches).forEach(row -> rightMatched[row] = true);
            boolean matched = matches.length > 0;
            switch (join.type) {
                case INNER, LEFT, RIGHT, FULL -> {
                    Arrays.stream(matches).forEach(row -> rows.add(both(TestRows.plain(leftRow), TestRows.plain(right.get(row)))));
                    if (!matched && (join.type == JoinType.LEFT || join.type == JoinType.FULL)) {
                        rows.add(both(TestRows.plain(leftRow), nulls()));
                    }
                }
                case SEMI, ANTI -> {
                    if (matched == (join.type == JoinType.SEMI)) {
                        rows.add(TestRows.plain(leftRow));
                    }
                }
                case NULL_AWARE_ANTI -> {
                    if (!matched && (hashed.isEmpty() || key != null && !hasNullKey)) {
                        rows.add(TestRows.plain(leftRow));
                    }
                }
            }
        }
        if (join.type == JoinType.RIGHT || join.type == JoinType.FULL) {
            IntStream.range(0, right.size()).filter(row -> !rightMatched[row])
                    .forEach(row -> rows.add(both(nulls(), TestRows.plain(right.get(row)))));
        }
        return rows;
    }

    private static boolean matches(Case join, Object[] left, Object[] right) {
        if (join.hasResidual && (left[COMPARED] == null || right[COMPARED] == null || (Long) left[COMPARED] >= (Long) right[COMPARED])) {
            return false;
        }
        return join.keys.stream().allMatch(key -> left[key] == null || right[key] == null
                || AggregateReference.compare(left[key], right[key]) == 0);
    }

    /// Null if one of them is NULL.
    private static List<Object> key(List<Integer> keys, Object[] row) {
        List<Object> key = keys.stream().map(column -> TestRows.plain(row[column])).toList();
        return key.stream().anyMatch(value -> value == null) ? null : key;
    }

    private static List<Object> nulls() {
        return new ArrayList<>(Collections.nCopies(TYPES.length, null));
    }

    private static List<Object> both(List<Object> left, List<Object> right) {
        List<Object> both = new ArrayList<>(left);
        both.addAll(right);
        return both;
    }
}
