package org.narwhaldb.engine.profile;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.scan.ScanMetrics;

/// Measures operators as they run a plan: rows, time, memory, and the path they took. One plan, or several of one shape, on any number of
/// threads; read it when they are done.
public final class PlanMeter {
    private static final int PATHS_MAX = 3;

    private final List<NodeMeter> nodes = new ArrayList<>();
    private final MeteredMemory memory;
    /// the one that this is a part of; itself if it is no part
    private final PlanMeter whole;
    private long blocksRead;
    private long blocksSkipped;
    private int kept;
    private int computed;

    /// @param context of the query, whose account is charged
    public PlanMeter(PlanNode root, QueryContext context) {
        memory = new MeteredMemory(context.memory());
        whole = this;
        add(root);
    }

    private PlanMeter(PlanMeter whole, List<NodeMeter> nodes) {
        this.whole = whole.whole;
        memory = whole.memory;
        this.nodes.addAll(nodes);
    }

    /// For the part of the plan that begins at node `first`, parents counted before their inputs.
    public PlanMeter from(int first) {
        return first == 0 ? this : new PlanMeter(this, nodes.subList(first, nodes.size()));
    }

    /// For the nodes before `end`, and one in the place of the others that is not measured.
    public PlanMeter before(int end) {
        PlanMeter part = new PlanMeter(this, nodes.subList(0, end));
        part.nodes.add(new NodeMeter());
        return part;
    }

    private void add(PlanNode node) {
        nodes.add(new NodeMeter());
        node.inputs().forEach(this::add);
    }

    /// For a plan of the shape that this was made for.
    public Nodes nodes(PlanNode root, QueryContext context) {
        Nodes result = new Nodes(context);
        result.add(root);
        return result;
    }

    /// The nodes of one plan by identity.
    public final class Nodes {
        private final QueryContext context;
        private final Map<PlanNode, NodeMeter> meters = new IdentityHashMap<>();
        private int count;

        private Nodes(QueryContext context) {
            this.context = context;
        }

        private void add(PlanNode node) {
            meters.put(node, nodes.get(count++));
            node.inputs().forEach(this::add);
        }

        /// The node's operator, measured.
        ///
        /// @param make of what charges its memory to the context it is given
        public Operator measured(PlanNode node, Function<QueryContext, Operator> make) {
            NodeMeter meter = meters.get(node);
            return new Measured(make.apply(context.charging(meter.memory)), meter);
        }
    }

    /// What a run has scanned.
    public void scanned(ScanMetrics metrics) {
        whole.addScanned(metrics);
    }

    private synchronized void addScanned(ScanMetrics metrics) {
        blocksRead += metrics.blocksScanned();
        blocksSkipped += metrics.blocksSkipped();
    }

    /// How many partial answers were found, and how many computed.
    public synchronized void partials(int found, int missed) {
        kept += found;
        computed += missed;
    }

    public synchronized FragmentProfile profile() {
        return new FragmentProfile(nodes.stream().map(NodeMeter::profile).toList(), memory.peakBytes(), blocksRead, blocksSkipped,
                kept, computed);
    }

    private final class NodeMeter {
        private final MeteredMemory memory = new MeteredMemory(PlanMeter.this.memory);
        private final TreeSet<String> paths = new TreeSet<>();
        private int operators;
        private long rows;
        private long nanos;

        synchronized void ran(long moreRows, long moreNanos, String path) {
            operators++;
            rows += moreRows;
            nanos += moreNanos;
            if (path != null && !path.isEmpty() && paths.size() < PATHS_MAX) {
                paths.add(path);
            }
        }

        synchronized OperatorProfile profile() {
            return new OperatorProfile(operators, rows, nanos, memory.peakBytes(), String.join("; ", paths));
        }
    }

    private static final class Measured implements Operator {
        private final Operator operator;
        private final NodeMeter meter;
        private long rows;
        private long nanos;
        private boolean isPulled;
        private boolean isCounted;

        Measured(Operator operator, NodeMeter meter) {
            this.operator = operator;
            this.meter = meter;
        }

        @Override
        public Batch next() {
            isPulled = true;
            long begun = System.nanoTime();
            Batch batch = operator.next();
            nanos += System.nanoTime() - begun;
            if (batch == null) {
                count();
            } else {
                rows += batch.rowCount();
            }
            return batch;
        }

        /// Before the operator forgets how it ran.
        private void count() {
            if (isPulled && !isCounted) {
                isCounted = true;
                meter.ran(rows, nanos, operator.path());
            }
        }

        @Override
        public boolean yieldsGroupsOnce() {
            return operator.yieldsGroupsOnce();
        }

        @Override
        public String path() {
            return operator.path();
        }

        @Override
        public void close() {
            count();
            operator.close();
        }
    }
}
