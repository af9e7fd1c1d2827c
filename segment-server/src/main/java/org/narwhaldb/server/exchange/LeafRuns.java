package org.narwhaldb.server.exchange;

import java.util.function.Consumer;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.execution.QueryContext;

/// Runs a leaf over exactly the pairs that it names.
@FunctionalInterface
public interface LeafRuns {
    FragmentTrailer run(FragmentRequest request, QueryContext context, Consumer<Batch> sink);
}
