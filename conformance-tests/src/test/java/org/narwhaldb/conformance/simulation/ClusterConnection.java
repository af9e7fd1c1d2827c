package org.narwhaldb.conformance.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.ClusterView;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// One process's connection to the simulated cluster: what it sees is what it was last told.
final class ClusterConnection implements Cluster, ClusterView, PointerStore {
    private final SimulatedCluster cluster;
    private final SimulatedProcess process;
    private final List<Consumer<ClusterImage>> listeners = new ArrayList<>();
    private final List<Runnable> watches = new ArrayList<>();
    private ClusterImage image;

    ClusterConnection(SimulatedCluster cluster, SimulatedProcess process, ClusterImage image) {
        this.cluster = cluster;
        this.process = process;
        this.image = image;
    }

    SimulatedProcess process() {
        return process;
    }

    void show(ClusterImage next) {
        if (next.version() > image.version()) {
            image = next;
            List.copyOf(listeners).forEach(listener -> listener.accept(next));
        }
    }

    void pointersChanged() {
        List.copyOf(watches).forEach(Runnable::run);
    }

    @Override
    public ClusterView view() {
        return this;
    }

    @Override
    public PointerStore pointers() {
        return this;
    }

    @Override
    public ClusterMember joinAsServer(Instance instance, ClusterMember.ShardHandler handler) {
        return cluster.join(process, instance, handler, null);
    }

    @Override
    public ClusterMember joinAsLeader(Instance instance, ClusterMember.LeaderHandler handler) {
        return cluster.join(process, instance, null, handler);
    }

    @Override
    public ClusterMember announce(Instance instance) {
        return cluster.join(process, instance, null, null);
    }

    @Override
    public void ensureShards(String resource, int shardCount, int replicas, String tier) {
        before("ensure " + resource);
        cluster.ensure(resource, shardCount, replicas, tier);
    }

    @Override
    public Map<String, ShardResource> shardResources() {
        before("shard resources");
        return cluster.resources();
    }

    @Override
    public boolean dropShards(String resource, int stamp) {
        before("drop " + resource);
        return cluster.drop(resource, stamp);
    }

    @Override
    public Map<String, KnownMember> members() {
        before("members");
        return cluster.known();
    }

    @Override
    public void drain(String instance, boolean draining) {
        throw new UnsupportedOperationException("no operator is simulated");
    }

    @Override
    public void remove(String instance) {
        throw new UnsupportedOperationException("no operator is simulated");
    }

    @Override
    public ClusterImage image() {
        return image;
    }

    @Override
    public AutoCloseable onChange(Consumer<ClusterImage> listener) {
        listeners.add(listener);
        cluster.tell(process, "image", () -> listener.accept(image));
        return () -> listeners.remove(listener);
    }

    private void before(String what) {
        process.step(what);
        if (process.faults().chance(process.faults().refused)) {
            throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE, "ZooKeeper does not answer: %s", what);
        }
    }

    @Override
    public Optional<Pointer> read(TableName table) {
        before("read pointer of " + table);
        return cluster.pointer(table);
    }

    @Override
    public Map<TableName, Pointer> readAll() {
        before("read pointers");
        Map<TableName, Pointer> pointers = new TreeMap<>();
        cluster.nodes.keySet().forEach(table -> cluster.pointer(table).ifPresent(pointer -> pointers.put(table, pointer)));
        process.step("done: read pointers");
        return pointers;
    }

    @Override
    public Outcome compareAndSet(TableName table, Optional<Pointer> expected, VersionId next) {
        return change("set pointer of " + table + " to " + next, table, expected, next);
    }

    @Override
    public Outcome remove(TableName table, Pointer expected) {
        return change("remove pointer of " + table, table, Optional.of(expected), null);
    }

    private Outcome change(String what, TableName table, Optional<Pointer> expected, VersionId next) {
        before(what);
        if (process.faults().chance(process.faults().lostRequest)) {
            return Outcome.UNKNOWN;
        }
        Outcome outcome = cluster.set(table, expected, next);
        process.step("done: " + what + ": " + outcome);
        return process.faults().chance(process.faults().lostAnswer) ? Outcome.UNKNOWN : outcome;
    }

    @Override
    public AutoCloseable watch(Runnable listener) {
        watches.add(listener);
        cluster.tell(process, "watch", listener);
        return () -> watches.remove(listener);
    }

    @Override
    public void close() {}
}
