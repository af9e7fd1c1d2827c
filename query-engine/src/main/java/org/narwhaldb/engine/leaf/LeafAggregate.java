package org.narwhaldb.engine.leaf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.execution.WorkerPool;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.scan.BlockFilter;
import org.narwhaldb.engine.scan.ScanMetrics;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Partial aggregation over a scan without rows in between: groups are combined dictionary codes and small numbers, and
/// address what is kept of them; values are read where they stand in the segments' blocks. The output is that of the
/// general partial aggregate, its text keys as codes of dictionaries that the whole JVM shares.
///
/// What leaves have no path for, the general operators compute: that is decided before the first row is yielded.
public final class LeafAggregate implements Operator {
    private static final long BYTES_PER_VALUE = 10;
    private static final int BITS_OF_A_TASK = 1 << 22;
    /// Segments whose filters EXPLAIN ANALYZE tells, if they differ.
    private static final int FILTERS_MAX = 2;

    private final LeafShape shape;
    private final int width;
    private final List<ScanTask> tasks;
    private final ScanMetrics metrics;
    private final QueryContext context;
    private final Supplier<Operator> general;
    private final Reservation reservation;
    private Operator fallback;
    private LeafPlan plan;
    private List<LeafGroups> lanes = List.of();
    private List<LeafGroups> partitioned = List.of();
    /// null unless rows were put in partitions first
    private RadixGroups radix;
    private boolean isOnce = true;
    private boolean isRun;
    private String path = "not run";

    private int lane;
    private int position;
    private int[] groups;
    private long[] rest;
    private long[] keyIds;

    private LeafAggregate(LeafShape shape, int width, List<ScanTask> tasks, ScanMetrics metrics, QueryContext context,
            Supplier<Operator> general) {
        this.shape = shape;
        this.width = width;
        this.tasks = tasks;
        this.metrics = metrics;
        this.context = context;
        this.general = general;
        reservation = new Reservation(context.memory());
    }

    /// @param general makes the operator for what there is no path for
    public static Operator of(PlanNode.Aggregate node, List<ScanTask> tasks, ScanMetrics metrics, QueryContext context,
            Supplier<Operator> general) {
        LeafShape shape = LeafShape.of(node);
        return shape == null ? general.get()
                : new LeafAggregate(shape, node.output().size(), tasks, metrics, context, general);
    }

    /// How it is computed, once it runs.
    @Override
    public String path() {
        if (plan == null) {
            return path;
        }
        List<String> filters = plan.filters().stream().map(BlockFilter::path).filter(filter -> !filter.isEmpty()).distinct()
                .limit(FILTERS_MAX).toList();
        return filters.isEmpty() ? path : path + ", where " + String.join(" | ", filters);
    }

    @Override
    public Batch next() {
        if (!isRun) {
            run();
            isRun = true;
        }
        if (fallback != null) {
            return fallback.next();
        }
        context.check();
        return lane < lanes.size() ? emit() : null;
    }

    private void run() {
        try {
            plan = LeafPlan.of(shape, tasks, context);
            List<LeafLane> running = plan.lanes(context);
            lanes = List.copyOf(running);
            context.resources().workers().run(running);
            path = plan.path();
            if (plan.radix() != null) {
                partitioned = lanes;
                lanes = List.of();
                radix = new RadixGroups(running.stream().map(LeafLane::buffers).filter(Objects::nonNull).toList(), plan, context);
                lanes = radix.next();
            }
        } catch (Unsupported e) {
            fallBack(e.getMessage());
            return;
        } catch (NarwhalException e) {
            if (!isShortage(e)) {
                throw e;
            }
            // The general operators can make do with less: they spill.
            fallBack(e.getMessage());
            return;
        }
        metrics.add(plan.rows(), plan.blockCount(), plan.blocksSkipped());
        reservation.grow(BYTES_PER_VALUE * Batch.ROWS_MAX * (width + 2));
        groups = new int[Batch.ROWS_MAX];
        rest = new long[Batch.ROWS_MAX];
        keyIds = new long[Batch.ROWS_MAX];
        if (plan.radix() == null) {
            lanes = lanes.stream().filter(each -> each.tallies() != null).toList();
            if (lanes.size() > 1) {
                merge();
            }
        }
    }

    private void fallBack(String reason) {
        closeLanes();
        path = "general: " + reason;
        fallback = general.get();
    }

