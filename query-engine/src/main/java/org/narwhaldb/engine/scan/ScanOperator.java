package org.narwhaldb.engine.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.PlanNode;

/// The matching live rows of the given segments, one segment after the other, each in row order.
public final class ScanOperator implements Operator {
    private final ScanShape shape;
    private final List<ScanTask> tasks;
    private final ScanFilters filters;
    private final ScanMetrics metrics;
    private final QueryContext context;
    private final List<Supplier<KeyFilter>> unresolved = new ArrayList<>();
    private List<KeyFilter> keyFilters;
    private int nextTask;
    private SegmentScan current;
    private boolean isClosed;

    /// @param filters shared with other scans of the same segments and the same predicate, or null
    public ScanOperator(PlanNode.Scan node, List<ScanTask> tasks, ScanFilters filters, ScanMetrics metrics, QueryContext context) {
        this.filters = filters;
        this.shape = ScanShape.of(node);
        this.tasks = tasks;
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
        while (!isClosed) {
            context.check();
            if (current == null) {
                if (nextTask == tasks.size()) {
                    return null;
                }
                current = new SegmentScan(shape.with(keyFilters), tasks.get(nextTask++), filters, metrics, context);
            }
            Batch batch = current.next();
            if (batch != null) {
                return batch;
            }
            current.close();
            current = null;
        }
        return null;
    }

    @Override
    public void close() {
        isClosed = true;
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
