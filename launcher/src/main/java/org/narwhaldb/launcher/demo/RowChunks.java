package org.narwhaldb.launcher.demo;

import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/// Makes rows in a thread of its own, a few chunks ahead of whoever takes them: half of the time of writing a table is making it.
final class RowChunks {
    private static final int CHUNK_ROWS = 4_096;
    private static final int CHUNKS_AHEAD = 16;
    private static final Object[][] END = {};

    private RowChunks() {}

    /// Gives every row to `taker`, in order, in the calling thread.
    static void forEach(Iterable<Object[]> rows, Consumer<Object[]> taker) {
        BlockingQueue<Object[][]> chunks = new ArrayBlockingQueue<>(CHUNKS_AHEAD);
        Thread maker = Thread.ofPlatform().name("rows").daemon().unstarted(() -> make(rows.iterator(), chunks));
        RuntimeException[] failure = {null};
        maker.setUncaughtExceptionHandler((_, e) -> {
            failure[0] = new IllegalStateException("Rows could not be made", e);
            chunks.clear();
            chunks.add(END);
        });
        maker.start();
        try {
            for (Object[][] chunk = chunks.take(); chunk != END; chunk = chunks.take()) {
                for (Object[] row : chunk) {
                    taker.accept(row);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        } finally {
            maker.interrupt();
        }
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    private static void make(Iterator<Object[]> rows, BlockingQueue<Object[][]> chunks) {
        try {
            Object[][] chunk = new Object[CHUNK_ROWS][];
            int count = 0;
            while (rows.hasNext()) {
                chunk[count++] = rows.next();
                if (count == CHUNK_ROWS) {
                    chunks.put(chunk);
                    chunk = new Object[CHUNK_ROWS][];
                    count = 0;
                }
            }
            if (count > 0) {
                chunks.put(Arrays.copyOf(chunk, count));
            }
            chunks.put(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
