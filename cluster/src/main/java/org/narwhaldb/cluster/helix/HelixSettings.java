package org.narwhaldb.cluster.helix;

import java.time.Duration;
import java.util.Map;

/// The one place that sets what Helix and ZooKeeper read from system properties. A property that is already set
/// stays, so that tests and operators can override with `-D`.
///
/// Most are read when the first Helix or ZooKeeper class loads or a connection opens: call [#apply] before either.
public final class HelixSettings {
    private static final String SESSION_TIMEOUT = "zk.session.timeout";
    private static final String CONNECTION_TIMEOUT = "zk.connection.timeout";

    private static final Map<String, String> DEFAULTS = Map.of(
            SESSION_TIMEOUT, "8000",
            CONNECTION_TIMEOUT, "15000",
            // Helix retries for 24 hours by default: a call would hang instead of failing.
            "zk.operation.retry.timeout.ms", "30000",
            // Within this window Helix disables a participant that reconnected often; 1 ms switches that off.
            "helixmanager.flappingTimeWindow", "1",
            // How long a manager that leaves waits for a ZooKeeper that is away.
            "helixmanager.waitForConnectedTimeout", "3000",
            "jute.maxbuffer", "4194304",
            // Transaction logs are allocated in steps of 64 MB by default.
            "zookeeper.preAllocSize", "4096");

    private HelixSettings() {}

    public static void apply() {
        DEFAULTS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }

    public static Duration sessionTimeout() {
        return millis(SESSION_TIMEOUT);
    }

    static Duration connectionTimeout() {
        return millis(CONNECTION_TIMEOUT);
    }

    private static Duration millis(String property) {
        apply();
        return Duration.ofMillis(Long.parseLong(System.getProperty(property)));
    }
}
