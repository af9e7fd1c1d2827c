package org.narwhaldb.server;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.exchange.HashExchange;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.ProcessResources;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.server.exchange.MergeRunner;
import org.narwhaldb.server.exchange.SharedLeaves;
import org.narwhaldb.server.hold.Holdings;
import org.narwhaldb.server.partial.PartialCache;
import org.narwhaldb.store.version.VersionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads and pins segments, runs fragments over them, says what it holds. What to hold is decided by [Holdings] from
/// the shards that the cluster assigns ([ClusterMember.ShardHandler]) and the versions that the pointers name;
/// `execute` answers for exactly the pairs that a request names.
///
/// Start it before it joins the cluster; drain it, then leave the cluster, then close it.
///
/// The action `holdings`, of `{"generation": g, "waitMillis": w}`, answers when the generation is not g or after w,
/// with the shards held whole: `{"generation", "server", "draining", "tables": [{"table", "versions": [{"id", "shards": [3,
/// "5-7"]}]}]}`; of the generation g itself only `{"generation", "server", "draining", "unchanged": true}`. `draining` asks the
/// caller to turn to others.
///
/// The action `status` answers `{"server", "segments", "bytes", "loading", "failed": [{"table", "segment", "code"}],
/// "memory": {"limitBytes", "reservedBytes"}}` and more.
public final class SegmentServer implements Transport.Handler, ClusterMember.ShardHandler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentServer.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(5);
    /// Longer than a front end needs to learn that this server is draining, and to send what it was about to send.
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final Duration WAIT_MAX = Duration.ofMinutes(1);

    /// What the ingest leader mends by building the segment anew.
    private static final Set<ErrorCode> REBUILT =
            Set.of(ErrorCode.CORRUPT_SEGMENT, ErrorCode.CORRUPT_VERSION, ErrorCode.FILE_NOT_FOUND);

    private final String id;
    private final HeldPairs held;
    private final PointerFollower follower;
    private final FragmentRunner fragments;
    private final SharedLeaves shares;
    private final MergeRunner merges;
    private final StatusReport report;
    private final Scheduler scheduler;
    private final ProcessResources resources;
    private Scheduler.Cancellable ticking = () -> {};
    private volatile boolean draining;

    /// Where versions and segments come from, and partial answers over them. One cache of each serves all servers of a JVM.
    public record Sources(PointerStore pointers, VersionStore versions, SegmentCache cache, PartialCache partials) {
        /// All answers are computed.
        public Sources(PointerStore pointers, VersionStore versions, SegmentCache cache) {
            this(pointers, versions, cache, PartialCache.off());
        }
    }

    /// What the process shares. `workers` run loads, never more than the configured parallelism at once.
    ///
    /// @param peers to the other segment servers
    public record Shared(InstantSource clock, Scheduler scheduler, ExecutorService workers, MemoryPool memory,
            ProcessResources resources, Transport peers) {}

    public SegmentServer(Instance instance, Sources sources, Shared shared, SegmentServerConfig config) {
        this.id = instance.id();
        this.scheduler = shared.scheduler();
        this.resources = shared.resources();
        // Beginning at the clock keeps generations of a restarted server above those it announced before.
        Holdings holdings = new Holdings(Duration.ofMillis(config.retentionMillis()), RETRY, shared.clock().millis());
        LoadQueue queue = new LoadQueue(shared.workers(), config.loadParallelism());
        this.held = new HeldPairs(holdings, sources.versions(), sources.cache(), shared.clock(), scheduler, queue);
        this.follower = new PointerFollower(sources.pointers(), sources.versions(), instance.tier(), scheduler, held);
        this.fragments = new FragmentRunner(id, held, sources.versions(), sources.partials(), shared.clock(), scheduler);
        this.shares = new SharedLeaves(fragments::run, shared.memory(), shared.clock(), shared.scheduler());
        this.merges = new MergeRunner(id, shares, shared.peers(), shared.clock(), shared.scheduler());
        this.report = new StatusReport(id, held, fragments, sources, shared.memory());
    }

    public void start() {
        follower.start();
        ticking = scheduler.repeat(TICK, held::tick);
    }

    /// To be called before the server leaves the cluster: asks the front ends to turn to others, answers what they send all the
    /// same, and returns when nothing came or ran for a second, at the latest after `patience`. From then on fragments are refused.
    public void drain(Duration patience) {
        draining = true;
        held.announceAgain();
        fragments.drain(QUIET, patience);
        LOG.info("Drained, [{}] fragments still run", fragments.running());
    }

    @Override
    public FragmentTrailer execute(FragmentRequest request, QueryContext context, Consumer<Batch> sink) {
        context.use(resources);
        return switch (request.exchange()) {
            case null -> fragments.run(request, context, sink);
            case HashExchange.Share share -> fragments.counted(() -> shares.run(request, share, context, sink));
            case HashExchange.Merge merge -> fragments.counted(() -> merges.run(request, merge, context, sink));
        };
    }

    @Override
    public byte[] call(String action, byte[] body, Consumer<byte[]> progress) {
        return switch (action) {
            case "holdings" -> {
                HoldingsQuestion question = HoldingsQuestion.parse(body);
                Duration patience = Duration.ofMillis(Math.clamp(question.waitMillis(), 0, WAIT_MAX.toMillis()));
                held.awaitChange(question.generation(), patience);
                yield report.holdings(question.generation(), draining);
            }
            case "status" -> report.status();
            default -> throw NarwhalException.of(ErrorCode.INVALID_REQUEST,
                    "Segment server [%s] knows no action [%s]; it knows holdings and status", id, action);
        };
    }

    /// A segment that is damaged in the store or gone from it does not keep the rest of the shard from being served: its table's shard
    /// is not announced as held, and `status` names it for the ingest leader to rebuild. Any other failure is the
    /// shard's.
    @Override
    public void load(ShardId shard) {
        follower.catchUp();
        Map<PairId, NarwhalException> failures = held.assigned(shard);
        failures.forEach((pair, failure) -> {
            if (!REBUILT.contains(failure.code())) {
                throw new NarwhalException(failure.code(), "Shard [%s] lacks segment [%s]: %s".formatted(
                        shard, pair.segmentId(), failure.getMessage()), failure);
            }
        });
        LOG.debug("Shard [{}] is loaded, [{}] of its pairs are damaged", shard, failures.size());
    }

    @Override
    public void serve(ShardId shard) {
        LOG.debug("Shard [{}] is served", shard);
    }

    @Override
    public void unload(ShardId shard) {
        held.unassigned(shard);
    }

    @Override
    public void close() {
        ticking.cancel();
        follower.close();
        held.close();
    }
}
