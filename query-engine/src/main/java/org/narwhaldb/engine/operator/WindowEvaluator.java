package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Column;

/// One window call over kept partitions. Rows are asked for in order, each once.
interface WindowEvaluator {
    Column evaluate(WindowBounds rows);
}
