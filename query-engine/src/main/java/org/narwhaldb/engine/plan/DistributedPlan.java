package org.narwhaldb.engine.plan;

import java.util.List;
import org.narwhaldb.segment.Field;

/// A query as fragments joined by gather and broadcast exchanges.
///
/// @param leaves any number, also none (a query over constants)
/// @param builds what leaves and the root join with; each names only leaves and builds before it
/// @param output the columns of the answer: names as the client sees them
public record DistributedPlan(Fragment root, List<Fragment> leaves, List<Fragment> builds, List<Field> output) {
    public DistributedPlan {
        leaves = List.copyOf(leaves);
        builds = List.copyOf(builds);
        output = List.copyOf(output);
    }

    public Fragment leaf(int fragmentId) {
        return leaves.stream().filter(fragment -> fragment.id() == fragmentId).findFirst().orElseThrow();
    }

    public boolean isBuild(int fragmentId) {
        return builds.stream().anyMatch(fragment -> fragment.id() == fragmentId);
    }

    /// The remote sources below a node, in the order of the tree.
    public static List<PlanNode.RemoteSource> sources(PlanNode node) {
        return node instanceof PlanNode.RemoteSource source ? List.of(source)
                : node.inputs().stream().flatMap(input -> sources(input).stream()).toList();
    }

    /// The one scan of a leaf fragment: it is never on the right of a join.
    public static PlanNode.Scan scan(Fragment leaf) {
        PlanNode node = leaf.root();
        while (!(node instanceof PlanNode.Scan scan)) {
            node = node.inputs().getFirst();
        }
        return scan;
    }
}
