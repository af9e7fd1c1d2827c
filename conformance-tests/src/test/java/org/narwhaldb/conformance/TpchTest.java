package org.narwhaldb.conformance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// All 22 TPC-H queries, equal to DuckDB's answers on the same rows.
final class TpchTest {
    /// These order by columns that do not decide between all rows, or not at all.
    private static final List<Integer> UNORDERED = List.of(2, 3, 10, 18, 21);

    @TestFactory
    List<DynamicTest> answersEqualDuckDbs() {
        return IntStream.rangeClosed(1, 22).mapToObj(number -> DynamicTest.dynamicTest("Q" + number, () -> {
            SharedCluster cluster = SharedCluster.get();
            String sql = query(number);
            Rows expected = cluster.duckDb().query(sql);
            Rows actual = Rows.of(cluster.client(), sql);
            actual.assertEqualTo(expected, !UNORDERED.contains(number), "TPC-H Q" + number);
        })).toList();
    }

    /// The query's text with the validation parameters, tables qualified by nothing: the session's schema resolves them.
    static String query(int number) throws Exception {
        Path file = Project.ROOT.resolve("calcite-adapter/src/test/resources/tpch/q%02d.sql".formatted(number));
        return Files.readString(file).replace(";", "");
    }
}
