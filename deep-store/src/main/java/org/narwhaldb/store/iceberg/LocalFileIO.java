package org.narwhaldb.store.iceberg;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.store.object.LocalDisk;

/// Iceberg's files on local disk, without Hadoop: `file:` URIs and plain paths, taken as they are written (Iceberg does
/// not percent-encode locations). What a commit refers to is on disk before the commit: every file is synced on close.
///
/// Public because Iceberg instantiates it by name.
public final class LocalFileIO implements SupportsPrefixOperations {
    private static final long serialVersionUID = 1L;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final String SCHEME = "file:";

    public LocalFileIO() {}

    /// Whether a location is one on local disk.
    static boolean accepts(String location) {
        return location.startsWith(SCHEME) || !location.matches("[A-Za-z][A-Za-z0-9+.-]*:.*");
    }

    static Path path(String location) {
        if (!location.startsWith(SCHEME)) {
            return Path.of(location);
        }
        String path = location.substring(SCHEME.length());
        return Path.of(path.startsWith("//") ? path.substring(path.indexOf('/', 2)) : path);
    }

    @Override
    public InputFile newInputFile(String location) {
        return new Input(location, path(location).toFile());
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return new Output(location);
    }

    @Override
    public void deleteFile(String location) {
        try {
            Files.deleteIfExists(path(location));
        } catch (IOException e) {
            throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot delete [%s]".formatted(location), e);
        }
    }

    @Override
    public Iterable<FileInfo> listPrefix(String prefix) {
        try (Stream<Path> paths = Files.walk(path(prefix))) {
            List<Path> files = paths.filter(Files::isRegularFile).sorted().toList();
            return files.stream().map(LocalFileIO::info).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | UncheckedIOException e) {
            throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot list [%s]".formatted(prefix), e);
        }
    }

    private static FileInfo info(Path file) {
        String location = SCHEME + "//" + file.toAbsolutePath();
        return new FileInfo(location, file.toFile().length(), file.toFile().lastModified());
    }

    @Override
    public void deletePrefix(String prefix) {
        try (Stream<Path> paths = Files.walk(path(prefix))) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // gone already
        } catch (IOException | UncheckedIOException e) {
            throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot delete [%s]".formatted(prefix), e);
        }
    }

    /// Iceberg's own local input, but for its location: a delete file names a data file as the manifest does, scheme
    /// included.
    private record Input(String location, File file) implements InputFile {
        private InputFile delegate() {
            return org.apache.iceberg.Files.localInput(file);
        }

        @Override
        public long getLength() {
            if (!file.exists()) {
                throw new NotFoundException("File does not exist: %s", location);
            }
            return file.length();
        }

        @Override
        public org.apache.iceberg.io.SeekableInputStream newStream() {
            return delegate().newStream();
        }

        @Override
        public boolean exists() {
            return file.exists();
        }
    }

    private record Output(String location) implements OutputFile {
        @Override
        public PositionOutputStream create() {
            return open(StandardOpenOption.CREATE_NEW);
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return open(StandardOpenOption.CREATE);
        }

        private PositionOutputStream open(StandardOpenOption creation) {
            Path path = path(location);
            try {
                Files.createDirectories(path.toAbsolutePath().getParent());
                if (creation == StandardOpenOption.CREATE_NEW) {
                    Files.createFile(path);
                }
                return new SyncedStream(path);
            } catch (FileAlreadyExistsException e) {
                throw new AlreadyExistsException(e, "File already exists: %s", location);
            } catch (IOException e) {
                throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot create [%s]".formatted(location), e);
            }
        }

        @Override
        public InputFile toInputFile() {
            return new Input(location, path(location).toFile());
        }

        /// Counts, buffers, and syncs on close.
        private static final class SyncedStream extends PositionOutputStream {
            private final Path path;
            private final FileOutputStream file;
            private final OutputStream buffer;
            private long position;
            private boolean closed;

            private SyncedStream(Path path) throws IOException {
                this.path = path;
                this.file = new FileOutputStream(path.toFile());
                this.buffer = new BufferedOutputStream(file, BUFFER_BYTES);
            }

            @Override
            public long getPos() {
                return position;
            }

            @Override
            public void write(int value) {
                run(() -> buffer.write(value));
                position++;
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                run(() -> buffer.write(bytes, offset, length));
                position += length;
            }

            @Override
            public void flush() {
                run(buffer::flush);
            }

            @Override
            public void close() throws IOException {
                if (closed) {
                    return;
                }
                closed = true;
                try (file) {
                    run(() -> {
                        buffer.flush();
                        file.getChannel().force(true);
                    });
                }
                run(() -> LocalDisk.sync(path.toAbsolutePath().getParent()));
            }

            private interface Action {
                void run() throws IOException;
            }

            private void run(Action action) {
                try {
                    action.run();
                } catch (IOException e) {
                    throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot write [%s]".formatted(path), e);
                }
            }
        }
    }
}
