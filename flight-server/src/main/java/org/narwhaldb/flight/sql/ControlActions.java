package org.narwhaldb.flight.sql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.arrow.flight.FlightProducer.CallContext;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.Result;
import org.narwhaldb.engine.exchange.ActionCalls;
import org.narwhaldb.engine.exchange.FlightErrors;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Narwhal's own actions beside Flight SQL's: `narwhal.load`, `narwhal.serve`, `narwhal.drop`, `narwhal.status`,
/// `narwhal.node.drain`, `narwhal.node.remove`, with JSON bodies. Each result is a progress message, the last one the outcome.
public final class ControlActions implements AutoCloseable {
    public static final String LOAD = "narwhal.load";
    public static final String SERVE = "narwhal.serve";
    public static final String DROP = "narwhal.drop";
    public static final String STATUS = "narwhal.status";
    public static final String NODE_DRAIN = "narwhal.node.drain";
    public static final String NODE_REMOVE = "narwhal.node.remove";
    /// Cancels a query that runs on another front end.
    public static final String CANCEL = "narwhal.cancel";
    /// Between front ends, in the form of the exchange between processes.
    public static final String PEER_CATCH_UP = "narwhal.peer.catch-up";
    public static final String PEER_CANCEL = "narwhal.peer.cancel";
    private static final Set<String> PEER_NAMES = Set.of(PEER_CATCH_UP, PEER_CANCEL);
    private static final Set<String> NAMES = Set.of(LOAD, SERVE, DROP, STATUS, NODE_DRAIN, NODE_REMOVE);

    /// Carries an action out; `progress` may be called any number of times.
    public interface Control {
        byte[] run(String action, byte[] body, Consumer<byte[]> progress);
    }

    private final Control control;
    private final ExecutorService workers;
    private final ActionCalls peerCalls;

    ControlActions(Control control, ExecutorService workers) {
        this.control = control;
        this.workers = workers;
        this.peerCalls = new ActionCalls(workers);
    }

    boolean handles(String action) {
        return NAMES.contains(action) || PEER_NAMES.contains(action);
    }

    /// Whether another front end runs the query, and has cancelled it.
    boolean cancelElsewhere(String queryId) {
        byte[] body = JsonNodeFactory.instance.objectNode().put("queryId", queryId).toString().getBytes(StandardCharsets.UTF_8);
        return new String(control.run(CANCEL, body, _ -> { }), StandardCharsets.UTF_8).contains("true");
    }

    @Override
    public void close() {
        peerCalls.close();
    }

    void run(CallContext call, String action, byte[] body, StreamListener<Result> listener) {
        if (PEER_NAMES.contains(action)) {
            peerCalls.run(call, listener, progress -> control.run(action, body, progress));
            return;
        }
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
            listener.onError(FlightErrors.toFlight(
                    new NarwhalException(ErrorCode.SERVER_STOPPING, "This front end is stopping; connect to another one", e)));
        }
    }
}
