package org.narwhaldb.engine.leaf;

import java.util.List;
import java.util.stream.IntStream;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.segment.Segment;

/// How rows of many groups are first put where the rest of their group is: in partitions whose groups stay in the cache
/// while they are added up. Radix partitioning before aggregation: Manegold, Boncz, Kersten, "Optimizing main-memory join on
/// modern hardware", 2002.
///
/// A row is its key, with a bit above it for each input that skips it, and a long for each input with values.
///
/// @param shift the key without as many of its lowest bits is the partition; or -1: bits of its hash are
/// @param partitions how many there are
/// @param groupsPerRow of the rows of a partition, so many are expected to be the first of their group
/// @param flags by input the bit that says the row is skipped, or 0
/// @param places by input where a row has its value, or 0
/// @param words of a row
record RadixPlan(int shift, int partitions, double groupsPerRow, long[] flags, int[] places, int words) {
    private static final long ROWS_MIN = 1 << 15;
    private static final long GROUPS_MIN = 1 << 14;
    /// If fewer rows than one of these show a new group, a hash table is as good.
    private static final int ROWS_PER_GROUP_MAX = 8;
    private static final int GROUPS_PER_PARTITION = 1 << 15;
    private static final int PARTITIONS_MAX = 1 << 9;
    private static final int RANGE_BITS = 16;
    private static final int RANGES_MAX = 1 << 11;
    /// Groups that there can be for each one that is there.
    private static final int PLACES_PER_GROUP_MAX = 8;
    private static final int SAMPLES = 4;
    /// What is selected must be so much more than what is sampled.
    private static final long SAMPLES_WORTH = 2;
    /// Of a few blocks.
    private static final int ROWS_SAMPLED = 4 * Window.ROWS_MAX;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    /// Null if rows are better added to their groups at once.
    static RadixPlan of(LeafPlan plan, QueryContext context) {
        LeafMeasures measures = plan.measures();
        if (plan.rows() < ROWS_MIN || plan.rowsSelected() < ROWS_MIN
                || !measures.inputs().stream().allMatch(RadixPlan::isPlain)
                || !measures.tallies().stream().allMatch(RadixPlan::isReplayed)) {
            return null;
        }
        List<InputPlan> inputs = measures.inputs();
        long[] flags = new long[inputs.size()];
        int[] places = new int[flags.length];
        long flag = Long.MIN_VALUE;
        int words = 1;
        for (int index = 0; index < flags.length; index++) {
            InputPlan input = inputs.get(index);
            if (!input.neverSkips()) {
                flags[index] = flag;
                flag >>>= 1;
            }
            places[index] = input.values() == InputPlan.Values.NONE ? 0 : words++;
        }
        if (Long.compareUnsigned(flag, plan.product()) < 0) {
            return null;
        }
        boolean isSampledWhole = plan.blockCount() >= 2 * SAMPLES;
        if (isSampledWhole && plan.rowsSelected() < SAMPLES_WORTH * SAMPLES * Segment.BLOCK_ROWS) {
            return null;
        }
        double groupsPerRow = groupsPerRow(plan, isSampledWhole, context);
        double groups = groupsPerRow * plan.rowsSelected();
        if (groupsPerRow * ROWS_PER_GROUP_MAX < 1 || groups < GROUPS_MIN) {
            return null;
        }
        long ranges = (plan.product() - 1 >>> RANGE_BITS) + 1;
        if (ranges <= RANGES_MAX && plan.product() <= PLACES_PER_GROUP_MAX * groups) {
            return new RadixPlan(RANGE_BITS, (int) ranges, groupsPerRow, flags, places, words);
        }
        int partitions = 2;
        while (partitions < PARTITIONS_MAX && groups / partitions > GROUPS_PER_PARTITION) {
            partitions *= 2;
        }
        return new RadixPlan(-1, partitions, groupsPerRow, flags, places, words);
    }

    private static boolean isPlain(InputPlan input) {
        return input.source() != InputPlan.Source.EXPRESSION || switch (input.argument().type().physical()) {
            case LONG, DOUBLE, BOOLEAN -> true;
            case INT128, BYTES, NESTED -> input.values() == InputPlan.Values.NONE;
        };
    }

    private static boolean isReplayed(TallyPlan tally) {
        return switch (tally.kind()) {
            case ROWS, SEEN, PACKED, PLAIN, WIDE, DOUBLES, MIN, MAX, MIN_DOUBLE, MAX_DOUBLE, VARIANCE -> true;
            default -> false;
        };
    }

    /// How many rows of some block are of a group that some others have not shown.
    private static double groupsPerRow(LeafPlan plan, boolean isSampledWhole, QueryContext context) {
        try (Reservation reservation = new Reservation(context.memory())) {
            LongGroupTable table = new LongGroupTable(reservation, 0);
            GroupIds ids = new GroupIds(plan, reservation);
            Window window = new Window();
            int[] groups = new int[Window.ROWS_MAX];
            int before = 0;
            int rows = 1;
            for (int sample = 0; sample < SAMPLES; sample++) {
                context.check();
                int place = (int) ((2L * sample + 1) * plan.blockCount() / (2 * SAMPLES));
                before = table.size();
                rows = Math.min(isSampledWhole ? Segment.BLOCK_ROWS : ROWS_SAMPLED,
                        plan.segment(place).blockRowCount(plan.block(place)));
                for (int first = 0; first < rows; first += Window.ROWS_MAX) {
                    window.range(plan.block(place), first, Math.min(Window.ROWS_MAX, rows - first));
                    table.assign(ids.of(plan.task(place), window), window.count(), groups);
                }
                if (!isSampledWhole) {
                    return (double) table.size() / rows;
                }
            }
            return (double) (table.size() - before) / rows;
        }
    }

    int partition(long key) {
        return shift >= 0 ? (int) (key >>> shift) : (int) (key * MULTIPLIER >>> Long.numberOfLeadingZeros(partitions - 1L));
    }

    /// Whether a partition is a range of keys, each of which has its place.
    boolean isRange() {
        return shift >= 0;
    }

    /// Keys of a partition that is a range.
    int range() {
        return 1 << shift;
    }

    long keyMask() {
        return ~IntStream.range(0, flags.length).mapToLong(index -> flags[index]).reduce(0, (a, b) -> a | b);
    }

    /// As EXPLAIN names it.
    String path() {
        return "in " + partitions + (isRange() ? " ranges" : " partitions");
    }
}
