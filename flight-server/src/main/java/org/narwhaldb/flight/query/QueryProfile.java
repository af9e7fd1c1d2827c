package org.narwhaldb.flight.query;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanPrinter;
import org.narwhaldb.engine.profile.FragmentProfile;
import org.narwhaldb.engine.profile.OperatorProfile;
import org.narwhaldb.engine.profile.PlanMeter;

/// What each operator of a query did, on the front end and on each server, for EXPLAIN ANALYZE. A fragment has one plan, or two: where a
/// leaf was cut, the front end ran what is above the cut. Thread-safe.
final class QueryProfile {
    private static final String FRONT_END = "front end";

    private final Map<Integer, List<Ran>> fragments = new TreeMap<>();

    /// @param meters of what ran here, read when it is done
    private record Ran(PlanNode root, Map<String, FragmentProfile> profiles, List<PlanMeter> meters) {
        Ran(PlanNode root) {
            this(root, new TreeMap<>(), new ArrayList<>());
        }

        Map<String, FragmentProfile> all() {
            Map<String, FragmentProfile> all = new LinkedHashMap<>();
            meters.forEach(meter -> all.merge(FRONT_END, meter.profile(), FragmentProfile::plus));
            all.putAll(profiles);
            return all;
        }
    }

    /// For a plan that the front end is about to run.
    synchronized PlanMeter meter(int fragmentId, PlanNode root, QueryContext context) {
        PlanMeter meter = new PlanMeter(root, context);
        ran(fragmentId, root).meters().add(meter);
        return meter;
    }

    /// @param root what the server ran
    synchronized void answered(int fragmentId, PlanNode root, String server, FragmentProfile profile) {
        ran(fragmentId, root).profiles().merge("server " + server, profile, FragmentProfile::plus);
    }

    private Ran ran(int fragmentId, PlanNode root) {
        List<Ran> all = fragments.computeIfAbsent(fragmentId, _ -> new ArrayList<>());
        for (Ran ran : all) {
            if (ran.root() == root) {
                return ran;
            }
        }
        Ran ran = new Ran(root);
        all.add(ran);
        return ran;
    }

    /// What the fragment took by place, a line each.
    synchronized List<String> totals(int fragmentId) {
        List<String> lines = new ArrayList<>();
        for (Ran ran : fragments.getOrDefault(fragmentId, List.of())) {
            ran.all().forEach((place, profile) -> lines.add(place + ": " + total(profile)));
        }
        return lines;
    }

    private static String total(FragmentProfile profile) {
        StringBuilder text = new StringBuilder("at most %d bytes of memory".formatted(profile.peakBytes()));
        if (profile.blocksRead() + profile.blocksSkipped() > 0) {
            text.append(", %d blocks read, %d skipped".formatted(profile.blocksRead(), profile.blocksSkipped()));
        }
        if (profile.kept() + profile.computed() > 0) {
            text.append(", partial cache: %d hits, %d misses".formatted(profile.kept(), profile.computed()));
        }
        return text.toString();
    }

    /// The plans that ran for a fragment, each node with a line for each place that it ran in; empty if none ran.
    synchronized List<String> trees(int fragmentId) {
        List<String> trees = new ArrayList<>();
        for (Ran ran : fragments.getOrDefault(fragmentId, List.of())) {
            Map<String, FragmentProfile> profiles = ran.all();
            List<int[]> inputs = new ArrayList<>();
            number(ran.root(), inputs);
            trees.add(PlanPrinter.print(ran.root(), node -> notes(node, inputs, profiles)));
        }
        return trees;
    }

    /// Numbers the nodes, parents before their inputs.
    ///
    /// @param inputs gets the numbers of each node's inputs
    private static int number(PlanNode node, List<int[]> inputs) {
        int own = inputs.size();
        inputs.add(null);
        inputs.set(own, node.inputs().stream().mapToInt(input -> number(input, inputs)).toArray());
        return own;
    }

    private static List<String> notes(int node, List<int[]> inputs, Map<String, FragmentProfile> profiles) {
        List<String> notes = new ArrayList<>();
        profiles.forEach((place, profile) -> {
            OperatorProfile operator = operator(profile, node);
            if (operator.operators() > 0) {
                long below = 0;
                for (int input : inputs.get(node)) {
                    below += operator(profile, input).nanos();
                }
                notes.add("-- %s: %d rows in %s, %s of it here, at most %d bytes%s%s".formatted(place, operator.rows(),
                        millis(operator.nanos()), millis(Math.max(0, operator.nanos() - below)), operator.peakBytes(),
                        operator.operators() == 1 ? "" : ", %d operators".formatted(operator.operators()),
                        operator.path().isEmpty() ? "" : "; " + operator.path()));
            }
        });
        return notes;
    }

    private static OperatorProfile operator(FragmentProfile profile, int node) {
        return node < profile.operators().size() ? profile.operators().get(node) : OperatorProfile.NONE;
    }

    private static String millis(long nanos) {
        return "%d.%03d ms".formatted(nanos / 1_000_000, nanos / 1_000 % 1_000);
    }
}
