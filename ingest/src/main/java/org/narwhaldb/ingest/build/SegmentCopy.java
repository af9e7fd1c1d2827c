package org.narwhaldb.ingest.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.version.SegmentEntry;

/// A segment's file on this machine: in place in a local store, else a copy for as long as this is open.
record SegmentCopy(Path file, boolean temporary) implements AutoCloseable {
    static SegmentCopy of(LiveRowsChange.StoreFiles files, SegmentEntry segment) {
        Optional<Path> local = files.store().local(segment.file());
        if (local.isPresent()) {
            return new SegmentCopy(local.get(), false);
        }
        try {
            Files.createDirectories(files.workDirectory());
            Path target = Files.createTempDirectory(files.workDirectory(), "copy").resolve(segment.segmentId());
            files.store().download(segment.file(), target);
            return new SegmentCopy(target, true);
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.DISK_FULL,
                    "Cannot copy segment [%s] to the work directory [%s]: %s".formatted(
                            segment.file(), files.workDirectory(), e), e);
        }
    }

    @Override
    public void close() {
        if (temporary) {
            try {
                Files.deleteIfExists(file);
                Files.deleteIfExists(file.getParent());
            } catch (IOException e) {
                throw new NarwhalException(ErrorCode.DISK_FULL, "Cannot delete [%s]: %s".formatted(file, e), e);
            }
        }
    }
}
