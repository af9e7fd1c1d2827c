package org.narwhaldb.conformance.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A cluster of one process a role and member, started by the `narwhal` script, and a ZooKeeper of its own. Below its
/// directory, every process has a folder with its configuration and its local data; `logs/` has a file for each start.
/// All children end with [#close], and with this JVM unless that is killed outright.
public final class ProcessCluster implements AutoCloseable {
    private static final Duration COMMAND = Duration.ofMinutes(3);
    private static final String CLUSTER = "processes";

    private final Path directory;
    private final ClusterSettings settings;
    private final Distribution distribution = Distribution.find();
    private final Ports ports = new Ports();
    private final Map<String, NarwhalProcess> processes = new LinkedHashMap<>();
    private final Thread atExit = new Thread(this::retireAll, "kill-children");
    private final AtomicInteger commands = new AtomicInteger();

    private ProcessCluster(Path directory, ClusterSettings settings) {
        this.directory = directory;
        this.settings = settings;
    }

    /// Its files, and nothing started yet.
    public static ProcessCluster prepare(Path directory, ClusterSettings settings) {
        ProcessCluster cluster = new ProcessCluster(directory, settings);
        Runtime.getRuntime().addShutdownHook(cluster.atExit);
        try {
            Files.createDirectories(directory.resolve("logs"));
            cluster.addZooKeeper();
            for (ProcessRole role : ProcessRole.values()) {
                int count = role == ProcessRole.ZOOKEEPER ? 0 : settings.members().getOrDefault(role, 0);
                for (int number = 1; number <= count; number++) {
                    cluster.add(role, number);
                }
            }
            return cluster;
        } catch (IOException e) {
            cluster.close();
            throw new UncheckedIOException(e);
        }
    }

