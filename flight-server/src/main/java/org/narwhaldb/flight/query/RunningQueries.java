package org.narwhaldb.flight.query;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The queries under way on this front end, from their start to their close. Thread-safe.
public final class RunningQueries {

    /// @param sql the statement's text, as it came
    public record Query(QueryContext context, String sql, Instant started) {}

    private final Map<String, Query> queries = new ConcurrentHashMap<>();

    /// False if one of that id runs already.
    boolean add(Query query) {
        return queries.putIfAbsent(query.context().queryId(), query) == null;
    }

    /// False if it was removed before.
    boolean remove(QueryContext context) {
        return queries.values().removeIf(query -> query.context() == context);
    }

    /// Cancels the query, or all whose ids are `queryId` and a dot and more.
    boolean cancel(String queryId, String reason) {
        List<Query> found = queries.values().stream()
                .filter(query -> query.context().queryId().equals(queryId) || query.context().queryId().startsWith(queryId + "."))
                .toList();
        found.forEach(query -> query.context().cancel(
                NarwhalException.of(ErrorCode.QUERY_CANCELLED, "Query [%s] was cancelled: %s", queryId, reason)));
        return !found.isEmpty();
    }

    /// Cancels all that run.
    public void cancelAll(NarwhalException reason) {
        queries.values().forEach(query -> query.context().cancel(reason));
    }

    int size() {
        return queries.size();
    }

    public Collection<Query> all() {
        return List.copyOf(queries.values());
    }
}
