package org.narwhaldb.engine.leaf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.execution.WorkerPool;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.scan.BlockFilter;
import org.narwhaldb.segment.Segment;

/// How one partial aggregate over given segments is computed: which blocks, how rows find their group, what is kept of
/// each group. Found out once, from statistics and dictionaries; then the same for all threads.
final class LeafPlan implements DictionaryColumn.Work, AutoCloseable {
    /// Groups that have their place in memory whether they occur or not, without a look at how many rows there are.
    private static final int PLACES_FREE = 1 << 16;
    private static final int PLACES_MAX = 1 << 24;
    /// Of more, each must be worth a row.
    private static final int PLACES_OF_SPARSE_KEYS = 1 << 22;
    private static final int PLACES_PER_ROW = 4;
    /// Of a bit each, and how many of them are worth a row: clearing, merging and counting four words takes less than hashing it.
    private static final int BITS_MAX = 1 << 30;
    private static final int BITS_PER_ROW = 4 * Long.SIZE;
    private static final long KEYS_MAX = 1L << 62;
    private static final int SHARES_OF_FEW_GROUPS = 8;
    private static final int SHARES_OF_MANY_GROUPS = 2;

    private final List<ScanTask> tasks;
    private final QueryContext context;
    private final boolean isFiltered;
    private final boolean mustRepeat;
    private final Reservation reservation;
    private final LeafColumns columns;
    private final List<BlockFilter> filters = new ArrayList<>();
    private final List<List<BlockFilter>> measureFilters = new ArrayList<>();
    private final List<GroupKey> keys = new ArrayList<>();
    private final long[] strides;
    private LeafMeasures measures;
    private long product = 1;
    private boolean isDense;
    private RadixPlan radix;
    private int[] blockTasks = new int[0];
    private int[] blocks = new int[0];
    private int blockCount;
    private long rows;
    private long rowsSelected = -1;
    private int blocksSkipped;

    private LeafPlan(LeafShape shape, List<ScanTask> tasks, QueryContext context) {
        this.tasks = tasks;
        this.context = context;
        reservation = new Reservation(context.memory());
        isFiltered = shape.scan().predicate() != null;
        mustRepeat = shape.measures().stream().anyMatch(LeafShape.Measure::rounds);
        columns = new LeafColumns(shape.scan(), tasks, this, context);
        strides = new long[shape.keys().size()];
    }

    /// @throws Unsupported if there is no way
    static LeafPlan of(LeafShape shape, List<ScanTask> tasks, QueryContext context) {
        LeafPlan plan = new LeafPlan(shape, tasks, context);
        try {
            for (ScanTask task : tasks) {
                plan.filters.add(BlockFilter.of(shape.scan(), task, context));
            }
            plan.findBlocks();
            plan.planKeys(shape.keys());
            plan.isDense = plan.product <= PLACES_FREE
                    || (shape.measures().isEmpty() ? plan.isWorthBits() : plan.product <= PLACES_MAX && plan.isWorthPlaces());
            plan.measures = new LeafMeasures(plan.columns, plan.rows, plan.isDense ? plan.product : plan.rows);
            plan.measures.plan(shape.measures());
            plan.openMeasureFilters(shape.scan(), context);
            plan.radix = plan.isDense ? null : RadixPlan.of(plan, context);
            return plan;
        } catch (RuntimeException e) {
            plan.close();
            throw e;
        }
    }

    private boolean isWorthPlaces() {
        long perRow = product <= PLACES_OF_SPARSE_KEYS ? PLACES_PER_ROW : 1;
        return product <= perRow * rows && product <= perRow * rowsSelected();
    }

    private boolean isWorthBits() {
        return product <= BITS_MAX && product <= BITS_PER_ROW * rows && product <= BITS_PER_ROW * rowsSelected();
    }

    private void findBlocks() {
        int all = tasks.stream().mapToInt(task -> task.segment().blockCount()).sum();
        blockTasks = new int[all];
        blocks = new int[all];
        for (int task = 0; task < tasks.size(); task++) {
            Segment segment = tasks.get(task).segment();
            BlockFilter filter = filters.get(task);
            for (int block = 0; block < segment.blockCount(); block++) {
                if (filter.mayPass(block)) {
                    blockTasks[blockCount] = task;
                    blocks[blockCount++] = block;
                    rows += filter.liveCount(block);
                } else {
                    blocksSkipped++;
                }
            }
        }
        if (rows >= Integer.MAX_VALUE) {
            throw new Unsupported("more rows than an int counts");
        }
    }

    private void openMeasureFilters(PlanNode.Scan scan, QueryContext context) {
        for (Expression filter : measures.blockFilters()) {
            PlanNode.Scan filtered = new PlanNode.Scan(scan.scanId(), scan.table(), scan.columns(), filter);
            List<BlockFilter> opened = new ArrayList<>();
            measureFilters.add(opened);
            for (ScanTask task : tasks) {
                opened.add(BlockFilter.of(filtered, new ScanTask(task.segment(), null), context));
            }
        }
    }

