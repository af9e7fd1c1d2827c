package org.narwhaldb.engine.exchange;

import java.util.List;
import org.narwhaldb.engine.operator.Broadcast;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.error.NarwhalException;

/// Asks a segment server to run a leaf over exactly these pairs. The server answers for all of them or says which it does
/// not hold; it never substitutes.
///
/// @param attempt counts the tries of the same (query, fragment, part), from 0
/// @param part which slice of the fragment's pairs this is
/// @param table catalog name, for messages
/// @param versionId the version that names the pairs, for messages and on-demand loading
/// @param exchange null for a leaf whose rows all go to the one who asks
/// @param onDemand load pairs that are not held, within the server's budget, instead of refusing
/// @param broadcasts the rows of each BUILD fragment that the leaf names
/// @param profiled whether the trailer is to say what each operator did
/// @param deadlineEpochMillis when the query ends
/// @param memoryLimitBytes of the query on this server
public record FragmentRequest(
        String queryId, int fragmentId, int part, int attempt, String table, String versionId, PlanNode root,
        List<PairId> pairs, List<Broadcast> broadcasts, HashExchange exchange, boolean onDemand, boolean profiled, long deadlineEpochMillis,
        long memoryLimitBytes) {
    public FragmentRequest {
        pairs = List.copyOf(pairs);
        broadcasts = List.copyOf(broadcasts);
    }

    /// Nobody asks what the operators do.
    public FragmentRequest(
            String queryId, int fragmentId, int part, int attempt, String table, String versionId, PlanNode root,
            List<PairId> pairs, List<Broadcast> broadcasts, boolean onDemand, long deadlineEpochMillis, long memoryLimitBytes) {
        this(queryId, fragmentId, part, attempt, table, versionId, root, pairs, broadcasts, null, onDemand, false, deadlineEpochMillis,
                memoryLimitBytes);
    }

    /// Without an exchange.
    public FragmentRequest(
            String queryId, int fragmentId, int part, int attempt, String table, String versionId, PlanNode root,
            List<PairId> pairs, List<Broadcast> broadcasts, boolean onDemand, boolean profiled, long deadlineEpochMillis,
            long memoryLimitBytes) {
        this(queryId, fragmentId, part, attempt, table, versionId, root, pairs, broadcasts, null, onDemand, profiled, deadlineEpochMillis,
                memoryLimitBytes);
    }

    /// Another part of the same table and query, with another plan.
    public FragmentRequest of(int otherPart, PlanNode otherRoot, List<PairId> otherPairs, HashExchange otherExchange) {
        return new FragmentRequest(queryId, fragmentId, otherPart, attempt, table, versionId, otherRoot, otherPairs, broadcasts,
                otherExchange, onDemand, profiled, deadlineEpochMillis, memoryLimitBytes);
    }

    /// Whether another attempt, perhaps elsewhere, may succeed where this error came from one server's state rather than from the query.
    public static boolean retryable(NarwhalException error) {
        return switch (error.code()) {
            case SERVER_UNREACHABLE, SERVER_STOPPING, PAIR_NOT_HELD, FRAGMENT_INCOMPLETE, CORRUPT_SEGMENT, SERVER_BUSY,
                    SERVER_MEMORY_EXCEEDED, STORE_UNAVAILABLE, DISK_FULL -> true;
            default -> false;
        };
    }
}
