package org.narwhaldb.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.AggregateStates;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class AggregateOperatorTest {
    private static final ColumnType SMALL_DECIMAL = ColumnType.decimal(12, 2);
    private static final ColumnType WIDE_DECIMAL = ColumnType.decimal(30, 4);
    private static final ColumnType NESTED = ColumnType.struct(TestRows.fields(ColumnType.LONG, ColumnType.STRING));
    private static final ColumnType[] TYPES = {
        ColumnType.STRING, ColumnType.LONG, ColumnType.DOUBLE, SMALL_DECIMAL, WIDE_DECIMAL, ColumnType.BOOLEAN,
                NESTED, ColumnType.STRING
    };

    private final Seed seed = new Seed();
    private final RandomGenerator random = seed.random();

    @Test
    void everyKeyTypeGroupsAsAReferenceDoes() {
        List<List<Integer>> keySets = List.of(List.of(), List.of(0), List.of(1), List.of(2), List.of(4), List.of(5),
                List.of(6),
                List.of(0, 7), List.of(1, 3), List.of(0, 1), List.of(6, 2, 5), List.of(0, 1, 2, 3, 4, 5, 6, 7));
        for (List<Integer> keys : keySets) {
            TestRows rows = TestRows.random(random, random.nextInt(12_000), 1 + random.nextInt(40), TYPES);
            List<AggregateCall> calls = List.of(
                    call(AggregateFunction.COUNT_STAR, ColumnType.LONG),
                    call(AggregateFunction.SUM, ColumnType.LONG, 1));

            assertSameRows(run(rows, AggregateMode.SINGLE, keys, calls),
                    new AggregateReference(rows, keys, calls).result(), "keys " + keys);
        }
    }

    @Test
    void everyFunctionComputesAsAReferenceDoesWholeAndInParts() {
        for (List<Integer> keys : List.of(List.<Integer>of(), List.of(0))) {
            for (int rowCount : new int[] {0, 1, 9_000}) {
                TestRows rows = TestRows.random(random, rowCount, 50, TYPES);
                rows.rows().forEach(row -> row[2] = Double.valueOf(1).equals(row[2]) ? null : finite(row[2]));
                List<AggregateCall> calls = everyFunction();
                List<List<Object>> expected = new AggregateReference(rows, keys, calls).result();

                assertSameRows(run(rows, AggregateMode.SINGLE, keys, calls), expected, "whole");
                assertSameRows(inParts(rows, keys, calls), expected, "in parts");
            }
        }
    }

    private static Object finite(Object value) {
        return value instanceof Double number && number.isNaN() ? (Object) 4.0 : value;
    }

    private static List<AggregateCall> everyFunction() {
        List<AggregateCall> calls = new ArrayList<>();
        calls.add(call(AggregateFunction.COUNT_STAR, ColumnType.LONG));
        calls.add(call(AggregateFunction.COUNT, ColumnType.LONG, 0));
        calls.add(call(AggregateFunction.COUNT, ColumnType.LONG, 0, 1, 2));
        for (AggregateFunction sum : List.of(AggregateFunction.SUM, AggregateFunction.SUM_OR_ZERO)) {
            calls.add(call(sum, ColumnType.LONG, 1));
            calls.add(call(sum, ColumnType.DOUBLE, 2));
            calls.add(call(sum, ColumnType.decimal(38, 2), 3));
            calls.add(call(sum, ColumnType.decimal(38, 4), 4));
        }
        for (AggregateFunction extreme : List.of(AggregateFunction.MIN, AggregateFunction.MAX,
                AggregateFunction.ANY_VALUE)) {
            for (int column = 0; column < 6; column++) {
                calls.add(call(extreme, TYPES[column], column));
            }
        }
        calls.add(call(AggregateFunction.ANY_VALUE, NESTED, 6));
        calls.add(call(AggregateFunction.BOOL_AND, ColumnType.BOOLEAN, 5));
        calls.add(call(AggregateFunction.BOOL_OR, ColumnType.BOOLEAN, 5));
        calls.add(call(AggregateFunction.AVG, ColumnType.DOUBLE, 1));
        calls.add(call(AggregateFunction.AVG, ColumnType.DOUBLE, 2));
        calls.add(call(AggregateFunction.AVG, ColumnType.decimal(38, 6), 3));
        calls.add(call(AggregateFunction.AVG, ColumnType.decimal(38, 6), 4));
        for (AggregateFunction deviation : List.of(AggregateFunction.STDDEV_POP, AggregateFunction.STDDEV_SAMP,
                AggregateFunction.VAR_POP, AggregateFunction.VAR_SAMP)) {
            for (int column = 1; column < 5; column++) {
                calls.add(call(deviation, ColumnType.DOUBLE, column));
            }
        }
        calls.add(new AggregateCall(AggregateFunction.SUM, List.of(1), false, 5, "filtered", ColumnType.LONG));
        calls.add(new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, 5, "filtered", ColumnType.LONG));
        return calls;
    }

    @Test
    void distinctCountsEachValueOnceAGroup() {
        for (List<Integer> keys : List.of(List.<Integer>of(), List.of(0), List.of(1, 5))) {
            TestRows rows = TestRows.random(random, 9_000, 30, TYPES);
            List<AggregateCall> calls = new ArrayList<>();
            for (int column = 0; column < TYPES.length; column++) {
                calls.add(new AggregateCall(AggregateFunction.COUNT, List.of(column), true, -1, "d", ColumnType.LONG));
                calls.add(new AggregateCall(AggregateFunction.COUNT, List.of(column, 1), true, 5, "d",
                        ColumnType.LONG));
            }
            calls.add(new AggregateCall(AggregateFunction.SUM, List.of(1), true, -1, "d", ColumnType.LONG));
            calls.add(new AggregateCall(AggregateFunction.AVG, List.of(3), true, 5, "d", ColumnType.decimal(38, 6)));

            assertSameRows(run(rows, AggregateMode.SINGLE, keys, calls),
                    new AggregateReference(rows, keys, calls).result(), "keys " + keys);
        }
    }

    @Test
    void manyGroupsOfManyTextsAreKeptApart() {
        TestRows rows = TestRows.random(random, 40_000, 30_000, ColumnType.STRING, ColumnType.LONG);
        List<AggregateCall> calls = List.of(call(AggregateFunction.COUNT_STAR, ColumnType.LONG),
                call(AggregateFunction.MAX, ColumnType.LONG, 1));
        for (List<Integer> keys : List.of(List.of(0), List.of(1), List.of(0, 1))) {
            List<List<Object>> expected = new AggregateReference(rows, keys, calls).result();
            assertSameRows(run(rows, AggregateMode.SINGLE, keys, calls), expected, "keys " + keys);
            assertSameRows(inParts(rows, keys, calls), expected, "in parts, keys " + keys);
        }
    }

    @Test
    void doublePartialsRepeatTheirDigits() {
        TestRows rows = TestRows.random(random, 20_000, 500, ColumnType.STRING, ColumnType.DOUBLE);
        rows.rows().forEach(row -> row[1] = random.nextGaussian() * 1e10);
        List<AggregateCall> calls = List.of(call(AggregateFunction.SUM, ColumnType.DOUBLE, 1),
                call(AggregateFunction.VAR_POP, ColumnType.DOUBLE, 1));
        PlanNode.Aggregate first = aggregate(new PlanNode.RemoteSource(0, rows.fields()), AggregateMode.SINGLE,
                List.of(0), calls);

        TestQuery one = new TestQuery(random);
        one.source(rows);
        TestQuery other = new TestQuery(random);
        other.source(rows);

        assertThat(one.run(first)).as(seed.toString()).isEqualTo(other.run(first));
    }

    @Test
    void aSumOverflowsOnlyIfItsFinalValueDoes() {
        TestRows rows = new TestRows(TestRows.fields(ColumnType.LONG, ColumnType.decimal(38, 0)), new ArrayList<>());
        BigInteger huge = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
        for (int sign : new int[] {1, 1, 1, -1, -1}) {
            rows.rows().add(new Object[] {sign * Long.MAX_VALUE, huge.multiply(BigInteger.valueOf(sign))});
        }
        List<AggregateCall> calls = List.of(
                call(AggregateFunction.SUM, ColumnType.LONG, 0),
                        call(AggregateFunction.SUM, ColumnType.decimal(38, 0), 1),
                call(AggregateFunction.AVG, ColumnType.DOUBLE, 0));
        assertThat(run(rows, AggregateMode.SINGLE, List.of(), calls))
                .containsExactly(List.of(Long.MAX_VALUE, huge, Long.MAX_VALUE / 5.0));

        rows.rows().removeLast();
        assertThatThrownBy(() -> run(rows, AggregateMode.SINGLE, List.of(), calls.subList(0, 1)))
                .isInstanceOfSatisfying(NarwhalException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.NUMERIC_OUT_OF_RANGE));
        assertThatThrownBy(() -> run(rows, AggregateMode.SINGLE, List.of(), calls.subList(1, 2)))
                .isInstanceOfSatisfying(NarwhalException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.NUMERIC_OUT_OF_RANGE));
        assertThatThrownBy(() -> inParts(rows, List.of(), calls.subList(0, 1)))
                .isInstanceOfSatisfying(NarwhalException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.NUMERIC_OUT_OF_RANGE));
    }

    @Test
    void aSingleValueMayBeNullButNotTwo() {
        List<AggregateCall> calls = List.of(call(AggregateFunction.SINGLE_VALUE, ColumnType.STRING, 0));
        TestRows rows = new TestRows(TestRows.fields(ColumnType.STRING), new ArrayList<>());
        List<Object> nothing = new ArrayList<>();
        nothing.add(null);
        assertThat(run(rows, AggregateMode.SINGLE, List.of(), calls)).containsExactly(nothing);
        rows.rows().add(new Object[] {null});
        assertThat(run(rows, AggregateMode.SINGLE, List.of(), calls)).containsExactly(nothing);
        assertThat(inParts(rows, List.of(), calls)).containsExactly(nothing);
        rows.rows().add(new Object[] {null});
        assertThatThrownBy(() -> run(rows, AggregateMode.SINGLE, List.of(), calls))
                .isInstanceOfSatisfying(NarwhalException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.CARDINALITY_VIOLATION));
        assertThatThrownBy(() -> inParts(rows, List.of(), calls))
                .isInstanceOfSatisfying(NarwhalException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.CARDINALITY_VIOLATION));
    }

    @Test
    void aDistinctAggregateInPartsAndASumOfTextsAreRefused() {
        TestRows rows = TestRows.random(random, 1, 1, ColumnType.STRING);
        AggregateCall distinct = new AggregateCall(AggregateFunction.COUNT, List.of(0), true, -1, "d", ColumnType.LONG);
        assertThatThrownBy(() -> run(rows, AggregateMode.PARTIAL, List.of(), List.of(distinct)))
                .hasMessageContaining("distinct");
        AggregateCall sum = call(AggregateFunction.SUM, ColumnType.LONG, 0);
        assertThatThrownBy(() -> run(rows, AggregateMode.SINGLE, List.of(), List.of(sum)))
                .isInstanceOfSatisfying(NarwhalException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.TYPE_MISMATCH));
    }

    private List<List<Object>> run(TestRows rows, AggregateMode mode, List<Integer> keys, List<AggregateCall> calls) {
        TestQuery query = new TestQuery(random);
        return query.run(aggregate(query.source(rows), mode, keys, calls));
    }

    /// The rows split at random, a partial each, and a final aggregate over all partials.
    private List<List<Object>> inParts(TestRows rows, List<Integer> keys, List<AggregateCall> calls) {
        TestQuery query = new TestQuery(random);
        List<PlanNode> partials = new ArrayList<>();
        int from = 0;
        while (from < rows.rows().size() || partials.isEmpty()) {
            int to = Math.min(rows.rows().size(), from + 1 + random.nextInt(5_000));
            TestRows part = new TestRows(rows.fields(), rows.rows().subList(from, to));
            partials.add(aggregate(query.source(part), AggregateMode.PARTIAL, keys, calls));
            from = to;
        }
        PlanNode union = new PlanNode.Union(partials, partials.getFirst().output());
        List<Integer> positions = new ArrayList<>();
        for (int key = 0; key < keys.size(); key++) {
            positions.add(key);
        }
        return query.run(aggregate(union, AggregateMode.FINAL, positions, calls));
    }

    static PlanNode.Aggregate aggregate(PlanNode input, AggregateMode mode, List<Integer> keys,
            List<AggregateCall> calls) {
        if (mode == AggregateMode.PARTIAL) {
            return new PlanNode.Aggregate(input, mode, keys, calls,
                    AggregateStates.partialOutput(input.output(), keys, calls));
        }
        List<Field> output = new ArrayList<>();
        keys.forEach(key -> output.add(input.output().get(key)));
        calls.forEach(call -> output.add(new Field(output.size(), call.name(), call.type(), true)));
        return new PlanNode.Aggregate(input, mode, keys, calls, output);
    }

    private static AggregateCall call(AggregateFunction function, ColumnType type, Integer... arguments) {
        return new AggregateCall(function, List.of(arguments), false, -1, function.name().toLowerCase(Locale.ROOT),
                type);
    }

    /// Groups come in order of first appearance; doubles may differ in their last digits.
    private void assertSameRows(List<List<Object>> actual, List<List<Object>> expected, String what) {
        assertThat(actual).as("%s %s", what, seed).hasSameSizeAs(expected);
        for (int row = 0; row < actual.size(); row++) {
            for (int column = 0; column < actual.get(row).size(); column++) {
                Object value = actual.get(row).get(column);
                Object wanted = expected.get(row).get(column);
                boolean close = value instanceof Double a && wanted instanceof Double b
                        && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
                if (!close) {
                    assertThat(value).as("%s row %d column %d %s", what, row, column, seed).isEqualTo(wanted);
                }
            }
        }
    }
}
