package org.narwhaldb.engine.scan;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentDictionary;

/// What the threads share that read the segments of one scan at once: what a predicate means for a segment is found out once, and its
/// dictionaries are read once. Closed when the last of them is done. Thread-safe.
public final class SharedScan implements AutoCloseable {
    private final Map<Segment, BlockFilter> filters = new IdentityHashMap<>();
    private final Map<SegmentDictionary, DictionaryPool> pools = new IdentityHashMap<>();
    private final List<Reservation> reservations = new ArrayList<>();

    public SharedScan() {}

    /// One for the calling thread.
    synchronized BlockFilter of(ScanShape shape, ScanTask task, QueryContext context) {
        BlockFilter first = filters.get(task.segment());
        if (first == null) {
            first = BlockFilter.of(shape, task, context);
            filters.put(task.segment(), first);
        }
        return first.another();
    }

    synchronized DictionaryPool pool(SegmentDictionary dictionary, QueryContext context) {
        return pools.computeIfAbsent(dictionary, missing -> {
            Reservation reservation = new Reservation(context.memory());
            reservations.add(reservation);
            return new DictionaryPool(missing, reservation);
        });
    }

    @Override
    public synchronized void close() {
        filters.values().forEach(BlockFilter::close);
        filters.clear();
        reservations.forEach(Reservation::close);
        reservations.clear();
        pools.clear();
    }
}
