package org.narwhaldb.engine.exchange;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    private final ScheduledExecutorService timer = DaemonThreads.timer("narwhal-beat");
    private final Set<FragmentSender> senders = ConcurrentHashMap.newKeySet();
    private final ActionCalls actions;
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
        this.actions = new ActionCalls(workers);
    }

    FlightFragmentServer start(String host, int port) {
        try {
            server = FlightServer.builder(allocator, Location.forGrpcInsecure(host, port), this)
                    .backpressureThreshold(BACKPRESSURE_BYTES).executor(callbacks)
                    .transportHint(FlightServers.BUILDER_HINT, FlightServers.KEEP_ALIVE).build().start();
            timer.scheduleWithFixedDelay(this::beat, Liveness.BEAT.toMillis(), Liveness.BEAT.toMillis(), TimeUnit.MILLISECONDS);
            return this;
        } catch (IOException e) {
            callbacks.shutdown();
            timer.shutdownNow();
            actions.close();
            throw new NarwhalException(ErrorCode.INVALID_CONFIGURATION,
                    "Cannot listen on [%s:%d]: %s; is the port taken?".formatted(host, port, e.getMessage()), e);
        }
    }

    @Override
    public int port() {
        return server.getPort();
    }

    /// The schema is sent from here and not from the worker, and beats follow it, so that the caller knows this server
    /// alive also while the fragment waits for a thread.
    @Override
    public void getStream(CallContext call, Ticket ticket, ServerStreamListener listener) {
        StreamGate gate = new StreamGate(listener);
        FragmentSender sender = null;
        try {
            FragmentRequest request = WireCodec.decodeRequest(ticket.getBytes());
            FragmentSender made = new FragmentSender(request, memory, clock, gate, listener, allocator);
            sender = made;
            senders.add(made);
            made.start();
            workers.execute(() -> run(request, made, listener));
        } catch (Throwable failure) {
            end(sender);
            refuse(listener, failure);
        }
    }

    private void run(FragmentRequest request, FragmentSender sender, ServerStreamListener listener) {
        try {
            try {
                stopIfClosing(sender.context());
                sender.finish(handler.execute(request, sender.context(), sender::offer));
            } finally {
                end(sender);
            }
            listener.completed();
        } catch (Throwable failure) {
            refuse(listener, failure);
        }
    }

    private void end(FragmentSender sender) {
        if (sender != null) {
            senders.remove(sender);
            sender.close();
        }
    }

    private void stopIfClosing(QueryContext context) {
        if (closing) {
            context.cancel(new NarwhalException(ErrorCode.SERVER_UNREACHABLE, "The server is stopping"));
        }
    }

    private void beat() {
        for (FragmentSender sender : senders) {
            try {
                sender.beat();
            } catch (RuntimeException e) {
                LOG.debug("A caller was gone before a sign of life reached it", e);
            }
        }
    }

    private static void refuse(ServerStreamListener listener, Throwable failure) {
        Throwable reason = !(failure instanceof RejectedExecutionException) ? failure
                : new NarwhalException(ErrorCode.SERVER_BUSY, "This server takes no more work", failure);
        if (!(reason instanceof NarwhalException)) {
            LOG.error("A fragment failed unexpectedly", reason);
        }
        try {
            listener.error(FlightErrors.toFlight(reason));
        } catch (RuntimeException e) {
            LOG.debug("The caller was gone before the error [{}] reached it", reason.getMessage(), e);
        }
    }

    @Override
    public void doAction(CallContext call, Action action, StreamListener<Result> listener) {
        actions.run(call, listener, progress -> handler.call(action.getType(), action.getBody(), progress));
    }

    /// Running fragments end with SERVER_UNREACHABLE, so that their callers turn to another server.
    @Override
    public void close() {
        closing = true;
        senders.forEach(sender -> stopIfClosing(sender.context()));
        try {
            server.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timer.shutdownNow();
        actions.close();
        callbacks.shutdown();
    }
}
