package org.narwhaldb.engine.plan;

import java.util.List;
import org.narwhaldb.segment.Field;

/// A query as fragments joined by gather exchanges.
///
/// @param leaves any number, also none (a query over constants)
/// @param output the columns of the answer: names as the client sees them
public record DistributedPlan(Fragment root, List<Fragment> leaves, List<Field> output) {
    public DistributedPlan {
        leaves = List.copyOf(leaves);
        output = List.copyOf(output);
    }

    public Fragment leaf(int fragmentId) {
        return leaves.stream().filter(fragment -> fragment.id() == fragmentId).findFirst().orElseThrow();
    }

    /// The one scan of a leaf fragment.
    public static PlanNode.Scan scan(Fragment leaf) {
        PlanNode node = leaf.root();
        while (!(node instanceof PlanNode.Scan scan)) {
            node = node.inputs().getFirst();
        }
        return scan;
    }
}
