package org.narwhaldb.server.exchange;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.operator.BatchBytes;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// One run of a leaf whose rows go to several readers, each of which takes one partition. The run waits while a partition has as much
/// as it may hold, so the readers have to go on side by side. A partition that holds up the others because nobody takes from it is given
/// up: its rows are dropped, and whoever wants them runs the leaf alone.
///
/// ```
///   open --claim--> claimed --takes the end--> done
///     |                |  its reader goes, or another one comes for it alone
///     '-- PATIENCE ----+--> given up
/// ```
///
/// When no reader is left, and one went before its end, the query is over or elsewhere: so is the run.
final class SharedRun {
    /// How much waits for the reader of a partition.
    static final long WAITING_BYTES_MAX = 4 << 20;
    /// How long a partition may leave alone what waits for it.
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private enum State { OPEN, CLAIMED, DONE, GIVEN_UP }

    private record Item(Batch batch, long bytes) {}

    private static final class Partition {
        private final ArrayDeque<Item> waiting = new ArrayDeque<>();
        private State state = State.OPEN;
        private long bytes;
        /// since when there is something to take
        private Instant since;

        private boolean isOver() {
            return state == State.DONE || state == State.GIVEN_UP;
        }
    }

    private final QueryContext context;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final Partition[] partitions;
    private int readers;
    /// whether the last reader went before its end
    private boolean isLeft;
    private FragmentTrailer whole;
    private NarwhalException failure;

    /// @param context of the run, whose account holds what waits
    SharedRun(int partitionCount, QueryContext context, InstantSource clock, Scheduler scheduler) {
        this.context = context;
        this.clock = clock;
        this.scheduler = scheduler;
        partitions = new Partition[partitionCount];
        for (int index = 0; index < partitionCount; index++) {
            partitions[index] = new Partition();
        }
        context.onCancel(this::ring);
    }

    /// Whoever waits looks again.
    synchronized void ring() {
        notifyAll();
    }

    /// Waits while the partition has as much as it may.
    synchronized void put(int index, Batch batch) {
        Partition partition = partitions[index];
        long size = BatchBytes.of(batch);
        while (!partition.isOver() && partition.bytes > 0 && partition.bytes > WAITING_BYTES_MAX - size) {
            context.check();
            if (!isPatient(partition)) {
                giveUp(partition);
            } else {
                await(Duration.between(clock.instant(), partition.since.plus(PATIENCE)));
            }
        }
        if (partition.isOver()) {
            return;
        }
        context.memory().reserve(size);
        partition.bytes += size;
        if (partition.waiting.isEmpty()) {
            partition.since = clock.instant();
        }
        partition.waiting.add(new Item(batch, size));
        notifyAll();
    }

    private boolean isPatient(Partition partition) {
        return clock.instant().isBefore(partition.since.plus(PATIENCE));
    }

    /// All rows are there. Returns when each partition has been read or given up.
    synchronized void finish(FragmentTrailer trailer) {
        whole = trailer;
        notifyAll();
        Instant now = clock.instant();
        for (Partition partition : partitions) {
            partition.since = partition.waiting.isEmpty() ? now : partition.since;
        }
        for (Partition partition : partitions) {
            while (!partition.isOver()) {
                context.check();
                if (!isPatient(partition)) {
                    giveUp(partition);
                } else {
                    await(Duration.between(clock.instant(), partition.since.plus(PATIENCE)));
                }
            }
        }
    }

    /// The end, with or without all of it: nothing is held from here on, and who still reads learns why.
    synchronized void end(NarwhalException reason) {
        failure = reason;
        for (Partition partition : partitions) {
            drop(partition);
        }
        notifyAll();
    }

    /// Whether the partition is the caller's from here on, who is to [#release] it.
    synchronized boolean claim(int index) {
        if (partitions[index].state != State.OPEN || failure != null || isLeft) {
            return false;
        }
        partitions[index].state = State.CLAIMED;
        readers++;
        return true;
    }

    /// Whoever reads the partition does so no longer: another one runs the leaf for it.
    synchronized void supersede(int index) {
        if (!partitions[index].isOver()) {
            giveUp(partitions[index]);
        }
    }

    /// The reader of a claimed partition has come to its end, or goes before.
    void release(int index) {
        synchronized (this) {
            readers--;
            if (partitions[index].state == State.DONE) {
                return;
            }
            giveUp(partitions[index]);
            isLeft = readers == 0;
            if (!isLeft) {
                return;
            }
        }
        context.cancel(new NarwhalException(ErrorCode.QUERY_CANCELLED, "All who read from the leaf are gone"));
    }

    /// The next rows of a claimed partition, or null after the last.
    synchronized Batch take(int index, QueryContext reader) {
        Partition partition = partitions[index];
        while (true) {
            reader.check();
            if (partition.state == State.GIVEN_UP) {
                throw NarwhalException.of(ErrorCode.FRAGMENT_INCOMPLETE,
                        "Partition [%d] of query [%s] was not read for %s, or is read by another one", index, reader.queryId(), PATIENCE);
            }
            if (failure != null) {
                throw failure;
            }
            Item item = partition.waiting.poll();
            if (item != null) {
                partition.bytes -= item.bytes();
                context.memory().release(item.bytes());
                partition.since = clock.instant();
                notifyAll();
                return item.batch();
            }
            if (whole != null) {
                partition.state = State.DONE;
                notifyAll();
                return null;
            }
            await(reader.remaining().plusMillis(1));
        }
    }

    /// Of all partitions, once one has been read to its end.
    synchronized FragmentTrailer whole() {
        return whole;
    }

    private void giveUp(Partition partition) {
        partition.state = State.GIVEN_UP;
        drop(partition);
        notifyAll();
    }

    private void drop(Partition partition) {
        partition.waiting.clear();
        context.memory().release(partition.bytes);
        partition.bytes = 0;
    }

    private void await(Duration patience) {
        try {
            scheduler.await(this, patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NarwhalException(ErrorCode.QUERY_CANCELLED, "Interrupted while rows waited to be read", e);
        }
    }
}
