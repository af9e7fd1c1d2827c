package org.narwhaldb.engine.execution;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// A folder for what queries have no memory for. Its files have no name for longer than it takes to open them where the
/// system allows that, so that none is left behind by a process that dies.
public final class SpillSpace {
    private final Path directory;

    private SpillSpace(Path directory) {
        this.directory = directory;
    }

    /// @param directory made when the first file is
    public static SpillSpace in(Path directory) {
        return new SpillSpace(directory);
    }

    /// A new file to write and read, gone when it is closed.
    public FileChannel open() {
        try {
            Files.createDirectories(directory);
            return FileChannel.open(directory.resolve("narwhal-" + UUID.randomUUID() + ".spill"),
                    StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /// What a query fails with that could not write here.
    public NarwhalException failure(IOException cause) {
        return new NarwhalException(ErrorCode.DISK_FULL,
                "A query short of memory cannot write to [%s]: [%s]; make room there or raise the query's memory limit".formatted(
                        directory, cause.getMessage()), cause);
    }
}