    private void planKeys(List<Expression> expressions) {
        LeafKeys choice = new LeafKeys(columns, tasks);
        for (int index = 0; index < strides.length; index++) {
            GroupKey key = choice.of(expressions.get(index));
            keys.add(key);
            strides[index] = product;
            if (key.size() > KEYS_MAX / product) {
                throw new Unsupported("keys of too many values");
            }
            product *= key.size();
        }
    }

    @Override
    public BlockFilter filter(int task) {
        return filters.get(task);
    }

    @Override
    public void reserve(long bytes) {
        reservation.grow(bytes);
    }

    /// How many of them pass: if need be they are counted.
    @Override
    public long rowsSelected() {
        if (rowsSelected < 0) {
            rowsSelected = isFiltered ? countSelected() : rows;
        }
        return rowsSelected;
    }

    @Override
    public boolean mustRepeat() {
        return mustRepeat;
    }

    private long countSelected() {
        WorkerPool workers = context.resources().workers();
        AtomicLong selected = new AtomicLong();
        AtomicInteger next = new AtomicInteger();
        List<WorkerPool.Task> counting = new ArrayList<>();
        List<LeafFilters> opened = new ArrayList<>();
        for (int index = 0; index < workers.parallelism(); index++) {
            LeafFilters own = new LeafFilters(filters);
            opened.add(own);
            long[] bitmap = new long[Bitmaps.WORDS];
            counting.add(() -> {
                int place = next.getAndIncrement();
                if (place < blockCount) {
                    context.check();
                    selected.addAndGet(own.of(blockTasks[place]).select(blocks[place], bitmap));
                }
                return place < blockCount;
            });
        }
        try {
            workers.run(counting);
        } finally {
            opened.forEach(LeafFilters::close);
        }
        return selected.get();
    }

    /// The threads' shares. They are fixed where the order of rows matters, so that results are the same whatever the number of
    /// threads; else whoever is free takes the next block.
    List<LeafLane> lanes(QueryContext context) {
        boolean isOrdered = measures.tallies().stream().anyMatch(TallyPlan::isOrdered);
        List<LeafLane> lanes = new ArrayList<>();
        if (!isOrdered) {
            AtomicInteger next = new AtomicInteger();
            int count = Math.max(1, Math.min(blockCount, context.resources().workers().parallelism()));
            for (int lane = 0; lane < count; lane++) {
                lanes.add(new LeafLane(this, next, blockCount, new Reservation(context.memory()), context));
            }
            return lanes;
        }
        int most = isDense && product <= PLACES_FREE ? SHARES_OF_FEW_GROUPS : SHARES_OF_MANY_GROUPS;
        int count = Math.max(1, Math.min(blockCount, most));
        for (int lane = 0; lane < count; lane++) {
            int from = (int) ((long) blockCount * lane / count);
            int to = (int) ((long) blockCount * (lane + 1) / count);
            lanes.add(new LeafLane(this, new AtomicInteger(from), to, new Reservation(context.memory()), context));
        }
        return lanes;
    }

    LeafColumns columns() {
        return columns;
    }

    List<BlockFilter> filters() {
        return filters;
    }

    /// By filter of aggregates, by task.
    List<List<BlockFilter>> measureFilters() {
        return measureFilters;
    }

    List<GroupKey> keys() {
        return keys;
    }

    long stride(int key) {
        return strides[key];
    }

    LeafMeasures measures() {
        return measures;
    }

    /// Groups are places in arrays, not found by hash.
    boolean isDense() {
        return isDense;
    }

    /// Null if rows are added to their groups at once.
    RadixPlan radix() {
        return radix;
    }

    /// Groups that there can be; if dense, an int.
    long product() {
        return product;
    }

    Segment segment(int place) {
        return tasks.get(blockTasks[place]).segment();
    }

    int task(int place) {
        return blockTasks[place];
    }

    int block(int place) {
        return blocks[place];
    }

    /// Live rows of the blocks that are read.
    @Override
    public long rows() {
        return rows;
    }

    int blockCount() {
        return blockCount;
    }

    int blocksSkipped() {
        return blocksSkipped;
    }

    /// As EXPLAIN names the path.
    String path() {
        return (isDense ? "dense " : "hashed ") + product + " " + (radix == null ? "" : radix.path() + " ")
                + measures.tallies().stream().map(TallyPlan::kind).toList();
    }

    @Override
    public void close() {
        filters.forEach(BlockFilter::close);
        measureFilters.forEach(opened -> opened.forEach(BlockFilter::close));
        reservation.close();
    }
}
