package org.narwhaldb.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.Segments;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.server.hold.NamedPair;
import org.narwhaldb.store.object.ObjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The open segments of one JVM, shared by its segment servers: one mapping a segment, counted by its users. A segment
/// of a local store is mapped where it is; any other is downloaded to `DIRECTORY/SEGMENT.seg` within a disk budget.
/// Files that nobody uses, left by an earlier life, are used again or make room.
public final class SegmentCache {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentCache.class);
    private static final String SUFFIX = ".seg";

    private final ObjectStore store;
    private final Path directory;
    private final long budgetBytes;
    private final Map<String, Entry> entries = new HashMap<>();
    /// Sizes of files that no entry uses, oldest first.
    private final Map<Path, Long> idle = new LinkedHashMap<>();
    private long usedBytes;

    public SegmentCache(ObjectStore store, Path directory, long budgetBytes) {
        this.store = store;
        this.directory = directory;
        this.budgetBytes = budgetBytes;
        try {
            Files.createDirectories(directory);
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.filter(each -> each.toString().endsWith(SUFFIX)).sorted().toList()) {
                    idle.put(file, Files.size(file));
                    usedBytes += Files.size(file);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new NarwhalException(ErrorCode.INVALID_CONFIGURATION,
                    "Cannot use [%s] as segment cache: %s".formatted(directory, e.getMessage()), e);
        }
    }

    ObjectStore store() {
        return store;
    }

    /// Bytes of the files in the directory.
    public synchronized long usedBytes() {
        return usedBytes;
    }

    public long budgetBytes() {
        return budgetBytes;
    }

    /// Opens the segment, or shares it if it is open. A download that is corrupt is fetched once more.
    ///
    /// @throws NarwhalException CORRUPT_SEGMENT, DISK_FULL, FILE_NOT_FOUND, STORE_UNAVAILABLE
    Lease acquire(NamedPair pair) {
        String id = pair.id().segmentId();
        Entry entry;
        boolean first;
        synchronized (this) {
            entry = entries.get(id);
            first = entry == null;
            if (first) {
                entry = new Entry(id);
                entries.put(id, entry);
            }
            entry.leases++;
        }
        try {
            if (first) {
                open(entry, pair);
            }
            return new Lease(entry, entry.opened.join());
        } catch (CompletionException e) {
            throw e.getCause() instanceof NarwhalException typed ? typed : e;
        }
    }

    private void open(Entry entry, NamedPair pair) {
        try {
            entry.opened.complete(openFile(entry, pair));
        } catch (RuntimeException | Error failure) {
            synchronized (this) {
                entries.remove(entry.id);
                if (entry.file != null) {
                    delete(entry.file, entry.sizeBytes);
                }
            }
            entry.opened.completeExceptionally(failure);
        }
    }

    private Segment openFile(Entry entry, NamedPair pair) {
        Path inPlace = store.local(pair.file()).orElse(null);
        if (inPlace != null) {
            return checked(inPlace, pair);
        }
        Path file = directory.resolve(fileName(pair));
        synchronized (this) {
            Long present = idle.remove(file);
            if (present != null) {
                entry.file = file;
                entry.sizeBytes = present;
            }
        }
        if (entry.file != null) {
            try {
                return checked(file, pair);
            } catch (NarwhalException e) {
                requireCorrupt(e);
                LOG.warn("Cached segment is damaged, fetching it anew: {}", e.getMessage());
                discard(entry);
            }
        }
        reserve(entry, file, pair);
        store.download(pair.file(), file);
        try {
            return checked(file, pair);
        } catch (NarwhalException e) {
            requireCorrupt(e);
            LOG.warn("Fetched segment is damaged, fetching it once more: {}", e.getMessage());
        }
        discard(entry);
        reserve(entry, file, pair);
        store.download(pair.file(), file);
        return checked(file, pair);
    }

    private static String fileName(NamedPair pair) {
        String id = pair.id().segmentId();
        if (!id.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
            throw NarwhalException.of(ErrorCode.CORRUPT_VERSION, "Table [%s] names a segment [%s]", pair.table(), id);
        }
        return id + SUFFIX;
    }

    private static Segment checked(Path file, NamedPair pair) {
        Segment segment = Segments.open(file);
        if (!segment.id().equals(pair.id().segmentId())) {
            String found = segment.id();
            segment.close();
            throw NarwhalException.of(ErrorCode.CORRUPT_SEGMENT,
                    "Segment file [%s] holds segment [%s], not [%s]", file, found, pair.id().segmentId());
        }
        return segment;
    }

    private static void requireCorrupt(NarwhalException failure) {
        if (failure.code() != ErrorCode.CORRUPT_SEGMENT) {
            throw failure;
        }
    }

    private synchronized void reserve(Entry entry, Path file, NamedPair pair) {
        for (Iterator<Map.Entry<Path, Long>> each = idle.entrySet().iterator();
                usedBytes + pair.sizeBytes() > budgetBytes && each.hasNext();) {
            Map.Entry<Path, Long> oldest = each.next();
            each.remove();
            delete(oldest.getKey(), oldest.getValue());
        }
        if (usedBytes + pair.sizeBytes() > budgetBytes) {
            throw NarwhalException.of(ErrorCode.DISK_FULL,
                    "Segment [%s] of table [%s] takes [%d] bytes; [%d] of the budget of [%d] in [%s] are used",
                    pair.id().segmentId(), pair.table(), pair.sizeBytes(), usedBytes, budgetBytes, directory);
        }
        usedBytes += pair.sizeBytes();
        entry.file = file;
        entry.sizeBytes = pair.sizeBytes();
    }

    private synchronized void discard(Entry entry) {
        delete(entry.file, entry.sizeBytes);
        entry.file = null;
    }

    private void delete(Path file, long sizeBytes) {
        usedBytes -= sizeBytes;
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("Cannot delete [{}]: {}", file, e.getMessage());
        }
    }

    private synchronized void release(Entry entry, boolean keepFile) {
        if (--entry.leases > 0) {
            return;
        }
        entries.remove(entry.id);
        entry.opened.join().close();
        if (entry.file == null) {
            return;
        }
        if (keepFile) {
            idle.put(entry.file, entry.sizeBytes);
        } else {
            delete(entry.file, entry.sizeBytes);
        }
    }

    private static final class Entry {
        private final String id;
        private final CompletableFuture<Segment> opened = new CompletableFuture<>();
        private int leases;
        /// null when the segment is mapped in place
        private Path file;
        private long sizeBytes;

        private Entry(String id) {
            this.id = id;
        }
    }

    /// One user's hold on an open segment.
    final class Lease implements AutoCloseable {
        private final Entry entry;
        private final Segment segment;
        private boolean released;

        private Lease(Entry entry, Segment segment) {
            this.entry = entry;
            this.segment = segment;
        }

        Segment segment() {
            return segment;
        }

        /// Nobody needs the segment here any more: the last user's close deletes the downloaded file.
        @Override
        public void close() {
            release(false);
        }

        /// The server stops; the file stays for its next start.
        void leave() {
            release(true);
        }

        private void release(boolean keepFile) {
            synchronized (SegmentCache.this) {
                if (!released) {
                    released = true;
                    SegmentCache.this.release(entry, keepFile);
                }
            }
        }
    }
}
