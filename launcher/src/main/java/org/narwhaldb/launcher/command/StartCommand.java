package org.narwhaldb.launcher.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.narwhaldb.launcher.config.HomeDirectory;
import org.narwhaldb.launcher.config.ProcessConfig;
import org.narwhaldb.launcher.process.OneJvmCluster;
import org.narwhaldb.launcher.process.RoleProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = "Starts a process, which stays in the foreground, says when it is ready and ends on Ctrl-C or SIGTERM.",
        synopsisSubcommandLabel = "cluster|controller|ingest|segment-server|flight-server",
        subcommands = {StartCommand.ClusterCommand.class, StartCommand.ControllerCommand.class, StartCommand.IngestCommand.class,
            StartCommand.SegmentServerCommand.class, StartCommand.FlightServerCommand.class})
public final class StartCommand {

    @Command(name = "cluster", mixinStandardHelpOptions = true,
            description = "A whole cluster in one JVM: ZooKeeper, controller, ingest, segment servers, front end.")
    static final class ClusterCommand implements Callable<Integer> {
        @Option(names = "--home", paramLabel = "DIR", defaultValue = "./var", description = "Its home (default: ${DEFAULT-VALUE})")
        private Path home;

        @Option(names = "--port", paramLabel = "PORT", defaultValue = "9047", description = "Of the front end (default: ${DEFAULT-VALUE})")
        private int port;

        @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "4g",
                description = "Of the whole process (default: ${DEFAULT-VALUE}); the launcher script makes the heap of it")
        private String memory;

        @Option(names = "--segment-servers", paramLabel = "N", defaultValue = "2", description = "How many (default: ${DEFAULT-VALUE})")
        private int segmentServers;

        @Override
        public Integer call() throws Exception {
            long start = System.nanoTime();
            try (OneJvmCluster cluster = OneJvmCluster.start(
                    new OneJvmCluster.Settings(new HomeDirectory(home), port, segmentServers, ProcessConfig.DEFAULT_WARM_UP_MILLIS))) {
                return Foreground.stay(cluster, "Ready at %s after %.1f s; home %s. Ctrl-C ends it.".formatted(cluster.url(),
                        (System.nanoTime() - start) / 1e9, cluster.home().path()));
            }
        }
    }

    /// What the one-role commands share.
    private abstract static class RoleCommand implements Callable<Integer> {
        @Option(names = "--config", paramLabel = "FILE", required = true,
                description = "Its configuration; docs/configuration.md lists the keys")
        private Path config;

        abstract RoleProcess.Kind kind();

        @Override
        public Integer call() throws Exception {
            try (RoleProcess process = RoleProcess.start(kind(), config)) {
                return Foreground.stay(process, "Ready: " + process.describe());
            }
        }
    }

    @Command(name = "controller", mixinStandardHelpOptions = true, description = "Helix' controller.")
    static final class ControllerCommand extends RoleCommand {
        @Override
        RoleProcess.Kind kind() {
            return RoleProcess.Kind.CONTROLLER;
        }
    }

    @Command(name = "ingest", mixinStandardHelpOptions = true,
            description = "An ingest node: builds segments, publishes versions, loads files.")
    static final class IngestCommand extends RoleCommand {
        @Override
        RoleProcess.Kind kind() {
            return RoleProcess.Kind.INGEST;
        }
    }

    @Command(name = "segment-server", mixinStandardHelpOptions = true, description = "A segment server: holds segments, runs fragments.")
    static final class SegmentServerCommand extends RoleCommand {
        @Override
        RoleProcess.Kind kind() {
            return RoleProcess.Kind.SEGMENT_SERVER;
        }
    }

    @Command(name = "flight-server", mixinStandardHelpOptions = true, description = "A front end: Flight SQL in, answers out.")
    static final class FlightServerCommand extends RoleCommand {
        @Override
        RoleProcess.Kind kind() {
            return RoleProcess.Kind.FLIGHT_SERVER;
        }
    }
}
