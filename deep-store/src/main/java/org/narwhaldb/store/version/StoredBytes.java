package org.narwhaldb.store.version;

import java.io.IOException;
import java.io.InputStream;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.object.ObjectStore;

/// Reads small files of the store whole.
final class StoredBytes {
    private StoredBytes() {}

    /// A file that a version names must be there: when it is gone the version is damaged.
    static byte[] read(ObjectStore store, String name, String what) {
        try (InputStream in = store.read(name)) {
            return in.readAllBytes();
        } catch (NarwhalException e) {
            if (e.code() == ErrorCode.FILE_NOT_FOUND) {
                throw new NarwhalException(ErrorCode.CORRUPT_VERSION, "The %s file [%s] is gone".formatted(what, name),
                        e);
            }
            throw e;
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.STORE_UNAVAILABLE, "Cannot read [%s]: %s".formatted(name, e), e);
        }
    }
}
