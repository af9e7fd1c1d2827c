package org.narwhaldb.conformance.s3;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// s3proxy over a directory, as a process with a class path of its own (conformance-tests/s3proxy). Buckets are the folders
/// below `data`. Signatures are checked. Killed and started again on the same directory and port, it has what it acknowledged.
public final class S3Server implements AutoCloseable {
    private static final String KEY_ID = "narwhal";
    private static final String SECRET = "secret-of-the-tests";
    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 10;
    private static final Pattern STARTED = Pattern.compile("Started .*ServerConnector.*127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final Path directory;
    private final int port;
    private final Thread hook;

    private S3Server(Process process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
        this.hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// @param port 0 for any free one
    public static S3Server start(Path directory, int port) throws IOException {
        Path home = Files.createDirectories(directory.toAbsolutePath());
        Path data = Files.createDirectories(home.resolve("data"));
        Path configuration = home.resolve("s3proxy.properties");
        Files.writeString(configuration, String.join("\n", List.of(
                "s3proxy.endpoint=http://127.0.0.1:" + port,
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + KEY_ID,
                "s3proxy.credential=" + SECRET,
                "jclouds.provider=filesystem-nio2",
                "jclouds.filesystem.basedir=" + data, "")));
        Path logging = home.resolve("logback.xml");
        Files.writeString(logging, """
                <configuration>
                  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %msg%n</pattern></encoder>
                  </appender>
                  <root level="INFO"><appender-ref ref="out"/></root>
                </configuration>
                """);
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlogback.configurationFile=" + logging,
                "-cp", libraries() + File.separator + "*", "org.gaul.s3proxy.Main", "--properties",
                configuration.toString())
                .redirectErrorStream(true).start();
        CompletableFuture<Integer> started = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("s3proxy-log").start(() -> log(process, home.resolve("s3proxy.log"), started));
        try {
            return new S3Server(process, home, started.get(START_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IOException("s3proxy did not start; see " + home.resolve("s3proxy.log"), e);
        }
    }

    private static Path libraries() {
        Path folder = Path.of(System.getProperty("narwhal.root", ".")).resolve("conformance-tests/target/s3proxy/lib");
        if (!Files.isDirectory(folder)) {
            throw new IllegalStateException("No s3proxy at [%s]; build module conformance-tests".formatted(folder));
        }
        return folder;
    }

    private static void log(Process process, Path file, CompletableFuture<Integer> started) {
        try (BufferedReader lines = process.inputReader(); BufferedWriter out = Files.newBufferedWriter(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.write(line);
                out.newLine();
                out.flush();
                Matcher matcher = STARTED.matcher(line);
                if (matcher.find()) {
                    started.complete(Integer.parseInt(matcher.group(1)));
                }
            }
        } catch (IOException e) {
            // the process has ended
        }
        started.completeExceptionally(new IOException("s3proxy has ended"));
    }

    public int port() {
        return port;
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    public long pid() {
        return process.pid();
    }

    /// Makes the bucket if it is not there.
    public S3Server bucket(String name) {
        try {
            Files.createDirectories(data().resolve(name));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where the objects are: the files below a bucket's folder are named by their keys.
    public Path data() {
        return directory.resolve("data");
    }

    /// Iceberg's properties for a client of this server.
    ///
    /// @param endpoint this server's, or that of a proxy before it
    public static Map<String, String> properties(String endpoint) {
        return Map.of("s3.endpoint", endpoint, "s3.path-style-access", "true", "s3.access-key-id", KEY_ID,
                "s3.secret-access-key", SECRET, "client.region", "us-east-1");
    }

    /// Ends it with no chance to tidy up.
    public void kill() {
        process.destroyForcibly();
        await();
    }

    private void await() {
        try {
            process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroy();
        await();
        process.destroyForcibly();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is ending: the hook does it again
        }
    }
}
