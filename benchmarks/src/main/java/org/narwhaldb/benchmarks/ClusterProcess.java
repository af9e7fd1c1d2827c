package org.narwhaldb.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `./narwhal start cluster` in a process of its own, as a user starts it.
final class ClusterProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("Ready at (\\S+) after");
    private static final Pattern RESIDENT = Pattern.compile("(Vm|Rss)(\\w+):\\s+(\\d+) kB");

    private final Process process;
    private final String url;
    private final double readySeconds;

    private ClusterProcess(Process process, String url, double readySeconds) {
        this.process = process;
        this.url = url;
        this.readySeconds = readySeconds;
    }

    /// @param root where the script is
    /// @param home an existing one, or an empty folder
    static ClusterProcess start(Path root, Path home, String memory) throws IOException {
        ProcessBuilder command = new ProcessBuilder(root.resolve("narwhal").toString(), "start", "cluster", "--home", home.toString(),
                "--port", "0", "--memory", memory).redirectError(home.resolve("start.log").toFile());
        command.environment().put("NARWHAL_BUILD", "no");
        command.environment().put("NARWHAL_JAVA_HOME", System.getProperty("java.home"));
        long start = System.nanoTime();
        Process process = command.start();
        BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                return new ClusterProcess(process, ready.group(1), (System.nanoTime() - start) / 1e9);
            }
        }
        process.destroy();
        throw new IOException("The cluster did not start; see [%s]".formatted(home.resolve("start.log")));
    }

    String url() {
        return url;
    }

    /// From the command to its word.
    double readySeconds() {
        return readySeconds;
    }

    /// Kilobytes by what Linux calls them: HWM, RSS, Anon, File, Shmem. Empty elsewhere.
    Map<String, Long> resident() {
        Map<String, Long> sizes = new LinkedHashMap<>();
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            lines.map(RESIDENT::matcher).filter(Matcher::matches).forEach(line -> sizes.put(line.group(2), Long.parseLong(line.group(3))));
        } catch (IOException e) {
            return Map.of();
        }
        return sizes;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
