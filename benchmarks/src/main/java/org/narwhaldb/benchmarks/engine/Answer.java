package org.narwhaldb.benchmarks.engine;

import java.util.List;

/// The whole answer of one query.
///
/// @param columns names, in lower case
/// @param rows values as null, Boolean, Number, String, java.time types
public record Answer(List<String> columns, List<List<Object>> rows) {}
