package org.narwhaldb.flight.query;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.exchange.HashExchange;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.operator.BatchBytes;
import org.narwhaldb.flight.routing.SegmentRouter;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Reads one part of a fragment to its end, from whichever server can answer, into a queue. The answer is whole or the
/// query fails.
///
/// An attempt that breaks off is replaced by another. Segments and live rows are immutable, so the next attempt of most fragments
/// yields the same rows in the same order: those already handed on are skipped, never sent twice. Fragments whose rows depend on threads
/// and caches hand nothing on before the attempt is whole. The part ends only with a trailer that checks against all rows of the
/// attempt, skipped ones included.
final class PartReader implements Runnable {
    private final GatherSource.Leaf leaf;
    private final SegmentRouter.Part part;
    private final GatherSource.Servers servers;
    private final Transport transport;
    private final QueryContext context;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final BatchQueue queue;
    private final QueryStatistics statistics;
    private long rowsHandedOn;
    private boolean hasGroupsOnce;
    private volatile boolean stopped;

    PartReader(GatherSource source, SegmentRouter.Part part, BatchQueue queue) {
        this.leaf = source.leaf();
        this.part = part;
        this.servers = source.servers();
        this.transport = source.transport();
        this.context = source.context();
        this.clock = source.clock();
        this.scheduler = source.scheduler();
        this.statistics = source.statistics();
        this.queue = queue;
    }

    void stop() {
        stopped = true;
        queue.close();
    }

    @Override
    public void run() {
        try {
            readWithRetries();
            queue.finish(hasGroupsOnce);
        } catch (NarwhalException e) {
            queue.fail(e);
        } catch (RuntimeException e) {
            queue.fail(new NarwhalException(ErrorCode.INTERNAL, "Reading %s failed: %s".formatted(what(), e), e));
        }
    }

    private void readWithRetries() {
        PartAttempts attempts = new PartAttempts(what());
        while (!stopped) {
            context.check();
            List<String> holders = servers.holders(part);
            switch (attempts.next(clock.instant(), holders, servers.tier())) {
                case PartAttempts.Decision.GiveUp giveUp -> throw giveUp.reason();
                case PartAttempts.Decision.Wait wait -> pause(wait.pause());
                case PartAttempts.Decision.Try attempt -> {
                    try {
                        read(attempt);
                        return;
                    } catch (NarwhalException e) {
                        if (!FragmentRequest.retryable(e)) {
                            throw e;
                        }
                        if (queue.holdsBack()) {
                            queue.forget();
                            rowsHandedOn = 0;
                        }
                        statistics.partRetried();
                        servers.failed(attempt.server(), e);
                        attempts.failed(attempt.server(), e, clock.instant());
                    }
                }
            }
        }
    }

    private void read(PartAttempts.Decision.Try attempt) {
        FragmentRequest request = new FragmentRequest(context.queryId(), leaf.fragment().id(), part.number(), attempt.attempt(),
                leaf.manifest().version().table().toString(), leaf.manifest().version().id().toString(), leaf.fragment().root(),
                part.pairs(), leaf.broadcasts(), merge(attempt.onDemand()), attempt.onDemand(), statistics.profile() != null,
                context.deadline().toEpochMilli(), leaf.memoryLimitBytes());
        Transport.NodeAddress address = servers.address(attempt.server());
        Received received = new Received();
        Instant began = clock.instant();
        FragmentTrailer trailer = transport.run(address, request, context, received);
        if (stopped) {
            return;
        }
        if (trailer == null || !trailer.checks(request, received.rows, received.batches) || received.rows < rowsHandedOn) {
            throw NarwhalException.of(ErrorCode.FRAGMENT_INCOMPLETE,
                    "Server [%s] ended %s without answering for all of it: trailer %s after %d rows", attempt.server(), what(),
                    trailer, received.rows);
        }
        hasGroupsOnce = trailer.hasGroupsOnce();
        statistics.partAnswered(attempt.server(), leaf.fragment().root(), trailer, received.bytes,
                Duration.between(began, clock.instant()));
    }

    /// Null unless the part is a partition of what several producers send.
    private HashExchange.Merge merge(boolean onDemand) {
        if (leaf.producers().isEmpty()) {
            return null;
        }
        List<String> tier = onDemand ? servers.tier() : List.of();
        List<HashExchange.Producer> producers = new ArrayList<>();
        for (SegmentRouter.Part producer : leaf.producers()) {
            List<Transport.NodeAddress> candidates = (onDemand ? tier : servers.candidates(producer)).stream()
                    .map(servers::address).toList();
            producers.add(new HashExchange.Producer(producer.pairs().size(), candidates));
        }
        return new HashExchange.Merge(part.number(), leaf.parts().size(), producers);
    }

    /// What one attempt has brought; hands on what none before it has.
    private final class Received implements Predicate<Batch> {
        private long rows;
        private long batches;
        private long bytes;

        @Override
        public boolean test(Batch batch) {
            batches++;
            long size = BatchBytes.of(batch);
            bytes += size;
            long skip = Math.max(0, Math.min(batch.rowCount(), rowsHandedOn - rows));
            rows += batch.rowCount();
            if (skip < batch.rowCount()) {
                if (!queue.put(tail(batch, (int) skip), size)) {
                    stopped = true;
                    return false;
                }
                rowsHandedOn = rows;
            }
            return true;
        }
    }

    private static Batch tail(Batch batch, int skip) {
        if (skip == 0) {
            return batch;
        }
        int count = batch.rowCount() - skip;
        int[] rows = new int[count];
        java.util.Arrays.setAll(rows, index -> skip + index);
        return new Batch(count, batch.columns().stream().map(column -> Columns.gather(column, rows, count)).toList());
    }

    private String what() {
        return "table [%s] version [%s] fragment [%d] shards %s".formatted(leaf.manifest().version().table(),
                leaf.manifest().version().id(), leaf.fragment().id(), part.shards());
    }

    private synchronized void pause(Duration pause) {
        try {
            scheduler.await(this, pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NarwhalException(ErrorCode.QUERY_CANCELLED, "Interrupted while waiting for a server", e);
        }
    }
}
