package org.narwhaldb.server.exchange;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.exchange.HashExchange;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.operator.HashSplit;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Answers requests for one partition of a leaf's groups: the leaf runs once for all who ask for one each, or for one who asks alone.
/// A partition is a function of the request (pairs are immutable, and a key's hash is one of its values), so it does not matter which run
/// it came from: that runs are shared saves work, and nothing else depends on it.
public final class SharedLeaves {
    /// What makes two requests the same but for their partition. Query ids alone are no names: clients may choose them.
    private record Key(String queryId, int fragmentId, int part, PlanNode root, int pairCount, long pairsDigest, int partitions,
            long deadline) {
        static Key of(FragmentRequest request, HashExchange.Share share) {
            return new Key(request.queryId(), request.fragmentId(), request.part(), request.root(), request.pairs().size(),
                    FragmentTrailer.digest(request.pairs()), share.partitions(), request.deadlineEpochMillis());
        }
    }

    private final LeafRuns leaves;
    private final MemoryPool memory;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final Map<Key, SharedRun> runs = new HashMap<>();

    public SharedLeaves(LeafRuns leaves, MemoryPool memory, InstantSource clock, Scheduler scheduler) {
        this.leaves = leaves;
        this.memory = memory;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    /// @param context of the one who asks
    public FragmentTrailer run(FragmentRequest request, HashExchange.Share share, QueryContext context, Consumer<Batch> sink) {
        FragmentRequest leaf = request.of(request.part(), request.root(), request.pairs(), null);
        Counted counted = new Counted(sink);
        SharedRun run = claim(leaf, share, Key.of(request, share), context);
        FragmentTrailer whole = run == null ? alone(leaf, share, context, counted) : read(run, share, context, counted);
        boolean reports = run == null || share.partition() == 0;
        return new FragmentTrailer(request.queryId(), request.fragmentId(), request.part(), request.attempt(), whole.pairCount(),
                whole.pairsDigest(), counted.rows, counted.batches, reports ? whole.rowsScanned() : 0, false, whole.profile());
    }

    /// Null if the leaf is to be run for this partition alone.
    private SharedRun claim(FragmentRequest leaf, HashExchange.Share share, Key key, QueryContext context) {
        synchronized (runs) {
            SharedRun run = runs.get(key);
            if (share.alone()) {
                if (run != null) {
                    run.supersede(share.partition());
                }
                return null;
            }
            if (run == null) {
                run = start(leaf, share, key, context);
            }
            return run.claim(share.partition()) ? run : null;
        }
    }

    private SharedRun start(FragmentRequest leaf, HashExchange.Share share, Key key, QueryContext reader) {
        QueryMemory account = memory.open(leaf.queryId(), leaf.memoryLimitBytes());
        QueryContext context = new QueryContext(leaf.queryId(), Instant.ofEpochMilli(leaf.deadlineEpochMillis()), clock, account);
        context.use(reader.resources());
        SharedRun run = new SharedRun(share.partitions(), context, clock, scheduler);
        runs.put(key, run);
        scheduler.start("share-" + leaf.queryId(), () -> {
            NarwhalException reason = new NarwhalException(ErrorCode.FRAGMENT_INCOMPLETE, "The leaf's run has ended");
            try {
                run.finish(produce(leaf, share, context, run));
            } catch (NarwhalException e) {
                reason = e;
            } catch (RuntimeException e) {
                reason = new NarwhalException(ErrorCode.INTERNAL,
                        "Query [%s] met a defect in fragment [%d]: %s".formatted(leaf.queryId(), leaf.fragmentId(), e), e);
            } finally {
                synchronized (runs) {
                    runs.remove(key, run);
                }
                run.end(reason);
                memory.close(account);
            }
        });
        return run;
    }

    private FragmentTrailer produce(FragmentRequest leaf, HashExchange.Share share, QueryContext context, SharedRun run) {
        HashSplit split = new HashSplit(keys(leaf.root()), share.partitions());
        return leaves.run(leaf, context, batch -> {
            Batch[] parts = split.all(batch);
            for (int partition = 0; partition < parts.length; partition++) {
                if (parts[partition] != null) {
                    run.put(partition, parts[partition]);
                }
            }
        });
    }

    private static FragmentTrailer read(SharedRun run, HashExchange.Share share, QueryContext context, Consumer<Batch> sink) {
        try {
            context.onCancel(run::ring);
            for (Batch batch = run.take(share.partition(), context); batch != null; batch = run.take(share.partition(), context)) {
                sink.accept(batch);
            }
            return run.whole();
        } finally {
            run.release(share.partition());
        }
    }

    private FragmentTrailer alone(FragmentRequest leaf, HashExchange.Share share, QueryContext context, Consumer<Batch> sink) {
        HashSplit split = new HashSplit(keys(leaf.root()), share.partitions());
        return leaves.run(leaf, context, batch -> {
            Batch part = split.only(batch, share.partition());
            if (part != null) {
                sink.accept(part);
            }
        });
    }

    private static int keys(PlanNode root) {
        if (root instanceof PlanNode.Aggregate aggregate && !aggregate.keys().isEmpty()) {
            return aggregate.keys().size();
        }
        throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "Only groups are exchanged by hash");
    }

    private static final class Counted implements Consumer<Batch> {
        private final Consumer<Batch> sink;
        private long rows;
        private long batches;

        Counted(Consumer<Batch> sink) {
            this.sink = sink;
        }

        @Override
        public void accept(Batch batch) {
            rows += batch.rowCount();
            batches++;
            sink.accept(batch);
        }
    }
}