    /// Prepared, started and ready.
    public static ProcessCluster started(Path directory, ClusterSettings settings) {
        ProcessCluster cluster = prepare(directory, settings);
        try {
            cluster.startAll();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void addZooKeeper() throws IOException {
        String name = ProcessRole.ZOOKEEPER.word();
        int port = ports.take();
        Path data = Files.createDirectories(localData(name));
        register(new NarwhalProcess.Start(ProcessRole.ZOOKEEPER, name, settings.network().host(name), port, null,
                new NarwhalProcess.ProcessCommand(settings.network().placed(name, distribution.zooKeeper(port, data)), Map.of())));
    }

    private void add(ProcessRole role, int number) throws IOException {
        String name = role.word() + "-" + number;
        String host = settings.network().host(name);
        int port = role == ProcessRole.CONTROLLER ? 0 : ports.take();
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("zookeeper", settings.network().zooKeeperSeenBy(name, zooKeeperAddress()));
        keys.put("cluster", CLUSTER);
        keys.put("memory", settings.memory());
        keys.put("host", host);
        if (role == ProcessRole.CONTROLLER) {
            keys.put("id", name);
        } else {
            keys.put("port", String.valueOf(port));
            keys.put("segment-store", settings.data().segmentStore());
            settings.data().catalog().forEach((key, value) -> keys.put("catalog." + key, value));
        }
        switch (role) {
            case INGEST -> keys.put("work-directory", localData(name).toString());
            case SEGMENT_SERVER -> {
                keys.put("cache-directory", localData(name).toString());
                keys.put("warm-up-millis", "0");
                keys.put("zone", "zone-" + number);
            }
            case FRONT_END -> {
                keys.put("ticket-key-file", directory.resolve("ticket.key").toString());
                keys.put("warm-up-millis", "0");
                // The servers are to be asked each time: they are what is attacked.
                keys.put("result-cache", "0");
            }
            default -> { }
        }
        keys.putAll(settings.keys().getOrDefault(role, Map.of()));
        Path config = directory.resolve(name).resolve("narwhal.properties");
        Files.createDirectories(localData(name));
        Files.writeString(config, keys.entrySet().stream().map(entry -> entry.getKey() + " = " + entry.getValue() + "\n")
                .collect(Collectors.joining()));
        List<String> command = distribution.script("start", role.word(), "--config", config.toString());
        register(new NarwhalProcess.Start(role, name, host, port, "Ready: ",
                new NarwhalProcess.ProcessCommand(settings.network().placed(name, command), environment(settings.javaOptions()))));
    }

    private void register(NarwhalProcess.Start start) {
        processes.put(start.name(), new NarwhalProcess(start, directory.resolve("logs")));
    }

    private static Map<String, String> environment(String javaOptions) {
        return Map.of("NARWHAL_BUILD", "no", "NARWHAL_JAVA_HOME", System.getProperty("java.home"), "JAVA_TOOL_OPTIONS", javaOptions);
    }

    /// Where a process keeps what only it needs: ZooKeeper's data, a cache, work under way.
    public Path localData(String process) {
        return directory.resolve(process).resolve("data");
    }

    public Path directory() {
        return directory;
    }

    public Path logs() {
        return directory.resolve("logs");
    }

    public ClusterSettings settings() {
        return settings;
    }

    public Network network() {
        return settings.network();
    }

    public String clusterName() {
        return CLUSTER;
    }

    public String zooKeeperAddress() {
        return zooKeeper().host() + ":" + zooKeeper().port();
    }

    public NarwhalProcess zooKeeper() {
        return process(ProcessRole.ZOOKEEPER.word());
    }

    public NarwhalProcess process(String name) {
        NarwhalProcess found = processes.get(name);
        if (found == null) {
            throw new IllegalArgumentException("No process [%s]; there are %s".formatted(name, processes.keySet()));
        }
        return found;
    }

    /// Numbered from 1, as their names are.
    public List<NarwhalProcess> all(ProcessRole role) {
        return processes.values().stream().filter(process -> process.role() == role).toList();
    }

    public List<NarwhalProcess> all() {
        return List.copyOf(processes.values());
    }

    /// Of a front end, numbered from 1.
    public String url(int frontEnd) {
        NarwhalProcess process = process(ProcessRole.FRONT_END.word() + "-" + frontEnd);
        return "narwhal://%s:%d".formatted(process.host(), process.port());
    }

    /// A balancer in front of all front ends; the caller closes it.
    public TcpRelay balancer() {
        return TcpRelay.to(all(ProcessRole.FRONT_END).stream().map(process -> process.host() + ":" + process.port()).toList());
    }

    /// Starts whatever does not run, and returns when all are ready: ZooKeeper first, then the controller that founds the cluster.
    public void startAll() {
        Stream.concat(Stream.of(zooKeeper()), all(ProcessRole.CONTROLLER).stream().limit(1)).filter(process -> !process.isAlive())
                .forEach(process -> process.start().awaitReady());
        all().stream().filter(process -> !process.isAlive()).forEach(NarwhalProcess::start);
        all().forEach(NarwhalProcess::awaitReady);
    }

    /// SIGKILL to all at once.
    public void killAll() {
        processes.values().parallelStream().forEach(NarwhalProcess::kill);
    }

    private void retireAll() {
        processes.values().parallelStream().forEach(NarwhalProcess::retire);
    }

    /// SIGTERM to all roles, front ends first and ZooKeeper last, each waited for.
    ///
    /// @return exit codes by name, without ZooKeeper's
    public Map<String, Integer> stopAll() {
        Map<String, Integer> codes = new LinkedHashMap<>();
        List<ProcessRole> order = List.of(ProcessRole.FRONT_END, ProcessRole.INGEST, ProcessRole.SEGMENT_SERVER, ProcessRole.CONTROLLER);
        for (ProcessRole role : order) {
            all(role).forEach(NarwhalProcess::terminate);
            all(role).forEach(process -> codes.put(process.name(), process.awaitEnd()));
        }
        zooKeeper().kill();
        return codes;
    }

    /// Of a process that does not run: its cache, its work, ZooKeeper's data.
    public void deleteLocalData(String process) {
        if (process(process).isAlive()) {
            throw new IllegalStateException("[%s] is running".formatted(process));
        }
        try (Stream<Path> files = Files.walk(localData(process))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(localData(process))) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a command of the script did.
    public record Outcome(int exitCode, String printed) {}

    /// Runs `narwhal ARGUMENTS` to its end.
    public Outcome command(String... arguments) {
        NarwhalProcess command = new NarwhalProcess(new NarwhalProcess.Start(ProcessRole.FRONT_END,
                "command-%d-%s".formatted(commands.incrementAndGet(), arguments[0]), "", 0, "", new NarwhalProcess.ProcessCommand(
                        distribution.script(arguments), environment(settings.javaOptions()))), logs());
        command.start();
        try {
            Waiting.until("[%s] ends".formatted(command), COMMAND, () -> !command.isAlive(), command::printed);
            return new Outcome(command.exitCode().orElseThrow(), command.printed());
        } finally {
            command.kill();
        }
    }

    @Override
    public void close() {
        retireAll();
        settings.network().close();
        ports.close();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // it is what runs now
        }
    }
}
