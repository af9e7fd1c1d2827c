package org.narwhaldb.calcite;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.Field;

/// The tables a statement may name, at the versions it is pinned to. Consistent for the planning of one statement.
public interface PlannerCatalog {
    List<String> schemas();

    List<String> tables(String schema);

    /// The schema's own spelling: names match exactly first, then ignoring case.
    default Optional<String> schemaCalled(String name) {
        List<String> names = schemas();
        return names.contains(name) ? Optional.of(name) : names.stream().filter(name::equalsIgnoreCase).findFirst();
    }

    /// Names match exactly first, then ignoring case if that is unambiguous.
    Optional<PlannerTable> table(String schema, String table);

    /// @param system the front end itself provides the rows
    /// @param statistics by field id; columns may be missing
    record PlannerTable(
            TableReference name, List<Field> columns, boolean system, long rowCount, Map<Integer, ColumnStatistics> statistics) {}

    /// @param min,max in the shape of `org.narwhaldb.segment.NestedValues`, or null if unknown
    record ColumnStatistics(long distinctCount, long nullCount, Object min, Object max) {}
}
