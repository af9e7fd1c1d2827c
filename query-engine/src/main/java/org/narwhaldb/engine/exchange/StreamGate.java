package org.narwhaldb.engine.exchange;

import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Lets the producer of one DoGet stream write only while the client takes, and wakes it when the client goes.
///
/// Make it inside `getStream`, before that returns, and write from another thread: gRPC runs the readiness and
/// cancellation callbacks of a call on the same serial executor as `getStream`, so a producer that loops there is never
/// woken.
public final class StreamGate {
    private final ServerStreamListener listener;
    private QueryContext context;

    public StreamGate(ServerStreamListener listener) {
        this.listener = listener;
        listener.setOnReadyHandler(this::ring);
        listener.setOnCancelHandler(this::cancel);
    }

    /// From here on the client's going cancels the query, and the query's end wakes the producer. Call once.
    public void bind(QueryContext query) {
        synchronized (this) {
            context = query;
        }
        query.onCancel(this::ring);
        if (listener.isCancelled()) {
            cancel();
        }
    }

    /// Returns when the next batch may be written.
    ///
    /// @throws NarwhalException why the query ended: cancelled, past its deadline, the client gone
    public synchronized void awaitReady() {
        while (true) {
            if (listener.isCancelled()) {
                context.cancel(clientGone());
            }
            context.check();
            if (listener.isReady()) {
                return;
            }
            try {
                wait(Math.max(1, context.remaining().toMillis() + 1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NarwhalException(ErrorCode.QUERY_CANCELLED,
                        "Query [%s] was interrupted while it waited for its client".formatted(context.queryId()), e);
            }
        }
    }

    private void cancel() {
        QueryContext bound;
        synchronized (this) {
            bound = context;
        }
        if (bound != null) {
            bound.cancel(clientGone());
        }
        ring();
    }

    private NarwhalException clientGone() {
        return new NarwhalException(ErrorCode.QUERY_CANCELLED, "The caller has cancelled the query or is gone");
    }

    private synchronized void ring() {
        notifyAll();
    }
}
