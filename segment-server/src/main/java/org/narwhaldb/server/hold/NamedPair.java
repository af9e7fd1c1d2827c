package org.narwhaldb.server.hold;

import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.SegmentEntry;

/// A pair and where its files are.
///
/// @param table a table that names it, for messages
/// @param file of the segment, in the segment store
/// @param liveRowsFile empty when all rows are alive
public record NamedPair(PairId id, TableName table, String file, String liveRowsFile, long sizeBytes) {
    public static NamedPair of(TableName table, SegmentEntry entry) {
        return new NamedPair(new PairId(entry.segmentId(), entry.liveRowsId()), table, entry.file(),
                entry.liveRowsFile(),
                entry.sizeBytes());
    }
}
