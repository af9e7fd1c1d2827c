package org.narwhaldb.engine.leaf;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.WorkerPool;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Adds up what threads have put in partitions: each partition by one thread, the rows in the order of the threads' shares. A few
/// partitions at a time, whose rows are forgotten before their groups go out.
final class RadixGroups {
    private static final int PARTITIONS_PER_THREAD = 8;

    private final List<RadixBuffers> buffers;
    private final LeafPlan plan;
    private final QueryContext context;
    private int next;

    RadixGroups(List<RadixBuffers> buffers, LeafPlan plan, QueryContext context) {
        this.buffers = buffers;
        this.plan = plan;
        this.context = context;
    }

    /// The next partitions' groups, to be closed by the caller; none if all were there.
    List<LeafGroups> next() {
        int threads = context.resources().workers().parallelism();
        List<Partition> some = take(threads * PARTITIONS_PER_THREAD);
        if (some.isEmpty()) {
            return List.of();
        }
        try {
            run(some);
        } catch (NarwhalException e) {
            if (e.code() != ErrorCode.QUERY_MEMORY_EXCEEDED && e.code() != ErrorCode.SERVER_MEMORY_EXCEEDED
                    || some.size() == 1) {
                throw e;
            }
            // One alone needs less, and gives its rows' memory back.
            next = some.getFirst().number;
            some = take(1);
            run(some);
        }
        for (Partition partition : some) {
            buffers.forEach(rows -> rows.forget(partition.number));
        }
        return List.copyOf(some);
    }

    private List<Partition> take(int count) {
        List<Partition> taken = new ArrayList<>();
        for (; next < plan.radix().partitions() && taken.size() < count; next++) {
            int number = next;
            if (buffers.stream().anyMatch(rows -> rows.chunks(number) > 0)) {
                taken.add(new Partition(number));
            }
        }
        return taken;
    }

    private void run(List<Partition> partitions) {
        try {
            context.resources().workers().run(partitions);
        } catch (RuntimeException e) {
            partitions.forEach(Partition::close);
            throw e;
        }
    }

    private final class Partition implements LeafGroups, WorkerPool.Task {
        private final int number;
        private final RadixPlan radix = plan.radix();
        private final Reservation reservation = new Reservation(context.memory());
        private final Window window = new Window();
        private final Input[] inputs = plan.measures().inputs().stream().map(Input::replayed).toArray(Input[]::new);
        private LongGroupTable table;
        private Tally[] tallies;

        Partition(int number) {
            this.number = number;
        }

        @Override
        public boolean step() {
            long width = inputs.length + 2L;
            reservation.grow(2 * width * Window.ROWS_MAX * Long.BYTES + Window.heapBytes());
            Tally[] opened = plan.measures().tallies().stream().map(tally -> tally.create(inputs, reservation))
                    .toArray(Tally[]::new);
            if (radix.isRange()) {
                for (Tally tally : opened) {
                    tally.reserve(radix.range());
                }
            } else {
                int rows = buffers.stream().mapToInt(each -> each.rows(number)).sum();
                table = new LongGroupTable(reservation, (int) (rows * radix.groupsPerRow()));
            }
            long[] keys = new long[Window.ROWS_MAX];
            int[] groups = new int[Window.ROWS_MAX];
            for (RadixBuffers rows : buffers) {
                context.check();
                int chunks = rows.chunks(number);
                for (int chunk = 0; chunk < chunks; chunk++) {
                    int count = rows.rowsOfChunk(number, chunk);
                    add(rows.chunk(number, chunk), count, keys, groups, opened);
                }
            }
            tallies = opened;
            return false;
        }

        private void add(long[] chunk, int count, long[] keys, int[] groups, Tally[] opened) {
            window.range(0, 0, count);
            int words = radix.words();
            long mask = radix.keyMask();
            for (int index = 0; index < inputs.length; index++) {
                inputs[index].replay(window, chunk, words, radix.places()[index], radix.flags()[index]);
            }
            if (table == null) {
                long base = firstKey();
                for (int i = 0; i < count; i++) {
                    groups[i] = (int) ((chunk[i * words] & mask) - base);
                }
            } else {
                for (int i = 0; i < count; i++) {
                    keys[i] = chunk[i * words] & mask;
                }
                table.assign(keys, count, groups);
            }
            for (Tally tally : opened) {
                if (table != null) {
                    tally.reserve(table.size());
                }
                tally.add(window, groups, 0);
            }
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
        public long firstKey() {
            return (long) number << radix.shift();
        }

        @Override
        public int places() {
            return radix.range();
        }

        @Override
        public void close() {
            reservation.close();
        }
    }
}
