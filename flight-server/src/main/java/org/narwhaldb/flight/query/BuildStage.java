package org.narwhaldb.flight.query;

import java.util.function.Supplier;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.operator.Broadcast;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// One BUILD fragment of a running query: runs once, on a thread of its own, and is kept whole. Whoever needs it waits. It is there only
/// when each part of what it reads has ended with a trailer that checks, so a leaf that joins with it joins with all of it.
final class BuildStage implements Runnable {
    private final Fragment fragment;
    private final Supplier<Operator> operator;
    private final QueryContext context;
    private Broadcast rows;
    private NarwhalException failure;
    private boolean isClosed;

    BuildStage(Fragment fragment, Supplier<Operator> operator, QueryContext context) {
        this.fragment = fragment;
        this.operator = operator;
        this.context = context;
        context.onCancel(this::wake);
    }

    private synchronized void wake() {
        notifyAll();
    }

    @Override
    public void run() {
        try (Operator source = operator.get()) {
            Broadcast collected = Broadcast.collect(fragment.id(), fragment.root().output(), source, context);
            synchronized (this) {
                rows = collected;
                if (isClosed) {
                    rows.close();
                }
                notifyAll();
            }
        } catch (NarwhalException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(new NarwhalException(ErrorCode.INTERNAL,
                    "Query [%s] met a defect in fragment [%d]: %s".formatted(context.queryId(), fragment.id(), e), e));
        }
    }

    private synchronized void fail(NarwhalException reason) {
        failure = reason;
        notifyAll();
    }

    /// Waits until the rows are there.
    synchronized Broadcast get() {
        while (rows == null && failure == null) {
            context.check();
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NarwhalException(ErrorCode.QUERY_CANCELLED, "Interrupted while waiting for a join's smaller side", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return rows;
    }

    /// To be called when the query has ended, whether or not the stage has.
    synchronized void close() {
        isClosed = true;
        if (rows != null) {
            rows.close();
        }
    }
}
