package org.narwhaldb.engine.exchange;

import org.apache.arrow.flight.FlightProducer.CallContext;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.Result;

/// Writes one action's results: intermediate ones, then an empty one, which says that the next is the last, so that
/// progress need not be held back to find out. A single zero byte is a sign of life while the action runs.
final class ActionSender {
    private static final byte[] BEAT = {0};

    private final CallContext call;
    private final StreamListener<Result> listener;
    private boolean wrote;
    private boolean ended;

    ActionSender(CallContext call, StreamListener<Result> listener) {
        this.call = call;
        this.listener = listener;
    }

    static boolean isBeat(byte[] result) {
        return result.length == 1 && result[0] == 0;
    }

    synchronized void progress(byte[] result) {
        if (!call.isCancelled()) {
            listener.onNext(new Result(result));
            wrote = true;
        }
    }

    synchronized void beat() {
        if (!ended && !wrote && !call.isCancelled()) {
            listener.onNext(new Result(BEAT));
        }
        wrote = false;
    }

    synchronized void finish(byte[] last) {
        ended = true;
        if (!call.isCancelled()) {
            listener.onNext(new Result(new byte[0]));
            listener.onNext(new Result(last));
            listener.onCompleted();
        }
    }

    synchronized void fail(Throwable failure) {
        ended = true;
        if (!call.isCancelled()) {
            listener.onError(FlightErrors.toFlight(failure));
        }
    }
}
