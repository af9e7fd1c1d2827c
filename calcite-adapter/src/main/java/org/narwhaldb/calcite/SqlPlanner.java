package org.narwhaldb.calcite;

import java.time.ZoneId;
import java.util.List;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.Field;

/// SQL text to distributed plans. Thread-safe; keeps no state between statements.
///
/// Errors are NarwhalExceptions of kind USER whose message gives line, column, the offending token and, for an unknown
/// name, the nearest known one: `Line 1, column 8: column [nme] not found; did you mean [name]?`.
public final class SqlPlanner {

    /// @param schema names resolve here first
    /// @param zone for casts between zoned and zoneless values and for CURRENT_* functions
    /// @param nowMicros what CURRENT_TIMESTAMP is for this statement, µs since the epoch (UTC)
    public record Session(String schema, ZoneId zone, long nowMicros) {}

    /// A statement that was parsed, validated and, unless it is a session command, planned.
    ///
    /// @param output columns of the answer
    /// @param parameters types of the `?` markers, in order (names ?1, ?2, …)
    /// @param plan null for SET; also null when `parameters` is not empty and no values were given
    public record Statement(Kind kind, List<Field> output, List<Field> parameters, DistributedPlan plan, String setKey, String setValue) {}

    public enum Kind {
        QUERY,
        /// EXPLAIN [PLAN] [FOR] query: `plan` is that query's plan, the front end renders it; output is one STRING column
        EXPLAIN,
        EXPLAIN_ANALYZE,
        /// SET key = value
        SET
    }

    /// Parses, validates and infers types only: for prepared statements.
    public Statement prepare(String sql, PlannerCatalog catalog, Session session) {
        throw new UnsupportedOperationException();
    }

    /// @param parameters one literal per `?`, types as `prepare` gave them; empty if the statement has none
    public Statement plan(String sql, PlannerCatalog catalog, Session session, List<Expression.Literal> parameters) {
        throw new UnsupportedOperationException();
    }
}
