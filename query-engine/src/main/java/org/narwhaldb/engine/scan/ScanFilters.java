package org.narwhaldb.engine.scan;

import java.util.IdentityHashMap;
import java.util.Map;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.segment.Segment;

/// The filters of one scan whose segments several threads read at once: what a predicate means for a segment is found out once. Closed
/// when the last of them is done. Thread-safe.
public final class ScanFilters implements AutoCloseable {
    private final Map<Segment, BlockFilter> filters = new IdentityHashMap<>();

    public ScanFilters() {}

    /// One for the calling thread.
    synchronized BlockFilter of(ScanShape shape, ScanTask task, QueryContext context) {
        BlockFilter first = filters.get(task.segment());
        if (first == null) {
            first = BlockFilter.of(shape, task, context);
            filters.put(task.segment(), first);
        }
        return first.another();
    }

    @Override
    public synchronized void close() {
        filters.values().forEach(BlockFilter::close);
        filters.clear();
    }
}
