package org.narwhaldb.engine.expression;

import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.error.ErrorCode;

/// The cast of one value.
@FunctionalInterface
interface Conversion {
    /// Writes the value of a row that is not NULL.
    ///
    /// @return null, or why there is no such value in the target type
    ErrorCode convert(Column source, int row, CastTarget target);
}
