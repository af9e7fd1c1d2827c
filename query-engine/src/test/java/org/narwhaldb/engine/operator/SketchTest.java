package org.narwhaldb.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class SketchTest {
    private static final ColumnType[] TYPES = {ColumnType.LONG, ColumnType.STRING, ColumnType.DOUBLE, ColumnType.decimal(12, 2),
        ColumnType.decimal(30, 4), ColumnType.BOOLEAN, ColumnType.LONG, ColumnType.STRING};
    private static final List<Integer> KEYS = List.of(0);

    private final Seed seed = new Seed();
    private final RandomGenerator random = seed.random();

    @Test
    void distinctValuesOfEveryTypeAreCountedWithinFourStandardErrors() {
        TestRows rows = TestRows.random(random, 60_000, 50_000, TYPES);
        rows.rows().forEach(row -> row[0] = (Long) (row[0] == null ? 0L : Math.floorMod((Long) row[0], 3L)));
        List<AggregateCall> calls = new ArrayList<>();
        for (int column = 1; column < TYPES.length; column++) {
            calls.add(new AggregateCall(AggregateFunction.APPROX_COUNT_DISTINCT, List.of(column), false, -1, "d", ColumnType.LONG));
        }
        List<List<Object>> answer = run(rows, AggregateMode.SINGLE, calls);

        assertThat(answer).as(seed.toString()).hasSize(3);
        for (List<Object> group : answer) {
            for (int column = 1; column < TYPES.length; column++) {
                Set<Object> exact = new HashSet<>();
                for (Object[] row : rows.rows()) {
                    if (row[0].equals(group.getFirst()) && row[column] != null) {
                        exact.add(comparable(row[column]));
                    }
                }
                double count = ((Long) group.get(column)).doubleValue();
                assertThat(count).as("%s column %d", seed, column).isCloseTo(exact.size(), within(0.5 + exact.size() * 0.032));
            }
        }
        assertThat(inParts(rows, calls)).as(seed.toString()).containsExactlyInAnyOrderElementsOf(answer);
    }

    private static Object comparable(Object value) {
        return switch (value) {
            case byte[] bytes -> new BigInteger(1, bytes).shiftLeft(8).add(BigInteger.valueOf(bytes.length));
            case Double number -> number == 0 ? (Object) 0.0 : number;
            default -> value;
        };
    }

    @Test
    void quantilesDifferByLessThanTheBoundFromTheExactOnes() {
        for (double fraction : new double[] {0, 0.01, 0.5, 0.95, 0.999, 1}) {
            TestRows rows = TestRows.random(random, 1 + random.nextInt(20_000), 1_000, ColumnType.LONG, ColumnType.DOUBLE,
                    ColumnType.decimal(12, 2), ColumnType.DOUBLE);
            for (Object[] row : rows.rows()) {
                row[0] = (long) random.nextInt(4);
                row[1] = random.nextInt(10) == 0 ? null : (Double) Math.exp(random.nextGaussian() * 8) * (random.nextInt(5) == 0 ? -1 : 1);
                row[3] = fraction;
            }
            List<AggregateCall> calls = List.of(
                    new AggregateCall(AggregateFunction.APPROX_QUANTILE, List.of(1, 3), false, -1, "q", ColumnType.DOUBLE),
                    new AggregateCall(AggregateFunction.APPROX_QUANTILE, List.of(2, 3), false, -1, "q", ColumnType.DOUBLE));
            List<List<Object>> answer = run(rows, AggregateMode.SINGLE, calls);
            for (List<Object> group : answer) {
                assertQuantile(rows, group, 1, fraction);
                assertQuantile(rows, group, 2, fraction);
            }
            assertThat(inParts(rows, calls)).as(seed.toString()).containsExactlyInAnyOrderElementsOf(answer);
        }
    }

    private void assertQuantile(TestRows rows, List<Object> group, int column, double fraction) {
        double[] values = rows.rows().stream().filter(row -> row[0].equals(group.getFirst()) && row[column] != null)
                .mapToDouble(row -> row[column] instanceof Long cents ? cents / 100.0 : ((Number) row[column]).doubleValue()).sorted().toArray();
        if (values.length == 0) {
            assertThat(group.get(column)).isNull();
            return;
        }
        double exact = values[(int) Math.max(1, Math.ceil(fraction * values.length)) - 1];
        double bound = values.length <= LogHistogram.VALUES_MAX ? 0 : Math.abs(exact) / 256;
        assertThat((Double) group.get(column)).as("%s column %d, fraction %s", seed, column, fraction).isCloseTo(exact, within(bound));
    }

    @Test
    void specialDoublesHaveTheirPlaces() {
        double[] values = {Double.NEGATIVE_INFINITY, -1e300, -1, -0.0, 0.0, Double.MIN_VALUE, 1, 1e300, Double.POSITIVE_INFINITY, Double.NaN};
        LogHistogram histogram = new LogHistogram();
        for (int repeat = 0; repeat < 10; repeat++) {
            Arrays.stream(values).forEach(histogram::add);
        }
        assertThat(histogram.quantile(0)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(histogram.quantile(0.4)).isZero();
        assertThat(histogram.quantile(0.85)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(histogram.quantile(1)).isNaN();
    }

    @Test
    void aDamagedStateIsRefusedOrReadNeverMore() {
        LogHistogram histogram = new LogHistogram();
        for (int value = 0; value < 1_000; value++) {
            histogram.add(random.nextGaussian());
        }
        BytesBuilder out = new BytesBuilder(1, 100);
        histogram.writeTo(out);
        out.endEntry();
        byte[] state = ((Column.BytesColumn) out.build(null)).value(0);
        assertThatThrownBy(() -> new LogHistogram().merge(state, 0, state.length - 1))
                .isInstanceOfSatisfying(NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
        for (int trial = 0; trial < 500; trial++) {
            byte[] damaged = state.clone();
            damaged[random.nextInt(state.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                new LogHistogram().merge(damaged, 0, damaged.length);
            } catch (NarwhalException e) {
                assertThat(e.code()).as(seed.toString()).isEqualTo(ErrorCode.INVALID_REQUEST);
            }
        }
    }

    @Test
    void aFractionOutsideOfItsRangeIsRefused() {
        TestRows rows = new TestRows(TestRows.fields(ColumnType.LONG, ColumnType.DOUBLE), new ArrayList<>());
        rows.rows().add(new Object[] {1L, 1.5});
        AggregateCall call = new AggregateCall(AggregateFunction.APPROX_QUANTILE, List.of(0, 1), false, -1, "q", ColumnType.DOUBLE);
        assertThatThrownBy(() -> run(rows, AggregateMode.SINGLE, List.of(call)))
                .isInstanceOfSatisfying(NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER));
    }

    private List<List<Object>> run(TestRows rows, AggregateMode mode, List<AggregateCall> calls) {
        TestQuery query = new TestQuery(random);
        return query.run(aggregate(query.source(rows), mode, calls));
    }

    /// Each third of the rows makes partial states, which are then merged.
    private List<List<Object>> inParts(TestRows rows, List<AggregateCall> calls) {
        Map<Integer, List<Object[]>> thirds = new TreeMap<>();
        for (Object[] row : rows.rows()) {
            thirds.computeIfAbsent(random.nextInt(3), _ -> new ArrayList<>()).add(row);
        }
        TestQuery query = new TestQuery(random);
        List<PlanNode> partials = new ArrayList<>();
        for (List<Object[]> part : thirds.values()) {
            partials.add(aggregate(query.source(new TestRows(rows.fields(), part)), AggregateMode.PARTIAL, calls));
        }
        return query.run(aggregate(new PlanNode.Union(partials, partials.getFirst().output()), AggregateMode.FINAL, calls));
    }

    private static PlanNode.Aggregate aggregate(PlanNode input, AggregateMode mode, List<AggregateCall> calls) {
        return AggregateOperatorTest.aggregate(input, mode, KEYS, calls);
    }
}
