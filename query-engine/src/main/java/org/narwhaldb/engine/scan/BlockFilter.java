package org.narwhaldb.engine.scan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.Segment;
import org.roaringbitmap.ContainerPointer;
import org.roaringbitmap.RoaringBitmap;

/// Which rows of each block of one segment live and pass a scan's predicate, as a bitmap.
///
/// The predicate is compiled once for the segment: into tests of its codes, residuals and bitmaps where a kernel can ask
/// them, into [ExpressionTest] where not. A block is answered from statistics if they suffice; else the tests take rows out
/// of its bitmap one after the other, the cheapest first, until none is left.
///
/// One thread at a time; [#another] gives a filter for a second one. Closing it gives its memory back.
public final class BlockFilter implements AutoCloseable {
    private final Segment segment;
    private final RoaringBitmap liveRows;
    private final QueryContext context;
    private final Reservation reservation;
    private final List<BlockTest> tests;
    private final List<BlockTest> open = new ArrayList<>();
    private final BlockRows rows = new BlockRows();

    private BlockFilter(ScanTask task, QueryContext context, Reservation reservation, List<BlockTest> tests) {
        segment = task.segment();
        liveRows = task.liveRows();
        this.context = context;
        this.reservation = reservation;
        this.tests = tests;
    }

    /// @param scan its columns and predicate; what the segment lacks of the columns reads as NULL
    public static BlockFilter of(PlanNode.Scan scan, ScanTask task, QueryContext context) {
        return of(ScanShape.of(scan), task, context);
    }

    static BlockFilter of(ScanShape shape, ScanTask task, QueryContext context) {
        Reservation reservation = new Reservation(context.memory());
        try {
            ScanColumn[] columns = new ScanColumn[shape.columns().size()];
            for (int column = 0; column < columns.length; column++) {
                columns[column] = new ScanColumn(task.segment(), shape.columns().get(column), reservation);
            }
            FilterCompiler compiler = new FilterCompiler(task.segment(), columns, reservation, context);
            List<BlockTest> tests = new ArrayList<>(compiler.compileAll(shape.conjuncts()));
            shape.keyFilters().stream().map(filter -> KeySetTest.of(task.segment(), columns[filter.column()], filter.keys()))
                    .filter(Objects::nonNull).forEach(tests::add);
            tests.sort(Comparator.comparingInt(BlockTest::cost));
            return new BlockFilter(task, context, reservation, List.copyOf(tests));
        } catch (RuntimeException e) {
            reservation.close();
            throw e;
        }
    }

    /// The same filter for another thread; what was found out of dictionaries is shared. It is valid until this one is
    /// closed, and to be closed itself.
    public BlockFilter another() {
        Reservation own = reservation.another();
        return new BlockFilter(new ScanTask(segment, liveRows), context, own,
                tests.stream().map(test -> test.another(own)).toList());
    }

    /// How rows are chosen, as EXPLAIN ANALYZE names it; empty if no test chooses.
    public String path() {
        return tests.stream().map(BlockTest::path).collect(Collectors.joining(", "));
    }

    /// Rows of the block that live.
    public int liveCount(int block) {
        int rowCount = segment.blockRowCount(block);
        long first = (long) block * Segment.BLOCK_ROWS;
        return liveRows == null ? rowCount : (int) liveRows.rangeCardinality(first, first + rowCount);
    }

    /// Whether statistics leave open that a live row of the block passes. Reads no value.
    public boolean mayPass(int block) {
        return liveCount(block) > 0 && openTests(block);
    }

    /// How many live rows of the block pass. If it is all rows of the block, the bitmap is left as it was; else, if it is
    /// not 0, the bitmap's first words say which, lowest bit first, with 0 behind the block's last row.
    ///
    /// @param bitmap of [Bitmaps#WORDS]
    public int select(int block, long[] bitmap) {
        int live = liveCount(block);
        if (live == 0 || !openTests(block)) {
            return 0;
        }
        int rowCount = segment.blockRowCount(block);
        if (open.isEmpty() && live == rowCount) {
            return rowCount;
        }
        context.check();
        if (live == rowCount) {
            Bitmaps.fill(bitmap, rowCount);
        } else {
            copyLive(block, rowCount, bitmap);
        }
        rows.start(block, rowCount, bitmap, live);
        for (BlockTest test : open) {
            test.keep(rows);
            if (rows.count() == 0) {
                return 0;
            }
        }
        return rows.count();
    }

    /// Gathers the tests that the block's statistics leave open; false if one of them lets no row through.
    private boolean openTests(int block) {
        open.clear();
        for (BlockTest test : tests) {
            switch (test.verdict(block)) {
                case NONE -> {
                    return false;
                }
                case SOME -> open.add(test);
                case ALL -> { }
            }
        }
        return true;
    }

    /// A container of the Roaring format covers just the rows of a block.
    private void copyLive(int block, int rowCount, long[] bitmap) {
        Arrays.fill(bitmap, 0, Bitmaps.words(rowCount), 0);
        ContainerPointer pointer = liveRows.getContainerPointer();
        while (pointer.getContainer() != null && pointer.key() < block) {
            pointer.advance();
        }
        if (pointer.getContainer() == null || pointer.key() != block) {
            return;
        }
        pointer.getContainer().copyBitmapTo(bitmap, 0);
        int tail = rowCount % Long.SIZE;
        if (tail != 0) {
            bitmap[rowCount / Long.SIZE] &= (1L << tail) - 1;
        }
    }

    @Override
    public void close() {
        reservation.close();
    }
}
