package org.narwhaldb.flight.sql;

import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.Result;
import org.narwhaldb.engine.exchange.FlightErrors;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Narwhal's own actions beside Flight SQL's: `narwhal.load`, `narwhal.serve`, `narwhal.drop`, `narwhal.status`,
/// `narwhal.node.drain`, `narwhal.node.remove`, with JSON bodies. Each result is a progress message, the last one the outcome.
public final class ControlActions {
    public static final String LOAD = "narwhal.load";
    public static final String SERVE = "narwhal.serve";
    public static final String DROP = "narwhal.drop";
    public static final String STATUS = "narwhal.status";
    public static final String NODE_DRAIN = "narwhal.node.drain";
    public static final String NODE_REMOVE = "narwhal.node.remove";
    private static final Set<String> NAMES = Set.of(LOAD, SERVE, DROP, STATUS, NODE_DRAIN, NODE_REMOVE);

    /// Carries an action out; `progress` may be called any number of times.
    public interface Control {
        byte[] run(String action, byte[] body, Consumer<byte[]> progress);
    }

    private final Control control;
    private final ExecutorService workers;

    ControlActions(Control control, ExecutorService workers) {
        this.control = control;
        this.workers = workers;
    }

    boolean handles(String action) {
        return NAMES.contains(action);
    }

    void run(String action, byte[] body, StreamListener<Result> listener) {
        try {
            workers.execute(() -> {
                try {
                    byte[] outcome = control.run(action, body, progress -> listener.onNext(new Result(progress)));
                    listener.onNext(new Result(outcome));
                    listener.onCompleted();
                } catch (NarwhalException e) {
                    listener.onError(FlightErrors.toFlight(e));
                } catch (RuntimeException e) {
                    listener.onError(FlightErrors.toFlight(new NarwhalException(ErrorCode.INTERNAL, "Internal error: " + e, e)));
                }
            });
        } catch (RejectedExecutionException e) {
            listener.onError(FlightErrors.toFlight(new NarwhalException(ErrorCode.SERVER_BUSY, "The front end is stopping", e)));
        }
    }
}
