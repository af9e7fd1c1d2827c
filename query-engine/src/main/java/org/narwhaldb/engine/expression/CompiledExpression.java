package org.narwhaldb.engine.expression;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.ColumnType;

/// An expression ready to be evaluated batch by batch. Instances keep scratch space and caches: one thread at a time.
public interface CompiledExpression {
    ColumnType type();

    /// The value for each row of the batch: the first `input.rowCount()` rows of the result are valid. It may share
    /// arrays with the input.
    Column evaluate(Batch input);
}
