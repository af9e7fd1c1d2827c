package org.narwhaldb.engine.exchange;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// How the two sides of a Flight exchange know that the other lives. The serving side sends a sign of life while it has
/// nothing else to send ([#BEAT]); the calling side gives up a call whose peer is silent ([SilenceWatch]).
///
/// Both run on a platform thread: virtual threads wait for a carrier while all of them compute.
final class Liveness implements AutoCloseable {
    /// How often the serving side looks whether a call needs a sign of life: one comes at least every two beats.
    static final Duration BEAT = Duration.ofMillis(250);
    /// A fragment's server that says nothing for so long is given up: the fragment is tried elsewhere.
    static final Duration FRAGMENT_SILENCE = Duration.ofSeconds(2);
    /// An action may change something, so that trying again elsewhere costs more.
    static final Duration ACTION_SILENCE = Duration.ofSeconds(3);
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    /// gRPC's own pings find connections that died while no call waited; 10 s is the shortest that it takes.
    static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(3);
    /// Clients may ping so often; gRPC's default of five minutes would end their connections.
    static final Duration KEEP_ALIVE_PERMITTED = Duration.ofSeconds(5);

    /// Carries a call's watch from the caller to the interceptor.
    static final Context.Key<SilenceWatch> WATCH = Context.key("narwhal-silence-watch");

    private final Set<SilenceWatch> watches = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = DaemonThreads.timer("narwhal-silence");

    Liveness() {
        timer.scheduleWithFixedDelay(this::tick, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        watches.forEach(SilenceWatch::tick);
    }

    SilenceWatch watch(Duration silence) {
        SilenceWatch watch = new SilenceWatch((int) silence.dividedBy(BEAT));
        watches.add(watch);
        return watch;
    }

    void forget(SilenceWatch watch) {
        watches.remove(watch);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /// Tells a call's watch what the connection delivers. A tracer and no listener: it hears of messages on the
    /// connection's thread, however late the caller's own gets to run.
    static final ClientInterceptor INTERCEPTOR = new ClientInterceptor() {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            SilenceWatch watch = WATCH.get();
            return next.newCall(method, watch == null ? options : options.withStreamTracerFactory(tracers(watch)));
        }
    };

    private static ClientStreamTracer.Factory tracers(SilenceWatch watch) {
        return new ClientStreamTracer.Factory() {
            @Override
            public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
                return new ClientStreamTracer() {
                    @Override
                    public void inboundMessage(int number) {
                        watch.arrived();
                    }

                    @Override
                    public void streamClosed(Status status) {
                        watch.ended();
                    }
                };
            }
        };
    }
}
