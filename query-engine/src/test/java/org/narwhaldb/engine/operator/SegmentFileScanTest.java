package org.narwhaldb.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Segment;
import org.roaringbitmap.RoaringBitmap;

/// Scans over segment files as they are on disk: every physical type, with and without dictionary, several blocks.
class SegmentFileScanTest {
    private static final ColumnType NESTED = ColumnType.list(TestRows.fields(ColumnType.LONG).getFirst());
    private static final ColumnType[] TYPES = {
        ColumnType.STRING, ColumnType.STRING, ColumnType.LONG, ColumnType.DOUBLE, ColumnType.decimal(30, 4),
                ColumnType.BOOLEAN,
        NESTED, ColumnType.INT
    };

    @TempDir
    Path directory;

    private final Seed seed = new Seed();
    private final RandomGenerator random = seed.random();

    @Test
    void whatWasWrittenIsScanned() {
        TestRows rows = TestRows.random(random, 70_000, 60, TYPES);
        for (int row = 0; row < rows.rows().size(); row++) {
            rows.rows().get(row)[1] = ("unique " + row).getBytes(StandardCharsets.UTF_8);
            rows.rows().get(row)[7] = (long) row;
            rows.rows().get(row)[6] = row % 9 == 0 ? null : new Object[] {(long) row, null};
        }
        RoaringBitmap live = new RoaringBitmap();
        live.add(0L, rows.rows().size());
        for (int row = 0; row < 500; row++) {
            live.remove(random.nextInt(rows.rows().size()));
        }
        List<Object[]> alive = new ArrayList<>();
        live.forEach((int row) -> alive.add(rows.rows().get(row)));
        try (TestSegments segments = new TestSegments(directory)) {
            areScanned(segments.of("test", rows), rows, live, alive);
        }
    }

    private void areScanned(Segment segment, TestRows rows, RoaringBitmap live, List<Object[]> alive) {
        for (Expression predicate : predicates()) {
            List<List<Object>> expected = new ArrayList<>();
            TestQuery reference = new TestQuery(random);
            PlanNode source = reference.source(new TestRows(rows.fields(), alive));
            expected.addAll(reference.run(predicate == null ? source : new PlanNode.Filter(source, predicate)));
            PlanNode scan = new PlanNode.Scan(0, new TableReference("a", "b"), rows.fields(), predicate);
            TestQuery query = new TestQuery(random);
            query.scans(new ScanTask(segment, live));
            assertThat(query.run(scan)).as("%s %s", predicate, seed).isEqualTo(expected);
        }
    }

    private static List<Expression> predicates() {
        Expression word = new Expression.InputReference(0, ColumnType.STRING);
        Expression unique = new Expression.InputReference(1, ColumnType.STRING);
        Expression number = new Expression.InputReference(7, ColumnType.INT);
        List<Expression> predicates = new ArrayList<>();
        predicates.add(null);
        predicates.add(call(ScalarFunction.EQUAL, word, text("narwhal")));
        predicates.add(call(ScalarFunction.LIKE, unique, text("unique 6%7")));
        predicates.add(call(ScalarFunction.AND, call(ScalarFunction.GREATER, number,
                new Expression.Literal(66_000L, ColumnType.INT)),
                call(ScalarFunction.IS_NULL, word)));
        return predicates;
    }

    private static Expression call(ScalarFunction function, Expression... arguments) {
        return new Expression.Call(function, List.of(arguments), ColumnType.BOOLEAN);
    }

    private static Expression text(String text) {
        return new Expression.Literal(text.getBytes(StandardCharsets.UTF_8), ColumnType.STRING);
    }
}
