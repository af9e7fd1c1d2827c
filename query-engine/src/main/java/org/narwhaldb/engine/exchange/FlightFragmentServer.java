package org.narwhaldb.engine.exchange;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The serving side of the Flight exchange. Every call returns at once and runs on a worker: see [StreamGate].
final class FlightFragmentServer extends NoOpFlightProducer implements Transports.Server {
    private static final Logger LOG = LoggerFactory.getLogger(FlightFragmentServer.class);
    private static final int BACKPRESSURE_BYTES = 1 << 20;

    private final Transport.Handler handler;
    private final MemoryPool memory;
    private final BufferAllocator allocator;
    private final ExecutorService workers;
    private final InstantSource clock;
    /// Given to Flight, because the one it makes for itself stops before the last streams have ended.
    private final ExecutorService callbacks = DaemonThreads.unbounded("narwhal-flight");
    private final Set<QueryContext> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;
    private FlightServer server;

    FlightFragmentServer(
            Transport.Handler handler, MemoryPool memory, BufferAllocator allocator, ExecutorService workers,
                    InstantSource clock) {
        this.handler = handler;
        this.memory = memory;
        this.allocator = allocator;
        this.workers = workers;
        this.clock = clock;
    }

    FlightFragmentServer start(String host, int port) {
        try {
            server = FlightServer.builder(allocator, Location.forGrpcInsecure(host, port), this)
                    .backpressureThreshold(BACKPRESSURE_BYTES).executor(callbacks).build().start();
            return this;
        } catch (IOException e) {
            callbacks.shutdown();
            throw new NarwhalException(ErrorCode.INVALID_CONFIGURATION,
                    "Cannot listen on [%s:%d]: %s; is the port taken?".formatted(host, port, e.getMessage()), e);
        }
    }

    @Override
    public int port() {
        return server.getPort();
    }

    @Override
    public void getStream(CallContext call, Ticket ticket, ServerStreamListener listener) {
        StreamGate gate = new StreamGate(listener);
        try {
            workers.execute(() -> run(ticket, listener, gate));
        } catch (RejectedExecutionException e) {
            listener.error(FlightErrors.toFlight(new NarwhalException(ErrorCode.SERVER_BUSY,
                    "This server takes no more work", e)));
        }
    }

    private void run(Ticket ticket, ServerStreamListener listener, StreamGate gate) {
        try {
            FragmentRequest request = WireCodec.decodeRequest(ticket.getBytes());
            try (FragmentSender sender = new FragmentSender(request, memory, clock, gate, listener, allocator)) {
                running.add(sender.context());
                try {
                    stopIfClosing(sender.context());
                    sender.start();
                    sender.finish(handler.execute(request, sender.context(), sender::offer));
                } finally {
                    running.remove(sender.context());
                }
            }
            listener.completed();
        } catch (Throwable failure) {
            refuse(listener, failure);
        }
    }

    private void stopIfClosing(QueryContext context) {
        if (closing) {
            context.cancel(new NarwhalException(ErrorCode.SERVER_UNREACHABLE, "The server is stopping"));
        }
    }

    private static void refuse(ServerStreamListener listener, Throwable failure) {
        if (!(failure instanceof NarwhalException)) {
            LOG.error("A fragment failed unexpectedly", failure);
        }
        try {
            listener.error(FlightErrors.toFlight(failure));
        } catch (RuntimeException e) {
            LOG.debug("The caller was gone before the error [{}] reached it", failure.getMessage(), e);
        }
    }

    @Override
    public void doAction(CallContext call, Action action, StreamListener<Result> listener) {
        try {
            workers.execute(() -> act(call, action, listener));
        } catch (RejectedExecutionException e) {
            listener.onError(FlightErrors.toFlight(new NarwhalException(ErrorCode.SERVER_BUSY,
                    "This server takes no more work", e)));
        }
    }

    /// An action runs to its end even if its caller goes: it may be in the middle of a commit.
    private void act(CallContext call, Action action, StreamListener<Result> listener) {
        try {
            byte[] last = handler.call(action.getType(), action.getBody(), progress -> {
                if (!call.isCancelled()) {
                    listener.onNext(new Result(progress));
                }
            });
            if (!call.isCancelled()) {
                // The empty result says that the next is the last, so that progress need not be held back to find out.
                listener.onNext(new Result(new byte[0]));
                listener.onNext(new Result(last));
                listener.onCompleted();
            }
        } catch (Throwable failure) {
            if (!call.isCancelled()) {
                listener.onError(FlightErrors.toFlight(failure));
            }
        }
    }

    /// Running fragments end with SERVER_UNREACHABLE, so that their callers turn to another server.
    @Override
    public void close() {
        closing = true;
        running.forEach(this::stopIfClosing);
        try {
            server.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        callbacks.shutdown();
    }
}
