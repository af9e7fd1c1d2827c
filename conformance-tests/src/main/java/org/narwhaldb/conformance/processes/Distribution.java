package org.narwhaldb.conformance.processes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What `mvn package` leaves: the `narwhal` script and the jars it runs.
///
/// @param root the project's folder, where the script is
public record Distribution(Path root) {

    /// Found by the property `narwhal.root`, which the script and Maven set, else above the current folder.
    public static Distribution find() {
        String named = System.getProperty("narwhal.root");
        Path path = Path.of(named == null ? "" : named).toAbsolutePath();
        while (path != null && !Files.isExecutable(path.resolve("narwhal"))) {
            path = path.getParent();
        }
        if (path == null) {
            throw new IllegalStateException("No `narwhal` script in or above [%s]".formatted(Path.of("").toAbsolutePath()));
        }
        return new Distribution(path);
    }

    public Path libraries() {
        return root.resolve("launcher/target/narwhal/lib");
    }

    List<String> script(String... arguments) {
        List<String> command = new ArrayList<>(List.of(root.resolve("narwhal").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /// ZooKeeper brings a server along; it is among the product's jars.
    List<String> zooKeeper(int port, Path data) {
        return List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xmx96m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Dzookeeper.admin.enableServer=false", "-cp", libraries() + "/*",
                "org.apache.zookeeper.server.ZooKeeperServerMain", String.valueOf(port), data.toString());
    }
}
