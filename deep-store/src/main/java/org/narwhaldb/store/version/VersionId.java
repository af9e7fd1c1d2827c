package org.narwhaldb.store.version;

import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Names one table version. A new incarnation begins when the pointer was lost (ZooKeeper wiped) or the table was
/// dropped and created anew; within one, the counter rises by one per publication.
///
/// @param incarnation random 64 bits in hex, so that names never collide with an earlier life's
public record VersionId(String incarnation, long counter) {
    /// `incarnation-counter`
    public static VersionId parse(String text) {
        int dash = text.lastIndexOf('-');
        try {
            return new VersionId(text.substring(0, dash), Long.parseLong(text.substring(dash + 1)));
        } catch (RuntimeException e) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "Not a table version: [%s]", text);
        }
    }

    public VersionId next() {
        return new VersionId(incarnation, counter + 1);
    }

    @Override
    public String toString() {
        return incarnation + "-" + counter;
    }
}
