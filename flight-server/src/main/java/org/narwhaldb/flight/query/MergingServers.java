package org.narwhaldb.flight.query;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.flight.routing.SegmentRouter;
import org.narwhaldb.segment.error.NarwhalException;

/// Who can merge a partition of what the producers send: any server; those that have parts come first, since their own need no wire.
/// Nobody can while nobody has one of the parts.
///
/// @param holding of the leaf
record MergingServers(GatherSource.Servers holding, List<SegmentRouter.Part> producers) implements GatherSource.Servers {
    MergingServers {
        producers = List.copyOf(producers);
    }

    @Override
    public List<String> holders(SegmentRouter.Part partition) {
        Set<String> all = new LinkedHashSet<>();
        // the preferred server first, unless it is not well: then its part's other holders come before it
        for (SegmentRouter.Part producer : producers) {
            if (Objects.equals(producer.preferredServer(), partition.preferredServer())) {
                all.addAll(holding.holders(producer));
            }
        }
        for (SegmentRouter.Part producer : producers) {
            List<String> holders = holding.holders(producer);
            if (holders.isEmpty()) {
                return List.of();
            }
            all.addAll(holders);
        }
        return List.copyOf(all);
    }

    @Override
    public List<String> candidates(SegmentRouter.Part producer) {
        return holding.holders(producer);
    }

    @Override
    public List<String> tier() {
        return holding.tier();
    }

    @Override
    public Transport.NodeAddress address(String server) {
        return holding.address(server);
    }

    @Override
    public void failed(String server, NarwhalException reason) {
        holding.failed(server, reason);
    }
}
