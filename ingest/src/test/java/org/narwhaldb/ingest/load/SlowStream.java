package org.narwhaldb.ingest.load;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/// A few bytes at a time: whatever can be cut in two is.
final class SlowStream {
    private SlowStream() {}

    static InputStream of(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            private int reads;

            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1 + reads++ % 3));
            }
        };
    }
}
