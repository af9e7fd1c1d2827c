package org.narwhaldb.flight.sql;

import java.time.Duration;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Holds one DoGet's producer back until the client can take more. Make it on the gRPC thread, before `getStream` returns: gRPC runs
/// the readiness and cancel handlers of a call on the same serial executor as `getStream`, so a producer that waited in there would
/// never be woken.
final class Gate {
    private final ServerStreamListener listener;

    Gate(ServerStreamListener listener, Runnable onCancel) {
        this.listener = listener;
        listener.setOnReadyHandler(this::ring);
        listener.setOnCancelHandler(() -> {
            onCancel.run();
            ring();
        });
    }

    private synchronized void ring() {
        notifyAll();
    }

    /// Returns when the client can take a batch; false if it has gone.
    ///
    /// @throws NarwhalException QUERY_TIMEOUT if it took nothing for `patience`
    synchronized boolean await(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!listener.isCancelled()) {
            if (listener.isReady()) {
                return true;
            }
            long leftMillis = (end - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                throw NarwhalException.of(ErrorCode.QUERY_TIMEOUT, "The client took nothing for [%s]; the query ends", patience);
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }
}
