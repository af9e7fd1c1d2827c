package org.narwhaldb.flight;

import java.time.Duration;

/// @param host,port where clients connect; port 0 picks a free one
/// @param catalogName what clients see as the catalog
/// @param ticketKey signs what clients carry; the same on every front end of a cluster
/// @param queryTimeout of one statement, unless the session asks for less
/// @param queryMemoryBytes of one query in one process
/// @param queriesMax that run at a time
/// @param planCacheBytes that remembered plans may take, roughly
/// @param resultCacheBytes that answers that are kept may take; 0: none are kept
/// @param drainTimeout how long running queries may go on once it is told to stop
public record FlightServerConfig(
        String host, int port, String catalogName, byte[] ticketKey, Duration queryTimeout, long queryMemoryBytes, int queriesMax,
        long planCacheBytes, long resultCacheBytes, Duration drainTimeout) {}