    private static boolean isShortage(NarwhalException error) {
        return error.code() == ErrorCode.QUERY_MEMORY_EXCEEDED || error.code() == ErrorCode.SERVER_MEMORY_EXCEEDED;
    }

    private void merge() {
        if (plan.isDense()) {
            mergePlaces();
            return;
        }
        List<LeafGroups> merged;
        try {
            merged = GroupMerge.of(lanes, plan, context);
        } catch (NarwhalException e) {
            if (!isShortage(e)) {
                throw e;
            }
            // Whoever reads them can merge them as well.
            isOnce = false;
            return;
        }
        lanes.forEach(LeafGroups::close);
        lanes = merged;
    }

    /// Into the first lane, in the order of lanes.
    private void mergePlaces() {
        Tally[] target = lanes.getFirst().tallies();
        List<LeafGroups> others = lanes.subList(1, lanes.size());
        int product = (int) plan.product();
        List<WorkerPool.Task> tasks = new ArrayList<>();
        for (int index = 0; index < target.length; index++) {
            int number = index;
            // of bits there are many, and no other tally to merge meanwhile
            int share = target[number] instanceof CountTallies.Seen ? BITS_OF_A_TASK : product;
            for (long first = 0; first < product; first += share) {
                int from = (int) first;
                int to = (int) Math.min(product, first + share);
                tasks.add(() -> {
                    context.check();
                    for (LeafGroups other : others) {
                        target[number].mergePlaces(other.tallies()[number], from, to);
                    }
                    return false;
                });
            }
        }
        context.resources().workers().run(tasks);
        others.forEach(LeafGroups::close);
        lanes = List.of(lanes.getFirst());
    }

    @Override
    public boolean yieldsGroupsOnce() {
        return fallback != null ? fallback.yieldsGroupsOnce() : isOnce;
    }

    private Batch emit() {
        while (lane < lanes.size()) {
            int count = nextGroups();
            if (count > 0) {
                return batch(count);
            }
            lanes.get(lane).close();
            lane++;
            position = 0;
            if (radix != null && lane == lanes.size()) {
                lanes = List.of();
                lane = 0;
                lanes = radix.next();
            }
        }
        return null;
    }

    private int nextGroups() {
        LeafGroups from = lanes.get(lane);
        int count = 0;
        if (from.table() != null) {
            int end = Math.min(from.table().size(), position + Batch.ROWS_MAX);
            while (position < end) {
                groups[count++] = position++;
            }
            return count;
        }
        int end = from.places();
        count = ((Tally.Counting) from.tallies()[plan.measures().rowsTally()]).present(position, end, groups);
        position = count < groups.length ? end : groups[count - 1] + 1;
        return count;
    }

    private Batch batch(int count) {
        LeafGroups from = lanes.get(lane);
        List<Column> columns = new ArrayList<>(width);
        Column[] keys = new Column[plan.keys().size()];
        for (int i = 0; i < count; i++) {
            rest[i] = from.table() == null ? from.firstKey() + groups[i] : from.table().key(groups[i]);
        }
        for (int key = keys.length - 1; key >= 0; key--) {
            split(plan.stride(key), count);
            keys[key] = plan.keys().get(key).values(keyIds, count);
        }
        columns.addAll(Arrays.asList(keys));
        for (LeafOutput output : plan.measures().outputs()) {
            output.columns(from.tallies(), groups, count, columns);
        }
        return new Batch(count, columns);
    }

    /// Takes the ids of the key with the widest stride from what is left of the groups.
    private void split(long stride, int count) {
        if (stride == 1) {
            System.arraycopy(rest, 0, keyIds, 0, count);
            Arrays.fill(rest, 0, count, 0);
            return;
        }
        long id = 0;
        long first = 0;
        for (int i = 0; i < count; i++) {
            // Places come in order: the next one most often has the same id.
            if (rest[i] < first || rest[i] - first >= stride) {
                id = rest[i] / stride;
                first = id * stride;
            }
            keyIds[i] = id;
            rest[i] -= first;
        }
    }

    private void closeLanes() {
        lanes.forEach(LeafGroups::close);
        lanes = List.of();
        partitioned.forEach(LeafGroups::close);
        partitioned = List.of();
        radix = null;
        if (plan != null) {
            plan.close();
            plan = null;
        }
    }

    @Override
    public void close() {
        closeLanes();
        if (fallback != null) {
            fallback.close();
        }
        reservation.close();
    }
}
