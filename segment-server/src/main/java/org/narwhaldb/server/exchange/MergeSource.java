package org.narwhaldb.server.exchange;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.operator.BatchBytes;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.profile.FragmentProfile;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The rows of one partition from all parts of a leaf, in the order in which they arrive: each part is read on a thread of its own, since
/// its producer waits for the readers of all partitions. The end comes only after each part's trailer has checked.
final class MergeSource implements Operator {
    /// How far the readers may be ahead of the merge.
    private static final long WAITING_BYTES_MAX = 8 << 20;

    /// Reads one part to its end.
    interface Part {
        /// @return what its producer says it answered
        Read read(QueryContext context, Sink sink);
    }

    /// @param server that answered
    record Read(String server, FragmentTrailer trailer, FragmentProfile profile) {}

    /// Takes rows until it says false.
    interface Sink {
        boolean put(Batch batch);
    }

    private record Item(Batch batch, long bytes) {}

    private final List<Part> parts;
    private final QueryContext context;
    /// ended before the source is closed, so that no reader outlives it
    private final QueryContext reading;
    private final Scheduler scheduler;
    private final ArrayDeque<Item> waiting = new ArrayDeque<>();
    private final List<Read> done = new ArrayList<>();
    private final Map<String, long[]> byServer = new TreeMap<>();
    private long bytes;
    private int running;
    private boolean started;
    private boolean closed;
    private NarwhalException failure;

    MergeSource(List<Part> parts, QueryContext context, QueryContext reading, Scheduler scheduler) {
        this.parts = parts;
        this.context = context;
        this.reading = reading;
        this.scheduler = scheduler;
        reading.use(context.resources());
        context.onCancel(() -> stop(new NarwhalException(ErrorCode.QUERY_CANCELLED, "The merge is cancelled")));
        reading.onCancel(this::ring);
    }

    private void stop(NarwhalException reason) {
        reading.cancel(reason);
        ring();
    }

    private synchronized void ring() {
        notifyAll();
    }

    private void start() {
        started = true;
        running = parts.size();
        parts.forEach(part -> scheduler.start("pull-" + context.queryId(), () -> run(part)));
    }

    private void run(Part part) {
        long[] counts = new long[2];
        Read read = null;
        NarwhalException reason = null;
        try {
            read = part.read(reading, batch -> put(batch, counts));
        } catch (NarwhalException e) {
            reason = e;
        } catch (RuntimeException e) {
            reason = new NarwhalException(ErrorCode.INTERNAL, "Reading a partition failed: " + e, e);
        }
        synchronized (this) {
            running--;
            if (reason != null && failure == null) {
                failure = reason;
            }
            if (read != null) {
                done.add(read);
                long[] sums = byServer.computeIfAbsent(read.server(), _ -> new long[2]);
                sums[0] += counts[0];
                sums[1] += counts[1];
            }
            notifyAll();
        }
    }

    private synchronized boolean put(Batch batch, long[] counts) {
        long size = BatchBytes.of(batch);
        while (!closed && failure == null && bytes > 0 && bytes > WAITING_BYTES_MAX - size) {
            reading.check();
            await(reading.remaining().plusMillis(1));
        }
        if (closed || failure != null) {
            return false;
        }
        context.memory().reserve(size);
        bytes += size;
        waiting.add(new Item(batch, size));
        counts[0] += batch.rowCount();
        counts[1] += size;
        notifyAll();
        return true;
    }

    @Override
    public synchronized Batch next() {
        if (!started && !closed) {
            start();
        }
        while (true) {
            context.check();
            if (failure != null) {
                throw failure;
            }
            Item item = waiting.poll();
            if (item != null) {
                bytes -= item.bytes();
                context.memory().release(item.bytes());
                notifyAll();
                return item.batch();
            }
            if (running == 0 || closed) {
                return null;
            }
            await(context.remaining().plusMillis(1));
        }
    }

    /// One for each part, if all were read.
    synchronized List<Read> done() {
        return List.copyOf(done);
    }

    @Override
    public synchronized String path() {
        StringBuilder text = new StringBuilder();
        byServer.forEach((server, counts) -> text.append(text.isEmpty() ? "" : ", ").append(counts[0]).append(" rows and ")
                .append(counts[1]).append(" bytes from ").append(server));
        return text.toString();
    }

    /// Returns when nobody reads any more.
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            waiting.clear();
            context.memory().release(bytes);
            bytes = 0;
        }
        stop(new NarwhalException(ErrorCode.QUERY_CANCELLED, "The merge is over"));
        synchronized (this) {
            while (running > 0) {
                await(Duration.ofSeconds(1));
            }
        }
    }

    private void await(Duration patience) {
        try {
            scheduler.await(this, patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NarwhalException(ErrorCode.QUERY_CANCELLED, "Interrupted while waiting for a partition", e);
        }
    }
}
