package org.narwhaldb.engine.exchange;

import io.grpc.netty.NettyServerBuilder;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What every Flight server of Narwhal sets on gRPC's: clients may ping, and one that is gone without a word is noticed,
/// so that what it asked for does not run to its deadline.
public final class FlightServers {
    /// The name under which Flight's server takes a customiser of gRPC's builder.
    public static final String BUILDER_HINT = "grpc.builderConsumer";
    private static final long PING_SECONDS = 20;
    private static final long PING_TIMEOUT_SECONDS = 20;

    public static final Consumer<NettyServerBuilder> KEEP_ALIVE = builder -> builder
            .permitKeepAliveTime(Liveness.KEEP_ALIVE_PERMITTED.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(PING_TIMEOUT_SECONDS, TimeUnit.SECONDS);

    private FlightServers() {}
}
