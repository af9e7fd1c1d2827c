package org.narwhaldb.flight.query;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.segment.Field;

/// A running statement's answer. `next()` returns null only after all of it: whoever got that null has the complete answer. Not
/// thread-safe but for the context, which cancels. Close it in any case.
public interface QueryResult extends AutoCloseable {
    List<Field> fields();

    Batch next();

    QueryContext context();

    QueryStatistics statistics();

    @Override
    void close();
}
