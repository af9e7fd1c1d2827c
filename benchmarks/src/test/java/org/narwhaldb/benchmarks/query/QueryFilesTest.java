package org.narwhaldb.benchmarks.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every suite finds its queries beside its classes.
final class QueryFilesTest {
    @ParameterizedTest
    @CsvSource({"events, 65", "ssb, 13", "ssb-star, 13", "tpch, 22", "segments, 4", "concurrency, 5", "wire, 2"})
    void aSuiteHasItsQueries(String suite, int count) {
        List<BenchQuery> queries = QueryFiles.suite(suite);

        assertThat(queries).hasSize(count).allSatisfy(query -> {
            assertThat(query.narwhalSql()).doesNotContain("--").contains("FROM");
            assertThat(query.exactSql().isPresent()).isEqualTo(!query.approximate().isEmpty());
        });
    }
}
