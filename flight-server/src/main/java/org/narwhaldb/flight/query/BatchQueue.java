package org.narwhaldb.flight.query;

import java.util.ArrayDeque;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.segment.error.NarwhalException;

/// A queue of batches between one part's reader and the merge, charged to the query. One producer, one consumer.
///
/// It streams, within a bound; or it holds all back until the part is whole, so that the rows of a failed attempt can be forgotten.
final class BatchQueue {
    /// How much a part may read ahead of the merge, if they are two threads.
    static final long READ_AHEAD_BYTES = 4 << 20;

    private record Item(Batch batch, long bytes) {}

    private final QueryMemory memory;
    private final long bytesMax;
    private final boolean holdsBack;
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private long bytes;
    private boolean finished;
    private boolean hasGroupsOnce;
    private boolean closed;
    private NarwhalException failure;

    private BatchQueue(QueryMemory memory, long bytesMax, boolean holdsBack) {
        this.memory = memory;
        this.bytesMax = bytesMax;
        this.holdsBack = holdsBack;
    }

    /// @param bytesMax how far the reader may be ahead
    static BatchQueue streaming(QueryMemory memory, long bytesMax) {
        return new BatchQueue(memory, bytesMax, false);
    }

    static BatchQueue holdingBack(QueryMemory memory) {
        return new BatchQueue(memory, Long.MAX_VALUE, true);
    }

    boolean holdsBack() {
        return holdsBack;
    }

    /// Takes back what a failed attempt has put in.
    synchronized void forget() {
        if (!holdsBack) {
            throw new IllegalStateException("Batches may have been taken");
        }
        memory.release(bytes);
        bytes = 0;
        items.clear();
    }

    /// Blocks while the merge is behind. Returns false if nobody wants the rest.
    ///
    /// @param size of the batch in bytes, about
    synchronized boolean put(Batch batch, long size) {
        while (!closed && bytes > 0 && bytes > bytesMax - size) {
            await();
        }
        if (closed) {
            return false;
        }
        memory.reserve(size);
        items.add(new Item(batch, size));
        bytes += size;
        notifyAll();
        return true;
    }

    /// @param groupsOnce whether all that was put in are groups, each of them once
    synchronized void finish(boolean groupsOnce) {
        finished = true;
        hasGroupsOnce = groupsOnce;
        notifyAll();
    }

    /// Known to be so only when the part is whole.
    synchronized boolean hasGroupsOnce() {
        return hasGroupsOnce;
    }

    synchronized void fail(NarwhalException reason) {
        failure = reason;
        notifyAll();
    }

    /// The next batch, or null at the end.
    synchronized Batch take() {
        while ((items.isEmpty() || holdsBack) && !finished && failure == null && !closed) {
            await();
        }
        if (failure != null) {
            throw failure;
        }
        Item item = items.poll();
        if (item == null) {
            return null;
        }
        bytes -= item.bytes();
        memory.release(item.bytes());
        notifyAll();
        return item.batch();
    }

    synchronized void close() {
        if (!closed) {
            closed = true;
            memory.release(bytes);
            bytes = 0;
            items.clear();
            notifyAll();
        }
    }

    private void await() {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }
}
