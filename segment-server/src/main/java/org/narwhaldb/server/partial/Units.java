package org.narwhaldb.server.partial;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.segment.Segment;

/// How a part's pairs are cut into units, each of which is run by itself and its partial answer kept by itself.
///
/// That depends on the fragment and the pairs only, never on what is kept: whoever answers, with whatever cache, adds up the same sums in
/// the same order. A large segment is a unit. Small ones are gathered, and the cuts between them follow from their names (as in
/// Muthitacharoen, Chen and Mazières, "A Low-bandwidth Network File System", SOSP 2001), so that a pair that comes or goes changes no
/// unit but its own. Where many groups are expected, to merge the units' groups would cost more than what is saved: then the part is one
/// unit.
final class Units {
    /// About as many rows as are read in a millisecond.
    static final int SMALL_ROWS = 4 * Segment.BLOCK_ROWS;
    /// A cut comes after every 16th small pair, on average.
    private static final int CUT_BITS = 4;
    private static final int PAIRS_MAX = 64;
    /// What the units of a part may yield together.
    static final long ROWS_MAX = 1 << 15;

    private Units() {}

    static List<List<Pair>> of(KeptLeaf leaf, List<Pair> pairs) {
        List<List<Pair>> units = cut(pairs);
        long rows = 0;
        for (List<Pair> unit : units) {
            long ofUnit = units.size() == 1 ? 0 : leaf.rowsOf(unit.stream().map(pair -> pair.task().segment()).toList());
            if (ofUnit > ROWS_MAX - rows) {
                return List.of(pairs);
            }
            rows += ofUnit;
        }
        return units;
    }

    private static List<List<Pair>> cut(List<Pair> pairs) {
        List<List<Pair>> units = new ArrayList<>();
        List<Pair> small = new ArrayList<>();
        for (Pair pair : pairs) {
            if (pair.task().segment().rowCount() > SMALL_ROWS) {
                units.add(List.of(pair));
                continue;
            }
            small.add(pair);
            if (isCut(pair) || small.size() == PAIRS_MAX) {
                units.add(List.copyOf(small));
                small.clear();
            }
        }
        if (!small.isEmpty()) {
            units.add(List.copyOf(small));
        }
        return units;
    }

    private static boolean isCut(Pair pair) {
        // Fibonacci hashing: the low bits of String.hashCode follow the last characters alone.
        return pair.id().segmentId().hashCode() * 0x9e3779b9 >>> Integer.SIZE - CUT_BITS == 0;
    }
}
