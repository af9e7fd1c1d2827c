package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.WorkerPool;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.GroupLoops;
import org.narwhaldb.engine.kernel.GroupRuns;
import org.narwhaldb.engine.kernel.RowIds;
import org.narwhaldb.engine.operator.Reservation;

/// What one thread aggregates: block by block, window by window, into tallies of its own. One thread at a time.
final class LeafLane implements WorkerPool.Task, LeafGroups {
    /// Scratch space, a column or an expression each.
    private static final long BYTES_PER_COLUMN = 4L * Window.ROWS_MAX * Long.BYTES;

    /// Words of rows that are all picked, to be read as a range.
    private static final int WHOLE_MIN = 4;

    private final LeafPlan plan;
    private final AtomicInteger next;
    private final int end;
    private final Reservation reservation;
    private final QueryContext context;
    private final LeafFilters filters;
    private final Window window = new Window();
    private final GroupRuns runs = new GroupRuns(Window.ROWS_MAX);
    private final int[] keyEnds = new int[GroupRuns.most(Window.ROWS_MAX)];
    private final int[] keyIds = new int[keyEnds.length];
    private long[] bitmap;
    private LaneColumns columns;
    private KeyCursor[][] cursors;
    private KeyCursor[] current;
    private int[] constants;
    private int[] groups;
    private int[] ids;
    private GroupIds wideIds;
    private int task;
    private Input[] inputs;
    private RadixBuffers buffers;
    private Tally[] tallies;
    private LongGroupTable table;
    private FilterBits[] filterBits = new FilterBits[0];
    /// whether all keys have known long runs in the block so far
    private boolean mayRun;
    /// tallies that statistics have served for the block
    private boolean[] served;

    /// @param next place in the plan's blocks, shared with lanes that take from the same
    /// @param end of the places
    LeafLane(LeafPlan plan, AtomicInteger next, int end, Reservation reservation, QueryContext context) {
        this.plan = plan;
        this.next = next;
        this.end = end;
        this.reservation = reservation;
        this.context = context;
        filters = new LeafFilters(plan.filters());
    }

    /// Null before the first block.
    @Override
    public Tally[] tallies() {
        return tallies;
    }

    @Override
    public LongGroupTable table() {
        return table;
    }

    @Override
    public boolean step() {
        int place = next.getAndIncrement();
        if (place >= end) {
            return false;
        }
        context.check();
        if (tallies == null) {
            open();
        }
        task = plan.task(place);
        int block = plan.block(place);
        int selected = filters.of(task).select(block, bitmap);
        if (selected > 0) {
            columns.open(task);
            current = plan.isDense() ? cursors(task) : null;
            int rows = plan.segment(place).blockRowCount(block);
            for (FilterBits bits : filterBits) {
                bits.open(task, block, rows);
            }
            if (selected == rows) {
                if (addBlock(block, rows)) {
                    return true;
                }
                mayRun = plan.isDense();
                for (int first = 0; first < rows; first += Window.ROWS_MAX) {
                    window.range(block, first, Math.min(Window.ROWS_MAX, rows - first));
                    addRange();
                }
            } else {
                Arrays.fill(served, false);
                addPicked(block, Bitmaps.words(rows));
            }
        }
        return true;
    }

    /// Statistics may serve a whole block of one group; whether they served all of it.
    private boolean addBlock(int block, int rows) {
        Arrays.fill(served, false);
        if (!plan.isDense()) {
            return false;
        }
        int group = 0;
        for (int key = 0; key < constants.length; key++) {
            int constant = current[key].constant(block, rows);
            if (constant < 0) {
                return false;
            }
            group += constant * (int) plan.stride(key);
        }
        boolean isServed = true;
        for (int index = 0; index < tallies.length; index++) {
            served[index] = tallies[index].addBlock(block, rows, group);
            isServed &= served[index];
        }
        return isServed;
    }

    private void open() {
        int width = plan.keys().size() + plan.measures().inputs().size() + plan.measureFilters().size() + 2;
        reservation.grow(width * BYTES_PER_COLUMN + Window.heapBytes() + (long) Bitmaps.WORDS * Long.BYTES);
        bitmap = new long[Bitmaps.WORDS];
        columns = plan.columns().lane();
        cursors = new KeyCursor[plan.filters().size()][];
        constants = new int[plan.keys().size()];
        groups = new int[Window.ROWS_MAX];
        ids = new int[Window.ROWS_MAX];
        if (!plan.isDense()) {
            wideIds = new GroupIds(plan, reservation);
            table = plan.radix() == null ? new LongGroupTable(reservation, 0) : null;
            buffers = plan.radix() == null ? null : new RadixBuffers(plan.radix(), reservation);
        }
        List<InputPlan> inputPlans = plan.measures().inputs();
        filterBits = new FilterBits[plan.measureFilters().size()];
        for (int index = 0; index < filterBits.length; index++) {
            filterBits[index] = new FilterBits(plan.measureFilters().get(index));
        }
        inputs = new Input[inputPlans.size()];
        for (int index = 0; index < inputs.length; index++) {
            inputs[index] = new Input(inputPlans.get(index), columns, filterBits);
        }
        List<TallyPlan> tallyPlans = buffers == null ? plan.measures().tallies() : List.of();
        Tally[] opened = new Tally[tallyPlans.size()];
        for (int index = 0; index < opened.length; index++) {
            opened[index] = tallyPlans.get(index).create(inputs, reservation);
            opened[index].reserve(plan.isDense() ? (int) plan.product() : 1);
        }
        served = new boolean[opened.length];
        tallies = opened;
    }

