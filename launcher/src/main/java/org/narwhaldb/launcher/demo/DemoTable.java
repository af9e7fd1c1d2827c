package org.narwhaldb.launcher.demo;

import java.util.List;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;

/// A table before it is anywhere: what it is called, how it is served, and its rows.
///
/// @param timeColumn it is bucketed by, or null
/// @param clusterBy columns its rows are sorted by within a time bucket
/// @param rows values in the shape of `NestedValues`; the same ones at each iteration
public record DemoTable(TableName name, List<Field> columns, String timeColumn, List<String> clusterBy, Iterable<Object[]> rows) {}
