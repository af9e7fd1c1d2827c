package org.narwhaldb.engine.scan;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.PlanNode;

/// The matching live rows of the given segments, one segment after the other, each in row order.
public final class ScanOperator implements Operator {
    private final ScanShape shape;
    private final List<ScanTask> tasks;
    private final ScanMetrics metrics;
    private final QueryContext context;
    private int nextTask;
    private SegmentScan current;
    private boolean isClosed;

    public ScanOperator(PlanNode.Scan node, List<ScanTask> tasks, ScanMetrics metrics, QueryContext context) {
        this.shape = ScanShape.of(node);
        this.tasks = tasks;
        this.metrics = metrics;
        this.context = context;
    }

    @Override
    public Batch next() {
        while (!isClosed) {
            context.check();
            if (current == null) {
                if (nextTask == tasks.size()) {
                    return null;
                }
                current = new SegmentScan(shape, tasks.get(nextTask++), metrics, context);
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
