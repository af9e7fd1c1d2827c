package org.narwhaldb.store.iceberg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.Supplier;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Reads delete files of one table at one metadata version, and keeps what it read: a delete file can apply to every
/// data file. Not shared between versions, since what is kept is in the types of the version's schema.
final class DeleteFiles extends BaseDeleteLoader {
    private static final long CACHE_BYTES = 64L << 20;
    private static final long ENTRY_BYTES_MAX = CACHE_BYTES / 4;

    private record Sized(Object value, long sizeBytes) {}

    private final Cache<String, Sized> cache = Caffeine.newBuilder()
            .maximumWeight(CACHE_BYTES)
            .weigher((String key, Sized sized) -> (int) Math.max(1, sized.sizeBytes()))
            .build();

    DeleteFiles(FileIO io) {
        // no worker pool: the caller's thread reads
        super(file -> open(io, file), null);
    }

    private static InputFile open(FileIO io, DeleteFile file) {
        InputFile input = io.newInputFile(file);
        try {
            if (input.exists()) {
                return input;
            }
        } catch (RuntimeException e) {
            throw Failures.source("Delete file", file.location(), e);
        }
        throw NarwhalException.of(ErrorCode.SOURCE_FILE_MISSING,
                "Delete file [%s] is gone, though the table's snapshot names it", file.location());
    }

    /// A delete file may hold several deletion vectors; its location alone does not name one.
    static String identity(DeleteFile file) {
        boolean vector = file.content() == FileContent.POSITION_DELETES && file.contentOffset() != null;
        return vector ? file.location() + "#" + file.contentOffset() : file.location();
    }

    @Override
    protected boolean canCache(long size) {
        return size <= ENTRY_BYTES_MAX;
    }

    @Override
    @SuppressWarnings("unchecked")
    protected <V> V getOrLoad(String key, Supplier<V> supplier, long size) {
        return (V) cache.get(key, ignored -> new Sized(supplier.get(), size)).value();
    }
}
