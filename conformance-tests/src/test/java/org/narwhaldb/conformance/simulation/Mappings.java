package org.narwhaldb.conformance.simulation;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.server.SegmentCache;

/// Does for a killed process what its operating system does: its files are no longer mapped.
final class Mappings {
    private Mappings() {}

    static void close(SegmentCache cache) {
        for (Object entry : ((Map<?, ?>) field(cache, "entries")).values()) {
            CompletableFuture<?> opened = (CompletableFuture<?>) field(entry, "opened");
            if (opened.isDone() && !opened.isCompletedExceptionally()) {
                ((Segment) opened.join()).close();
            }
        }
    }

    private static Object field(Object owner, String name) {
        try {
            Field field = owner.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(owner);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
