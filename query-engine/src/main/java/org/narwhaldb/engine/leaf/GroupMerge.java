package org.narwhaldb.engine.leaf;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.WorkerPool;
import org.narwhaldb.engine.operator.Reservation;

/// Makes one of what several threads have of the same groups: in partitions of the keys' hashes, small enough to stay in the
/// cache, each merged by one thread, in the order of the lanes. So doubles add up the same way each time.
final class GroupMerge {
    private static final int GROUPS_PER_PARTITION = 1 << 16;
    private static final int PARTITIONS_MAX = 1 << 10;
    /// Fewer are not worth a second thread.
    private static final int GROUPS_OF_ONE_THREAD = 1 << 12;

    private GroupMerge() {}

    /// @param lanes with hash tables; to be closed by the caller
    static List<LeafGroups> of(List<LeafGroups> lanes, LeafPlan plan, QueryContext context) {
        long groups = lanes.stream().mapToLong(lane -> lane.table().size()).sum();
        int count = groups <= GROUPS_OF_ONE_THREAD ? 1 : context.resources().workers().parallelism();
        while (count < PARTITIONS_MAX && groups / count > GROUPS_PER_PARTITION) {
            count *= 2;
        }
        int partitions = Integer.highestOneBit(2 * count - 1);
        List<Sorted> sorted = new ArrayList<>();
        lanes.forEach(lane -> sorted.add(new Sorted(lane, partitions)));
        context.resources().workers().run(sorted);
        List<Partition> merged = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            merged.add(new Partition(partition, sorted, plan, context));
        }
        try {
            context.resources().workers().run(merged);
        } catch (RuntimeException e) {
            merged.forEach(Partition::close);
            throw e;
        }
        return List.copyOf(merged);
    }

    /// A lane's groups by partition.
    private static final class Sorted implements WorkerPool.Task {
        private final LeafGroups lane;
        private final int[] starts;
        private int[] groups;

        Sorted(LeafGroups lane, int partitions) {
            this.lane = lane;
            starts = new int[partitions + 1];
        }

        @Override
        public boolean step() {
            groups = lane.table().partitioned(starts);
            return false;
        }
    }

    /// What all lanes have of one partition.
    private static final class Partition implements LeafGroups, WorkerPool.Task {
        private final int number;
        private final List<Sorted> lanes;
        private final LeafPlan plan;
        private final QueryContext context;
        private final Reservation reservation;
        private LongGroupTable table;
        private Tally[] tallies;

        Partition(int number, List<Sorted> lanes, LeafPlan plan, QueryContext context) {
            this.number = number;
            this.lanes = lanes;
            this.plan = plan;
            this.context = context;
            reservation = new Reservation(context.memory());
        }

        @Override
        public boolean step() {
            int most = lanes.stream().mapToInt(lane -> lane.starts[number + 1] - lane.starts[number]).max().orElseThrow();
            table = new LongGroupTable(reservation, most);
            Input[] none = new Input[plan.measures().inputs().size()];
            Tally[] opened = plan.measures().tallies().stream().map(tally -> tally.create(none, reservation))
                    .toArray(Tally[]::new);
            long[] keys = new long[Window.ROWS_MAX];
            int[] from = new int[Window.ROWS_MAX];
            int[] to = new int[Window.ROWS_MAX];
            for (Sorted lane : lanes) {
                int end = lane.starts[number + 1];
                for (int start = lane.starts[number]; start < end; start += Window.ROWS_MAX) {
                    context.check();
                    int count = Math.min(Window.ROWS_MAX, end - start);
                    System.arraycopy(lane.groups, start, from, 0, count);
                    for (int i = 0; i < count; i++) {
                        keys[i] = lane.lane.table().key(from[i]);
                    }
                    table.assign(keys, count, to);
                    for (int index = 0; index < opened.length; index++) {
                        opened[index].reserve(table.size());
                        opened[index].merge(lane.lane.tallies()[index], from, to, count);
                    }
                }
            }
            tallies = opened;
            return false;
        }

        @Override
        public Tally[] tallies() {
            return tallies;
        }

        @Override
        public LongGroupTable table() {
            return table;
        }

        @Override
        public int places() {
            return 0;
        }

        @Override
        public void close() {
            reservation.close();
        }
    }
}
