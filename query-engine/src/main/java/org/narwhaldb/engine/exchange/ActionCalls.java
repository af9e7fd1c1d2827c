package org.narwhaldb.engine.exchange;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.arrow.flight.FlightProducer.CallContext;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.Result;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The serving side of [Transport#call] over Flight. The results of an action are intermediate ones, then an empty one, which
/// says that the next is the last, so that progress need not be held back to find out. A single zero byte is a sign of
/// life while the action runs.
///
/// An action runs to its end even if its caller goes: it may be in the middle of a commit.
public final class ActionCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ActionCalls.class);
    private static final byte[] BEAT = {0};

    private final ExecutorService workers;
    private final ScheduledExecutorService timer = DaemonThreads.timer("narwhal-action-beat");
    private final Set<Sender> running = ConcurrentHashMap.newKeySet();

    public ActionCalls(ExecutorService workers) {
        this.workers = workers;
        timer.scheduleWithFixedDelay(this::beat, Liveness.BEAT.toMillis(), Liveness.BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    static boolean isBeat(byte[] result) {
        return result.length == 1 && result[0] == 0;
    }

    /// Runs `action` on a worker; it is handed where progress goes and returns the last result.
    public void run(CallContext call, StreamListener<Result> listener, Function<Consumer<byte[]>, byte[]> action) {
        Sender sender = new Sender(call, listener);
        running.add(sender);
        try {
            workers.execute(() -> {
                try {
                    sender.finish(action.apply(sender::progress));
                } catch (Throwable failure) {
                    sender.fail(failure);
                } finally {
                    running.remove(sender);
                }
            });
        } catch (RejectedExecutionException e) {
            running.remove(sender);
            sender.fail(new NarwhalException(ErrorCode.SERVER_BUSY, "This server takes no more work", e));
        }
    }

    private void beat() {
        for (Sender sender : running) {
            try {
                sender.beat();
            } catch (RuntimeException e) {
                LOG.debug("A caller was gone before a sign of life reached it", e);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private static final class Sender {
        private final CallContext call;
        private final StreamListener<Result> listener;
        private boolean wrote;
        private boolean ended;

        private Sender(CallContext call, StreamListener<Result> listener) {
            this.call = call;
            this.listener = listener;
        }

        private synchronized void progress(byte[] result) {
            if (!call.isCancelled()) {
                listener.onNext(new Result(result));
                wrote = true;
            }
        }

        private synchronized void beat() {
            if (!ended && !wrote && !call.isCancelled()) {
                listener.onNext(new Result(BEAT));
            }
            wrote = false;
        }

        private synchronized void finish(byte[] last) {
            ended = true;
            if (!call.isCancelled()) {
                listener.onNext(new Result(new byte[0]));
                listener.onNext(new Result(last));
                listener.onCompleted();
            }
        }

        private synchronized void fail(Throwable failure) {
            ended = true;
            if (!call.isCancelled()) {
                listener.onError(FlightErrors.toFlight(failure));
            }
        }
    }
}
