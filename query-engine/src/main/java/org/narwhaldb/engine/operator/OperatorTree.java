package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.profile.PlanMeter;
import org.narwhaldb.engine.scan.ScanMetrics;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The root of a running plan: keeps the end final, gives every failure a type, and counts what was scanned.
public final class OperatorTree implements Operator {
    private final Operator root;
    private final QueryContext context;
    private final ScanMetrics metrics;
    /// null if nobody measures
    private final PlanMeter meter;
    private boolean isDone;
    private boolean isClosed;

    OperatorTree(Operator root, ScanMetrics metrics, QueryContext context, PlanMeter meter) {
        this.meter = meter;
        this.root = root;
        this.metrics = metrics;
        this.context = context;
    }

    public ScanMetrics metrics() {
        return metrics;
    }

    @Override
    public Batch next() {
        if (isDone) {
            return null;
        }
        context.check();
        try {
            Batch batch = root.next();
            isDone = batch == null;
            return batch;
        } catch (NarwhalException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new NarwhalException(ErrorCode.INTERNAL,
                    "Query [%s] met a defect of the engine: [%s]; please report it".formatted(context.queryId(), e), e);
        }
    }

    @Override
    public boolean yieldsGroupsOnce() {
        return root.yieldsGroupsOnce();
    }

    @Override
    public void close() {
        isDone = true;
        root.close();
        if (meter != null && !isClosed) {
            meter.scanned(metrics);
        }
        isClosed = true;
    }
}
