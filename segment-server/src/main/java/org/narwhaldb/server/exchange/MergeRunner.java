package org.narwhaldb.server.exchange;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.exchange.HashExchange;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.profile.FragmentProfile;
import org.narwhaldb.engine.profile.OperatorProfile;
import org.narwhaldb.engine.profile.PlanMeter;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Runs what is above an exchange for one partition: reads its rows of every part from whoever has the part, and says that it
/// answers for a part's pairs only after that part's own trailer has checked. A part that breaks off after some of its rows have gone into
/// the merge fails the merge, whose caller begins it anew; before that, the next candidate is asked.
public final class MergeRunner {
    private final String server;
    private final SharedLeaves shares;
    private final Transport peers;
    private final InstantSource clock;
    private final Scheduler scheduler;

    /// @param server this one, whose parts are read without a wire
    public MergeRunner(String server, SharedLeaves shares, Transport peers, InstantSource clock, Scheduler scheduler) {
        this.server = server;
        this.shares = shares;
        this.peers = peers;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    public FragmentTrailer run(FragmentRequest request, HashExchange.Merge merge, QueryContext context, Consumer<Batch> sink) {
        PlanNode.Exchange exchange = exchange(request.root());
        int depth = depth(request.root());
        PlanNode above = above(request.root(), new PlanNode.RemoteSource(request.fragmentId(), exchange.output()));
        PlanMeter meter = request.profiled() ? new PlanMeter(request.root(), context) : null;
        QueryContext reading = new QueryContext(context.queryId(), context.deadline(), clock, context.memory());
        long rows = 0;
        long batches = 0;
        List<MergeSource.Read> read;
        try (MergeSource source = new MergeSource(parts(request, merge, exchange), context, reading, scheduler);
                Operator operator = FragmentExecutor.operator(above, new FragmentExecutor.Inputs(List.of(), _ -> source,
                        _ -> { throw new IllegalStateException("A merge has no system table"); },
                        FragmentExecutor.Broadcasts.of(List.of())), context, meter == null ? null : meter.before(depth + 1))) {
            for (Batch batch = operator.next(); batch != null; batch = operator.next()) {
                context.check();
                sink.accept(batch);
                rows += batch.rowCount();
                batches++;
            }
            read = source.done();
        }
        int pairCount = 0;
        long digest = 0;
        long scanned = 0;
        for (MergeSource.Read part : read) {
            pairCount += part.trailer().pairCount();
            digest += part.trailer().pairsDigest();
            scanned += part.trailer().rowsScanned();
        }
        return new FragmentTrailer(request.queryId(), request.fragmentId(), request.part(), request.attempt(), pairCount, digest, rows,
                batches, scanned, false, meter == null ? null : profile(meter, read, depth + 1));
    }

    private List<MergeSource.Part> parts(FragmentRequest request, HashExchange.Merge merge, PlanNode.Exchange exchange) {
        List<MergeSource.Part> parts = new ArrayList<>();
        int from = 0;
        for (HashExchange.Producer producer : merge.producers()) {
            int number = parts.size();
            List<PairId> pairs = request.pairs().subList(from, from + producer.pairCount());
            parts.add((context, sink) -> read(request, new Asked(number, pairs, producer.candidates(), merge), exchange, context, sink));
            from += producer.pairCount();
        }
        return parts;
    }

    private record Asked(int number, List<PairId> pairs, List<Transport.NodeAddress> candidates, HashExchange.Merge merge) {}

    private MergeSource.Read read(
            FragmentRequest request, Asked asked, PlanNode.Exchange exchange, QueryContext context, MergeSource.Sink sink) {
        NarwhalException last = null;
        for (int candidate = 0; candidate < asked.candidates().size(); candidate++) {
            Transport.NodeAddress node = asked.candidates().get(candidate);
            HashExchange.Share share = new HashExchange.Share(asked.merge().partition(), asked.merge().partitions(),
                    request.attempt() > 0 || candidate > 0);
            FragmentRequest own = request.of(asked.number(), exchange.input(), asked.pairs(), share);
            long[] received = new long[2];
            try {
                FragmentTrailer trailer = run(node, own, share, context, batch -> {
                    received[0] += batch.rowCount();
                    received[1]++;
                    return sink.put(batch);
                });
                if (trailer == null || !trailer.checks(own, received[0], received[1])) {
                    throw NarwhalException.of(ErrorCode.FRAGMENT_INCOMPLETE,
                            "Server [%s] ended part [%d] of query [%s] without answering for all of it: trailer %s after %d rows",
                            node.id(), asked.number(), request.queryId(), trailer, received[0]);
                }
                return new MergeSource.Read(node.id(), trailer, node.id().equals(server) ? trailer.profile() : null);
            } catch (NarwhalException e) {
                context.check();
                if (!FragmentRequest.retryable(e)) {
                    throw e;
                }
                last = e;
                if (received[1] > 0) {
                    break;
                }
            }
        }
        // not what the other server said of itself: the caller would take it for this one's
        throw new NarwhalException(ErrorCode.FRAGMENT_INCOMPLETE, "Server [%s] could not read part [%d] of query [%s]%s".formatted(
                server, asked.number(), request.queryId(), last == null ? ": nobody has it" : ": " + last.getMessage()), last);
    }

    private FragmentTrailer run(Transport.NodeAddress node, FragmentRequest request, HashExchange.Share share, QueryContext context,
            MergeSource.Sink sink) {
        if (!node.id().equals(server)) {
            return peers.run(node, request, context, sink::put);
        }
        NarwhalException refused = new NarwhalException(ErrorCode.QUERY_CANCELLED, "The merge wants no more rows");
        return shares.run(request, share, context, batch -> {
            if (!sink.put(batch)) {
                throw refused;
            }
        });
    }

    /// What ran above the exchange, and below it on this server.
    private static FragmentProfile profile(PlanMeter meter, List<MergeSource.Read> read, int above) {
        FragmentProfile sum = meter.profile();
        for (MergeSource.Read part : read) {
            FragmentProfile below = part.profile();
            if (below != null) {
                List<OperatorProfile> operators = new ArrayList<>(Collections.nCopies(above, OperatorProfile.NONE));
                operators.addAll(below.operators());
                sum = sum.plus(new FragmentProfile(operators, below.peakBytes(), below.blocksRead(), below.blocksSkipped(), below.kept(),
                        below.computed()));
            }
        }
        return sum;
    }

    private static PlanNode.Exchange exchange(PlanNode root) {
        PlanNode node = root;
        while (!(node instanceof PlanNode.Exchange exchange)) {
            if (node.inputs().size() != 1) {
                throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "A merge without an exchange");
            }
            node = node.inputs().getFirst();
        }
        return exchange;
    }

    private static int depth(PlanNode node) {
        int depth = 0;
        for (PlanNode below = node; !(below instanceof PlanNode.Exchange); below = below.inputs().getFirst()) {
            depth++;
        }
        return depth;
    }

    private static PlanNode above(PlanNode node, PlanNode source) {
        return node instanceof PlanNode.Exchange ? source : node.over(List.of(above(node.inputs().getFirst(), source)));
    }
}
