package org.narwhaldb.launcher.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// A one-JVM cluster's home.
///
/// ```
/// catalog.db       Iceberg's JDBC catalog, on SQLite
/// warehouse/       the tables: any Iceberg engine can open both
/// segment-store/   segments, live-rows files and table versions: derived, may be deleted while the cluster is down
/// zookeeper/       ZooKeeper's data: may be deleted while the cluster is down
/// cache/           the segment servers' local copies: may be deleted while the cluster is down
/// work/            builds under way
/// ticket.key       signs what clients carry
/// cluster.pid      of the process that runs here
/// ```
public record HomeDirectory(Path path) {
    private static final int KEY_BYTES = 32;

    public HomeDirectory {
        path = path.toAbsolutePath().normalize();
    }

    public HomeDirectory create() {
        for (Path directory : new Path[] {path, warehouse(), segmentStore(), zooKeeper(), cache(), work()}) {
            try {
                Files.createDirectories(directory);
            } catch (IOException e) {
                throw new NarwhalException(ErrorCode.INVALID_CONFIGURATION, "Cannot create [%s]: %s".formatted(directory, e), e);
            }
        }
        return this;
    }

    public Path warehouse() {
        return path.resolve("warehouse");
    }

    public Path segmentStore() {
        return path.resolve("segment-store");
    }

    public Path zooKeeper() {
        return path.resolve("zookeeper");
    }

    public Path cache() {
        return path.resolve("cache");
    }

    public Path work() {
        return path.resolve("work");
    }

    public Path pidFile() {
        return path.resolve("cluster.pid");
    }

    /// A file of the same form as the processes' configuration, for `start cluster`; optional.
    public Path configFile() {
        return path.resolve("narwhal.properties");
    }

    /// Iceberg's own properties for the catalog of this home.
    public Map<String, String> catalogProperties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("type", "jdbc");
        properties.put("uri", "jdbc:sqlite:" + path.resolve("catalog.db"));
        properties.put("jdbc.schema-version", "V1");
        properties.put("warehouse", warehouse().toUri().toString().replaceFirst("/$", ""));
        return properties;
    }

    /// The key that signs tickets, made on first use.
    public byte[] ticketKey() {
        return ticketKey(path.resolve("ticket.key"));
    }

    public static byte[] ticketKey(Path file) {
        try {
            byte[] key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            try {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.write(file, key);
            } catch (FileAlreadyExistsException e) {
                key = Files.readAllBytes(file);
            }
            return key;
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.INVALID_CONFIGURATION,
                    "Cannot read or make the ticket key [%s]: %s".formatted(file, e), e);
        }
    }

    /// Claims the home for this process.
    ///
    /// @throws NarwhalException INVALID_CONFIGURATION if another live process has it
    public void claim() {
        runningPid().ifPresent(pid -> {
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                    "A cluster runs in [%s] already, as process [%d]; ./narwhal stop --home %s ends it", path, pid, path);
        });
        try {
            Files.writeString(pidFile(), ProcessHandle.current().pid() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void release() {
        try {
            Files.deleteIfExists(pidFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The live process that has claimed this home. A pid that another program has got meanwhile does not count.
    public java.util.Optional<Long> runningPid() {
        try {
            long pid = Long.parseLong(Files.readString(pidFile()).trim());
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive)
                    .filter(process -> process.info().command().map(command -> command.contains("java")).orElse(true))
                    .filter(process -> pid != ProcessHandle.current().pid()).map(ProcessHandle::pid);
        } catch (IOException | NumberFormatException e) {
            return java.util.Optional.empty();
        }
    }
}
