package org.narwhaldb.engine.profile;

import java.util.ArrayList;
import java.util.List;

/// What running one fragment took, in one process.
///
/// @param operators one for each node of the plan, parents before their inputs, inputs in order
/// @param peakBytes of memory that all of it held at most
/// @param blocksSkipped that statistics ruled out, or without a live row
/// @param kept partial answers that were found
/// @param computed partial answers that might have been kept, but were not
public record FragmentProfile(
        List<OperatorProfile> operators, long peakBytes, long blocksRead, long blocksSkipped, int kept, int computed) {
    public FragmentProfile {
        operators = List.copyOf(operators);
    }

    /// Of two parts of one fragment.
    public FragmentProfile plus(FragmentProfile other) {
        List<OperatorProfile> sums = new ArrayList<>();
        for (int index = 0; index < Math.max(operators.size(), other.operators.size()); index++) {
            sums.add(of(operators, index).plus(of(other.operators, index)));
        }
        return new FragmentProfile(sums, Math.max(peakBytes, other.peakBytes), blocksRead + other.blocksRead,
                blocksSkipped + other.blocksSkipped, kept + other.kept, computed + other.computed);
    }

    private static OperatorProfile of(List<OperatorProfile> operators, int index) {
        return index < operators.size() ? operators.get(index) : OperatorProfile.NONE;
    }
}
