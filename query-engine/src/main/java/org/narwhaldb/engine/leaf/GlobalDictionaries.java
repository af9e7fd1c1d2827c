package org.narwhaldb.engine.leaf;

import java.util.LinkedHashMap;
import java.util.Map;
import org.narwhaldb.engine.plan.TableReference;

/// The global dictionaries of one JVM's table columns, kept from query to query within a budget: the least recently
/// used ones go first. Queries that run with one that went keep it until they end.
public final class GlobalDictionaries {
    /// Of a column whose values are mostly distinct.
    private static final int BYTES_PER_ROW = 16;

    private final long budgetBytes;
    private final Map<Key, GlobalDictionary> byColumn = new LinkedHashMap<>(16, 0.75f, true);

    private record Key(TableReference table, int fieldId) {}

    /// @param budgetBytes on the heap; what alone exceeds it is made for each query anew
    public GlobalDictionaries(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    /// Values of segments that are gone leave with the whole dictionary, once they are most of it.
    synchronized GlobalDictionary of(TableReference table, int fieldId) {
        return byColumn.compute(new Key(table, fieldId), (_, present) ->
                present == null || present.isStale() ? new GlobalDictionary() : present);
    }

    /// To be called when dictionaries may have grown.
    synchronized void trim() {
        long bytes = bytes();
        var oldest = byColumn.values().iterator();
        while (bytes > budgetBytes && oldest.hasNext()) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    /// Whether numbers of so many rows, and their values, may be kept.
    boolean hasRoomFor(long rows) {
        return rows * BYTES_PER_ROW < budgetBytes / 2;
    }

    /// What they take on the heap.
    public synchronized long bytes() {
        return byColumn.values().stream().mapToLong(GlobalDictionary::bytes).sum();
    }
}
