package org.narwhaldb.flight.query;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.narwhaldb.engine.operator.Broadcast;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.Field;

/// A leaf as it runs once the true sizes of its broadcasts are known: whole on the segment servers, or, if they are too much for a
/// request or for memory, cut below the lowest join whose broadcast stays at home. What is above the cut then runs on the front end.
///
/// @param leaf what the servers run
/// @param above what the front end runs over the leaf's rows, or null
/// @param carried what goes with the leaf's requests
record LeafCut(Fragment leaf, PlanNode above, List<Broadcast> carried) {

    static LeafCut of(Fragment leaf, List<Broadcast> broadcasts, long bytesMax) {
        Set<Integer> kept = keptAtHome(broadcasts, bytesMax);
        PlanNode.Join lowest = lowest(leaf.root(), kept);
        if (lowest == null) {
            return new LeafCut(leaf, null, broadcasts);
        }
        Fragment below = leaf.with(lowest.left());
        Set<Integer> used = new HashSet<>();
        DistributedPlan.sources(below.root()).forEach(source -> used.add(source.fragmentId()));
        return new LeafCut(below, replaced(leaf.root(), lowest, new PlanNode.RemoteSource(leaf.id(), positional(lowest.left().output()))),
                broadcasts.stream().filter(broadcast -> used.contains(broadcast.fragmentId())).toList());
    }

    /// Those in files, and the largest until the rest is small enough.
    private static Set<Integer> keptAtHome(List<Broadcast> broadcasts, long bytesMax) {
        long bytes = broadcasts.stream().mapToLong(Broadcast::sizeBytes).sum();
        Set<Integer> kept = new HashSet<>();
        for (Broadcast broadcast : broadcasts.stream().sorted(Comparator.comparingLong(Broadcast::sizeBytes).reversed()).toList()) {
            if (bytes > bytesMax || broadcast.isInFile()) {
                kept.add(broadcast.fragmentId());
                bytes -= broadcast.sizeBytes();
            }
        }
        return kept;
    }

    private static PlanNode.Join lowest(PlanNode node, Set<Integer> kept) {
        if (node.inputs().isEmpty()) {
            return null;
        }
        PlanNode.Join below = lowest(node.inputs().getFirst(), kept);
        if (below != null) {
            return below;
        }
        return node instanceof PlanNode.Join join && join.right() instanceof PlanNode.RemoteSource source
                && kept.contains(source.fragmentId()) ? join : null;
    }

    /// The tree with the left input of one join replaced.
    private static PlanNode replaced(PlanNode node, PlanNode.Join join, PlanNode left) {
        List<PlanNode> inputs = new ArrayList<>(node.inputs());
        inputs.set(0, node == join ? left : replaced(inputs.getFirst(), join, left));
        return node.over(inputs);
    }

    private static List<Field> positional(List<Field> fields) {
        List<Field> output = new ArrayList<>();
        fields.forEach(field -> output.add(new Field(output.size(), field.name(), field.type(), field.nullable())));
        return output;
    }
}
