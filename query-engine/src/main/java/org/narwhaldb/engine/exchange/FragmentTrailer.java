package org.narwhaldb.engine.exchange;

import org.narwhaldb.engine.profile.FragmentProfile;

/// What a fragment's stream ends with. Output joins the merge only when it checks against what was asked and what
/// arrived.
///
/// @param pairsDigest of the pairs answered for, see [#digest]
/// @param rowsScanned live rows read, for EXPLAIN ANALYZE and statistics
/// @param hasGroupsOnce whether the rows are groups, each of them once
/// @param profile what each operator did; null unless that was asked for
public record FragmentTrailer(
        String queryId, int fragmentId, int part, int attempt, int pairCount, long pairsDigest, long rows, long batches,
        long rowsScanned, boolean hasGroupsOnce, FragmentProfile profile) {

    /// Of a fragment that nobody measured.
    public FragmentTrailer(String queryId, int fragmentId, int part, int attempt, int pairCount, long pairsDigest, long rows, long batches,
            long rowsScanned, boolean hasGroupsOnce) {
        this(queryId, fragmentId, part, attempt, pairCount, pairsDigest, rows, batches, rowsScanned, hasGroupsOnce, null);
    }

    /// Independent of order: the sum of a 64-bit FNV-1a hash over each pair's ids.
    public static long digest(Iterable<PairId> pairs) {
        long sum = 0;
        for (PairId pair : pairs) {
            long hash = 0xcbf29ce484222325L;
            String text = pair.segmentId() + '\n' + pair.liveRowsId();
            for (int index = 0; index < text.length(); index++) {
                hash = (hash ^ text.charAt(index)) * 0x100000001b3L;
            }
            sum += hash;
        }
        return sum;
    }

    /// Whether this is the trailer of `request`'s whole answer, given what arrived.
    public boolean checks(FragmentRequest request, long rowsReceived, long batchesReceived) {
        return queryId.equals(request.queryId()) && fragmentId == request.fragmentId() && part == request.part()
                && attempt == request.attempt() && pairCount == request.pairs().size()
                && pairsDigest == digest(request.pairs()) && rows == rowsReceived && batches == batchesReceived;
    }
}
