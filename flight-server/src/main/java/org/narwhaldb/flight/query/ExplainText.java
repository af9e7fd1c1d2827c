package org.narwhaldb.flight.query;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanPrinter;
import org.narwhaldb.flight.routing.SegmentRouter;
import org.narwhaldb.flight.version.VersionManifest;

/// EXPLAIN's answer: the fragments, what joins them, and for each leaf the snapshot, the version, and which segments it reads or was
/// spared and by what.
final class ExplainText {
    private ExplainText() {}

    /// @param statistics of a run, or null
    static String render(DistributedPlan plan, Map<Integer, QueryCoordinator.RoutedLeaf> leaves, QueryStatistics statistics) {
        StringBuilder text = new StringBuilder();
        text.append("Fragment ").append(plan.root().id()).append(" [root, front end]\n");
        appendFragment(text, plan.root(), statistics);
        for (Fragment build : plan.builds()) {
            text.append("Fragment ").append(build.id()).append(" [build, front end] -> broadcast to ").append(readers(plan, build))
                    .append('\n');
            appendFragment(text, build, statistics);
        }
        for (Fragment leaf : plan.leaves()) {
            QueryCoordinator.RoutedLeaf routed = leaves.get(leaf.id());
            VersionManifest manifest = routed.manifest();
            long servers = routed.parts().stream().map(part -> String.valueOf(part.preferredServer())).distinct().count();
            text.append("Fragment ").append(leaf.id()).append(" [leaf, segment servers] -> gather to ")
                    .append(readers(plan, leaf)).append('\n');
            text.append("  table ").append(manifest.version().table()).append(", snapshot ").append(manifest.version().snapshotId())
                    .append(", version ").append(manifest.version().id()).append('\n');
            text.append("  segments: ").append(manifest.segments().size()).append(" total, ").append(routed.pruned().pruned())
                    .append(" pruned");
            if (!routed.pruned().prunedBy().isEmpty()) {
                text.append(" by ").append(String.join(", ", routed.pruned().prunedBy()));
            }
            if (routed.known().segmentCount() > 0) {
                text.append(", ").append(routed.known().segmentCount()).append(" answered by statistics");
            }
            text.append(", ").append(routed.known().read().size()).append(" read in ").append(routed.parts().size())
                    .append(" parts on ").append(servers).append(" servers\n");
            if (!routed.merges().isEmpty()) {
                text.append("  merged in ").append(routed.merges().size()).append(" partitions by hash, on servers ")
                        .append(routed.merges().stream().map(SegmentRouter.Part::preferredServer).collect(Collectors.joining(", ")))
                        .append('\n');
            }
            if (statistics != null) {
                statistics.ofFragment(leaf.id()).forEach(line -> text.append("  ").append(line).append('\n'));
            }
            appendFragment(text, leaf, statistics);
        }
        if (statistics != null) {
            text.append("Ran: ").append(statistics).append('\n');
        }
        return text.toString();
    }

    private static String readers(DistributedPlan plan, Fragment read) {
        List<Fragment> all = Stream.of(List.of(plan.root()), plan.builds(), plan.leaves()).flatMap(List::stream).toList();
        String ids = all.stream()
                .filter(fragment -> DistributedPlan.sources(fragment.root()).stream().anyMatch(source -> source.fragmentId() == read.id()))
                .map(fragment -> String.valueOf(fragment.id())).collect(Collectors.joining(", "));
        return (ids.contains(",") ? "fragments " : "fragment ") + ids;
    }

    /// What ran, with what it took; or what would run.
    private static void appendFragment(StringBuilder text, Fragment fragment, QueryStatistics statistics) {
        QueryProfile profile = statistics == null ? null : statistics.profile();
        List<String> trees = profile == null ? List.of() : profile.trees(fragment.id());
        if (trees.isEmpty()) {
            append(text, PlanPrinter.print(fragment.root()));
            return;
        }
        profile.totals(fragment.id()).forEach(line -> text.append("  ").append(line).append('\n'));
        trees.forEach(tree -> append(text, tree));
    }

    private static void append(StringBuilder text, String tree) {
        tree.lines().forEach(line -> text.append("  ").append(line).append('\n'));
    }
}
