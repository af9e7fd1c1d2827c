package org.narwhaldb.engine.scan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.PlanNode;

/// The matching live rows of the given segments: one segment after the other, each in row order; or, under a top-N, block
/// by block with the most promising first.
public final class ScanOperator implements Operator {
    private final ScanShape shape;
    private final List<ScanTask> tasks;
    private final ScanThreshold threshold;
    private final SharedScan shared;
    private final ScanMetrics metrics;
    private final QueryContext context;
    private final List<Supplier<KeyFilter>> unresolved = new ArrayList<>();
    private final List<SegmentScan> ranked = new ArrayList<>();
    private List<KeyFilter> keyFilters;
    private List<RankedBlock> blocks;
    private int next;
    private SegmentScan current;
    private SegmentScan last;
    private boolean isClosed;

    private record RankedBlock(SegmentScan scan, int block, double rank) {}

    /// @param shared with other scans of the same segments and the same predicate, or null
    /// @param threshold of the top-N that reads this scan, or null
    public ScanOperator(PlanNode.Scan node, List<ScanTask> tasks, SharedScan shared, ScanThreshold threshold, ScanMetrics metrics,
            QueryContext context) {
        this.shared = shared;
        this.shape = ScanShape.of(node);
        this.tasks = tasks;
        this.threshold = threshold;
        this.metrics = metrics;
        this.context = context;
    }

    /// A row matters only if its value of the scan column is among the keys.
    ///
    /// @param keys asked for once, at the first row; null from it: any value may be
    public void leaveOut(int column, Supplier<KeySet> keys) {
        unresolved.add(() -> new KeyFilter(column, keys.get()));
    }

    private void resolve() {
        keyFilters = unresolved.stream().map(Supplier::get).filter(filter -> filter.keys() != null).toList();
    }

    @Override
    public Batch next() {
        if (keyFilters == null) {
            resolve();
        }
        if (threshold != null && blocks == null && !isClosed) {
            rankBlocks();
        }
        while (!isClosed) {
            context.check();
            Batch batch = current == null ? null : current.next();
            if (batch != null) {
                return batch;
            }
            if (!(threshold == null ? nextSegment() : nextBlock())) {
                return null;
            }
        }
        return null;
    }

    private boolean nextSegment() {
        if (current != null) {
            current.close();
            last = current;
            current = null;
        }
        if (next == tasks.size()) {
            return false;
        }
        current = new SegmentScan(shape.with(keyFilters), tasks.get(next++), shared, null, metrics, context);
        current.startAll();
        return true;
    }

    private void rankBlocks() {
        blocks = new ArrayList<>();
        for (ScanTask task : tasks) {
            context.check();
            SegmentScan scan = new SegmentScan(shape.with(keyFilters), task, shared, threshold, metrics, context);
            ranked.add(scan);
            for (int block : scan.blocks()) {
                blocks.add(new RankedBlock(scan, block, scan.rank(block)));
            }
        }
        blocks.sort(Comparator.comparingDouble(RankedBlock::rank));
    }

    private boolean nextBlock() {
        if (next == blocks.size()) {
            return false;
        }
        RankedBlock best = blocks.get(next++);
        current = best.scan();
        current.start(best.block());
        return true;
    }

    /// Of one of the segments.
    @Override
    public String path() {
        SegmentScan scan = current != null ? current : last;
        return scan == null ? "" : scan.path();
    }

    @Override
    public void close() {
        isClosed = true;
        if (current != null) {
            current.close();
            current = null;
        }
        ranked.forEach(SegmentScan::close);
        ranked.clear();
    }
}
