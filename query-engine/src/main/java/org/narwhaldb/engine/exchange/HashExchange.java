package org.narwhaldb.engine.exchange;

import java.util.List;

/// What a request has to do with rows that go from several parts of a leaf to several partitions, by hash of their keys
/// (docs/design/0007-hash-exchange.md).
public sealed interface HashExchange {

    /// Which of the partitions.
    int partition();

    int partitions();

    /// Asks a server for the rows of one partition of one part: the request's plan is the leaf's.
    ///
    /// @param alone the leaf is to run for this partition only; otherwise it runs once for all who ask for one each
    record Share(int partition, int partitions, boolean alone) implements HashExchange {}

    /// Asks a server to collect one partition from all parts and to finish it: the request's plan has an
    /// [org.narwhaldb.engine.plan.PlanNode.Exchange] in it, its pairs are those of all producers, one after the other.
    record Merge(int partition, int partitions, List<Producer> producers) implements HashExchange {
        public Merge {
            producers = List.copyOf(producers);
        }
    }

    /// One part of the leaf, numbered by its place.
    ///
    /// @param candidates who can run it, to be asked in this order
    record Producer(int pairCount, List<Transport.NodeAddress> candidates) {
        public Producer {
            candidates = List.copyOf(candidates);
        }
    }
}
