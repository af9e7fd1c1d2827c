package org.narwhaldb.flight.query;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// What a client's session says about its statements. Travels with the client, never kept by a process.
///
/// @param schema unqualified names resolve here first
/// @param timeout of one statement
/// @param rowsMax rows of one answer, 0 = no limit
/// @param floors versions that an answer must not be older than
public record SessionState(String schema, ZoneId zone, Duration timeout, long rowsMax, Map<TableName, VersionId> floors) {
    public SessionState {
        floors = Map.copyOf(floors);
    }
}
