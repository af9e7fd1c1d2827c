package org.narwhaldb.flight.query;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.operator.Broadcast;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.flight.routing.SegmentRouter;
import org.narwhaldb.flight.version.VersionManifest;
import org.narwhaldb.segment.error.NarwhalException;

/// The gather exchange: all parts of a leaf fragment run at once on their servers; their rows come out part by part, in part order,
/// so that doubles add up the same way each time.
final class GatherSource implements Operator {

    /// @param broadcasts what goes with each request
    /// @param memoryLimitBytes of the query on one segment server
    /// @param inline the merge reads the only part itself: nothing else is to be read meanwhile, and its rows are few
    record Leaf(Fragment fragment, VersionManifest manifest, List<SegmentRouter.Part> parts, List<SegmentRouter.Part> producers,
            List<Broadcast> broadcasts, long memoryLimitBytes, boolean inline) {

        /// Whether another attempt yields the same rows in the same order. Groups come out as threads found them and as cached
        /// dictionaries number them; of rows that tie for the last places of a top-N, threads find one or the other first.
        boolean repeats() {
            return repeats(fragment.root());
        }

        private static boolean repeats(PlanNode node) {
            return switch (node) {
                case PlanNode.Aggregate _ -> false;
                case PlanNode.Sort sort when sort.limit() >= 0 -> false;
                default -> node.inputs().stream().allMatch(Leaf::repeats);
            };
        }
    }

    /// Who can be asked, now.
    interface Servers {
        /// Servers that hold all shards of the part, the preferred one first.
        List<String> holders(SegmentRouter.Part part);

        /// Who can run a producer of the part that is asked for: its holders, unless these are merged elsewhere.
        default List<String> candidates(SegmentRouter.Part producer) {
            return holders(producer);
        }

        /// All live servers of the tier.
        List<String> tier();

        /// @throws NarwhalException SERVER_UNREACHABLE if it has left the cluster
        Transport.NodeAddress address(String server);

        /// An attempt on the server has failed.
        void failed(String server, NarwhalException reason);
    }

    /// What every source of one query shares.
    record Exchange(Servers servers, Transport transport, QueryContext context, InstantSource clock, Scheduler scheduler,
            QueryStatistics statistics) {}

    /// How many parts of one fragment run at a time; the next start as the merge gets through them.
    private static final int WINDOW = 16;

    private record Running(PartReader reader, BatchQueue queue) {}

    private final Leaf leaf;
    private final Exchange exchange;
    private final List<Running> running = new ArrayList<>();
    /// A part that the merge's own thread reads before it takes from it.
    private PartReader pending;
    private int next;
    private int current;
    private boolean closed;

    GatherSource(Leaf leaf, Exchange exchange) {
        this.leaf = leaf;
        this.exchange = exchange;
        exchange.context().onCancel(this::stop);
    }

    Leaf leaf() {
        return leaf;
    }

    Servers servers() {
        return exchange.servers();
    }

    Transport transport() {
        return exchange.transport();
    }

    QueryContext context() {
        return exchange.context();
    }

    InstantSource clock() {
        return exchange.clock();
    }

    Scheduler scheduler() {
        return exchange.scheduler();
    }

    QueryStatistics statistics() {
        return exchange.statistics();
    }

    /// Starts reading ahead; the merge need not wait for one leaf before the next starts.
    synchronized void start() {
        while (!closed && next < leaf.parts().size() && next < current + WINDOW) {
            BatchQueue queue = leaf.repeats()
                    ? BatchQueue.streaming(context().memory(), leaf.inline() ? Long.MAX_VALUE : BatchQueue.READ_AHEAD_BYTES)
                    : BatchQueue.holdingBack(context().memory());
            PartReader reader = new PartReader(this, leaf.parts().get(next++), queue);
            running.add(new Running(reader, queue));
            if (leaf.inline()) {
                pending = reader;
            } else {
                exchange.scheduler().start("gather-" + context().queryId(), reader);
            }
        }
    }

    @Override
    public Batch next() {
        while (true) {
            context().check();
            Running part;
            PartReader unread;
            synchronized (this) {
                start();
                if (closed || current >= running.size()) {
                    return null;
                }
                part = running.get(current);
                unread = pending;
                pending = null;
            }
            if (unread != null) {
                unread.run();
            }
            Batch batch = part.queue().take();
            if (batch != null) {
                return batch;
            }
            context().check();
            synchronized (this) {
                current++;
            }
        }
    }

    /// Of several parts a group may be in each.
    @Override
    public synchronized boolean yieldsGroupsOnce() {
        return leaf.parts().size() == 1 && running.getFirst().queue().hasGroupsOnce();
    }

    @Override
    public void close() {
        stop();
    }

    private synchronized void stop() {
        closed = true;
        running.forEach(part -> part.reader().stop());
    }
}
