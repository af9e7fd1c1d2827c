package org.narwhaldb.flight.query;

import java.util.List;
import java.util.Optional;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;

/// Statements in, answers out: what the wire protocols call. Knows nothing of Flight. Thread-safe.
public interface QueryService {

    /// Parses and validates; runs nothing.
    Prepared prepare(String sql, SessionState session);

    /// Plans and starts the statement; rows come as they are pulled. Failures before the first row are thrown here, later ones by
    /// `next()`.
    ///
    /// @param queryId unique; `cancel` takes it
    /// @param parameters one literal a marker, of the types `prepare` gave
    QueryResult execute(String queryId, String sql, List<Expression.Literal> parameters, SessionState session);

    /// Cancels the query, or all queries whose ids are `queryId` and a dot and more. False if none such runs here.
    boolean cancel(String queryId, String reason);

    List<String> schemas();

    List<Table> tables(String schema);

    Optional<Table> table(TableName name);

    /// @param system provided by the front end itself (`sys`, `information_schema`)
    record Table(TableName name, boolean system, List<Field> columns) {}

    /// @param kind what the statement is
    /// @param fields columns of the answer, empty for SET
    /// @param parameters types of the markers
    /// @param set key and value of a SET statement, else null
    record Prepared(Kind kind, List<Field> fields, List<Field> parameters, Setting set) {
        public enum Kind { QUERY, SET }

        public record Setting(String key, String value) {}
    }
}
