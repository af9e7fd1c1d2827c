package org.narwhaldb.benchmarks.query;

import java.util.List;
import java.util.Optional;

/// A query of a suite.
///
/// @param queryClass what it exercises
/// @param narwhalSql,duckDbSql the same text unless the dialects differ
/// @param ordered whether its answer comes in a total order; else answers are compared as bags
/// @param approximate columns whose values are approximate
/// @param exactSql in DuckDB's dialect: the exact answer, and for each approximate column `x` the bounds `x_low` and `x_high`
public record BenchQuery(
        String name, String queryClass, String narwhalSql, String duckDbSql, boolean ordered, List<String> approximate,
        Optional<String> exactSql) {}
