package org.narwhaldb.store.object;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// A store in a local directory. A file is written beside its place, synced, and linked into it, so that it appears
/// whole or not at all and never replaces another; a crash leaves at most a `.part` file, which no listing shows.
final class LocalObjectStore implements ObjectStore {
    private static final String PART = ".part";

    private final Path root;

    LocalObjectStore(Path root) {
        this.root = root;
    }

    @Override
    public void put(String name, byte[] content) {
        Path target = resolve(name);
        place(name, target, content.length, part -> {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        });
    }

    @Override
    public void put(String name, Path file) {
        Path target = resolve(name);
        place(name, target, size(file), part -> linkOrCopy(file, part));
    }

    /// Where the file lies on the same disk, its bytes need not be written twice.
    private static void linkOrCopy(Path file, Path part) throws IOException {
        try {
            Files.createLink(part, file);
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            Files.copy(file, part);
        }
    }

    private interface Writer {
        void write(Path part) throws IOException;
    }

    private void place(String name, Path target, long length, Writer writer) {
        Path part = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + PART);
        try {
            if (Files.exists(target)) {
                requireLength(name, target, length);
                return;
            }
            Files.createDirectories(target.getParent());
            writer.write(part);
            LocalDisk.sync(part);
            link(name, part, target, length);
            LocalDisk.sync(target.getParent());
        } catch (IOException e) {
            throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot write [%s]".formatted(target), e);
        } finally {
            discard(part);
        }
    }

    /// A hard link, because a rename would silently replace what another writer put there in the meantime.
    private static void link(String name, Path part, Path target, long length) throws IOException {
        try {
            Files.createLink(target, part);
        } catch (FileAlreadyExistsException e) {
            requireLength(name, target, length);
        } catch (UnsupportedOperationException | SecurityException e) {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void requireLength(String name, Path target, long length) throws IOException {
        long found = Files.size(target);
        if (found != length) {
            throw NarwhalException.of(ErrorCode.STORE_UNAVAILABLE,
                    "File [%s] is in the store with %d bytes, not the %d now written; delete the damaged one first",
                    name, found, length);
        }
    }

    private static void discard(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // a leftover `.part` file is invisible and harmless
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw LocalDisk.failure(ErrorCode.FILE_NOT_FOUND, "Cannot read [%s]".formatted(file), e);
        }
    }

    @Override
    public InputStream read(String name) {
        Path file = resolve(name);
        try {
            return Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            throw notFound(name, e);
        } catch (IOException e) {
            throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot read [%s]".formatted(file), e);
        }
    }

    @Override
    public void download(String name, Path target) {
        Downloads.place(target, part -> {
            try (InputStream in = read(name)) {
                Files.copy(in, part);
            }
        });
    }

    @Override
    public Optional<Path> local(String name) {
        return Optional.of(resolve(name));
    }

    @Override
    public boolean exists(String name) {
        return Files.isRegularFile(resolve(name));
    }

    @Override
    public List<Entry> list(String prefix) {
        // only the directory that holds the prefix is walked, not the whole store
        int slash = prefix.lastIndexOf('/');
        Path start = slash < 0 ? root : resolve(prefix.substring(0, slash));
        List<Entry> entries = new ArrayList<>();
        if (!Files.isDirectory(start)) {
            return entries;
        }
        try {
            Files.walkFileTree(start, new Lister(prefix, entries));
        } catch (IOException | UncheckedIOException e) {
            throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot list [%s]".formatted(start), e);
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    @Override
    public void delete(String name) {
        Path file = resolve(name);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot delete [%s]".formatted(file), e);
        }
    }

    @Override
    public String rootUri() {
        return "file:" + root;
    }

    private Path resolve(String name) {
        Path path = root.resolve(ObjectNames.checked(name)).normalize();
        if (!path.startsWith(root)) {
            throw NarwhalException.of(ErrorCode.INVALID_PARAMETER, "Not a name in the store: [%s]", name);
        }
        return path;
    }

    private static NarwhalException notFound(String name, IOException cause) {
        return new NarwhalException(ErrorCode.FILE_NOT_FOUND, "No file [%s] in the store".formatted(name), cause);
    }

    private final class Lister extends SimpleFileVisitor<Path> {
        private final String prefix;
        private final List<Entry> entries;

        private Lister(String prefix, List<Entry> entries) {
            this.prefix = prefix;
            this.entries = entries;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = root.relativize(file).toString();
            boolean part = file.getFileName().toString().endsWith(PART);
            if (!part && attributes.isRegularFile() && name.startsWith(prefix)) {
                entries.add(new Entry(name, attributes.size(), attributes.lastModifiedTime().toInstant()));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }
    }
}