    private KeyCursor[] cursors(int task) {
        if (cursors[task] == null) {
            List<GroupKey> keys = plan.keys();
            cursors[task] = new KeyCursor[keys.size()];
            for (int key = 0; key < keys.size(); key++) {
                cursors[task][key] = keys.get(key).cursor(task);
            }
        }
        return cursors[task];
    }

    private void addPicked(int block, int words) {
        mayRun = plan.isDense();
        int from = 0;
        while (from < words) {
            if (bitmap[from] == 0) {
                from++;
                continue;
            }
            int whole = wholeUntil(from, words);
            if (whole - from >= WHOLE_MIN) {
                for (; from < whole; from += Window.ROWS_MAX / Long.SIZE) {
                    int count = Math.min(Window.ROWS_MAX, (whole - from) * Long.SIZE);
                    window.range(block, from * Long.SIZE, count);
                    addRange();
                }
                from = whole;
                continue;
            }
            int to = from;
            int count = 0;
            while (to < words && !isWhole(to, words)) {
                int more = Long.bitCount(bitmap[to]);
                if (count + more > Window.ROWS_MAX) {
                    break;
                }
                count += more;
                to++;
            }
            if (count > 0) {
                RowIds.of(bitmap, from, to, window.picked);
                window.picked(block, count, bitmap, from, to);
                add();
            }
            from = to;
        }
    }

    /// Whether all rows of enough words are picked that they are better read as a range.
    private boolean isWhole(int word, int words) {
        return bitmap[word] == -1 && word + WHOLE_MIN <= words && bitmap[word + WHOLE_MIN - 1] == -1
                && wholeUntil(word, word + WHOLE_MIN) == word + WHOLE_MIN;
    }

    private int wholeUntil(int from, int words) {
        int word = from;
        while (word < words && bitmap[word] == -1) {
            word++;
        }
        return word;
    }

    private void addRange() {
        if (mayRun && findRuns()) {
            addRuns();
        } else {
            mayRun = false;
            add();
        }
    }

    /// Whether the keys know runs of rows, and they are long enough.
    private boolean findRuns() {
        runs.start(window.count());
        for (int key = 0; key < constants.length; key++) {
            int count = current[key].runs(window, keyEnds, keyIds);
            if (count < 0 || !runs.cut(keyEnds, keyIds, count, (int) plan.stride(key))) {
                return false;
            }
        }
        return true;
    }

    private void addRuns() {
        for (int index = 0; index < tallies.length; index++) {
            if (!served[index]) {
                tallies[index].addRuns(window, runs);
            }
        }
    }

    private void add() {
        if (!plan.isDense()) {
            addHashed();
            return;
        }
        boolean isConstant = true;
        for (int key = 0; key < constants.length; key++) {
            constants[key] = current[key].constant(window);
            isConstant &= constants[key] >= 0;
        }
        addDense(isConstant);
    }

    private void addDense(boolean isConstant) {
        int base = 0;
        boolean isPlaced = false;
        for (int key = 0; key < constants.length; key++) {
            int stride = (int) plan.stride(key);
            if (constants[key] >= 0) {
                base += constants[key] * stride;
            } else if (!isPlaced && stride == 1) {
                current[key].ids(window, groups);
                isPlaced = true;
            } else {
                current[key].ids(window, ids);
                GroupLoops.place(ids, window.count(), stride, isPlaced, groups);
                isPlaced = true;
            }
        }
        if (!isConstant && base > 0) {
            for (int i = 0; i < window.count(); i++) {
                groups[i] += base;
            }
        }
        if (!isConstant && runs.find(groups, window.count())) {
            addRuns();
            return;
        }
        for (int index = 0; index < tallies.length; index++) {
            if (!served[index]) {
                tallies[index].add(window, isConstant ? null : groups, base);
            }
        }
    }

    private void addHashed() {
        long[] wideGroups = wideIds.of(task, window);
        if (buffers != null) {
            buffers.add(window, wideGroups, inputs);
            return;
        }
        table.assign(wideGroups, window.count(), groups);
        for (Tally tally : tallies) {
            tally.reserve(table.size());
            tally.add(window, groups, 0);
        }
    }

    /// The rows by partition; null if there are none.
    RadixBuffers buffers() {
        return buffers;
    }

    @Override
    public int places() {
        return (int) plan.product();
    }

    @Override
    public void close() {
        filters.close();
        for (FilterBits bits : filterBits) {
            if (bits != null) {
                bits.close();
            }
        }
        reservation.close();
    }
}
