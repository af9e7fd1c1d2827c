package org.narwhaldb.store.object;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Immutable files by name under one root URI (`file:` or `s3:`): the seam under segment files, live-rows files and
/// table versions. Names use `/`. A file is never overwritten: names are unique or content-derived.
/// Failures: STORE_UNAVAILABLE, DISK_FULL.
public interface ObjectStore {
    /// The whole file appears at once or not at all. Writing a name that exists with the same length is no error.
    void put(String name, byte[] content);

    /// @param file not written to any more: the store may keep it itself, under another name
    void put(String name, Path file);

    /// @throws org.narwhaldb.segment.error.NarwhalException FILE_NOT_FOUND
    InputStream read(String name);

    /// Copies to a local file, which appears whole or not at all.
    void download(String name, Path target);

    /// Where the file is if it can be mapped in place (a local store); empty otherwise.
    Optional<Path> local(String name);

    boolean exists(String name);

    List<Entry> list(String prefix);

    /// No error if it is gone already.
    void delete(String name);

    String rootUri();

    record Entry(String name, long sizeBytes, Instant modified) {}
}
