package org.narwhaldb.controller;

import java.util.List;

/// What the repair loop decided to do. Only [ChangeApplier] touches the cluster.
sealed interface Change {
    /// Lets failed replicas of one resource on one instance try again.
    record Retry(String instance, String resource, List<Integer> partitions) implements Change {}

    /// Gives an instance the one tag that its role and tier call for.
    record Retag(String instance, String tag) implements Change {}

    /// Sets by which level of the topology replicas are kept apart.
    record SetFaultZone(String level) implements Change {}

    /// Deletes what the cluster knows of an instance that is gone for good.
    record Forget(String instance) implements Change {}
}
