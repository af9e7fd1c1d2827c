package org.narwhaldb.cluster.memory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.ClusterView;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.ReplicaState;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A cluster without ZooKeeper, for tests and simulation: all processes share this object, each through a [#connect]
/// of its own.
///
/// Deterministic: shards go round robin to the live servers of their tier in the order of ids, the lowest live ingest
/// node leads every partition, and everything that takes time is a task of the given scheduler.
public final class InMemoryCluster {
    private static final Logger LOG = LoggerFactory.getLogger(InMemoryCluster.class);

    private final InstantSource clock;
    private final Scheduler scheduler;
    private final Duration retryAfter;
    private final InMemoryPointers pointers;
    private final Map<String, Member> members = new TreeMap<>();
    private final Map<String, Cluster.ShardResource> resources = new TreeMap<>();
    private final Map<Replica, ReplicaState> states = new HashMap<>();
    private final Set<Replica> busy = new HashSet<>();
    private final long[] epochs = new long[ClusterImage.LEADER_PARTITIONS];
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private Member leader;
    private volatile ClusterImage image;

    /// All that ever joined and were not removed.
    private final Map<String, Instance> known = new TreeMap<>();
    private final Set<String> draining = new HashSet<>();
    private final Set<String> leaving = new HashSet<>();
    private int stamps;


    private record Replica(ShardId shard, String instance) {}

    /// @param retryAfter how long a replica whose load failed rests before it is tried again
    public InMemoryCluster(InstantSource clock, Scheduler scheduler, Duration retryAfter) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.retryAfter = retryAfter;
        this.pointers = new InMemoryPointers(scheduler);
        this.image = ClusterImage.empty(clock.instant());
    }

    /// One process's connection; closing it takes its members away.
    public Cluster connect() {
        return new Connection();
    }

    private synchronized Member join(Instance instance, ClusterMember.ShardHandler shards,
            ClusterMember.LeaderHandler leadership) {
        if (members.containsKey(instance.id())) {
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                    "Instance [%s] is a member already; give each its own id", instance.id());
        }
        Member member = new Member(instance, shards, leadership);
        members.put(instance.id(), member);
        known.put(instance.id(), instance);
        settle();
        return member;
    }

    private synchronized void leave(Member member) {
        if (members.remove(member.instance.id(), member)) {
            states.keySet().removeIf(replica -> replica.instance.equals(member.instance.id()));
            forgetLeft();
            settle();
        }
    }

    private void forgetLeft() {
        for (String id : List.copyOf(leaving)) {
            if (!members.containsKey(id)) {
                leaving.remove(id);
                draining.remove(id);
                known.remove(id);
            }
        }
    }

    private synchronized void ensure(String resource, int shardCount, int replicas, String tier) {
        Cluster.ShardResource before = resources.get(resource);
        if (before != null && before.shardCount() != shardCount) {
            throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                    "Resource [%s] has [%d] shards and cannot get [%d]; a new layout needs a new resource", resource,
                    before.shardCount(), shardCount);
        }
        resources.put(resource, new Cluster.ShardResource(shardCount, replicas, tier, ++stamps));
        settle();
    }

    private synchronized boolean drop(String resource, int stamp) {
        Cluster.ShardResource present = resources.get(resource);
        if (present != null && present.stamp() != stamp) {
            return false;
        }
        resources.remove(resource);
        settle();
        return true;
    }

    private synchronized void changeDraining(String instance, boolean drain) {
        if (!known.containsKey(instance)) {
            return;
        }
        if (drain) {
            draining.add(instance);
        } else {
            draining.remove(instance);
            leaving.remove(instance);
        }
        settle();
    }

    private synchronized void leave(String instance) {
        if (known.containsKey(instance)) {
            leaving.add(instance);
            forgetLeft();
        }
    }

    private synchronized Map<String, Cluster.KnownMember> known() {
        Map<String, Cluster.KnownMember> all = new TreeMap<>();
        known.forEach((id, instance) -> all.put(id, new Cluster.KnownMember(instance, members.containsKey(id),
                draining.contains(id), leaving.contains(id))));
        return all;
    }

    /// Starts what leads from the present state to the wanted one, and publishes an image.
    private void settle() {
        Set<Replica> wanted = wanted();
        for (Replica replica : wanted) {
            if (!states.containsKey(replica) && busy.add(replica)) {
                states.put(replica, ReplicaState.LOADING);
                Member member = members.get(replica.instance);
                scheduler.execute(() -> load(replica, member));
            }
        }
        for (Replica replica : List.copyOf(states.keySet())) {
            if (!wanted.contains(replica) && !keeps(replica) && busy.add(replica)) {
                Member member = members.get(replica.instance);
                scheduler.execute(() -> unload(replica, member));
            }
        }
        elect();
        publish();
    }

    private Set<Replica> wanted() {
        Set<Replica> wanted = new HashSet<>();
        resources.forEach((name, resource) -> {
            List<String> servers = servers(resource);
            for (int shard = 0; shard < resource.shardCount(); shard++) {
                for (int copy = 0; copy < Math.min(resource.replicas(), servers.size()); copy++) {
                    wanted.add(new Replica(new ShardId(name, shard), servers.get((shard + copy) % servers.size())));
                }
            }
        });
        return wanted;
    }

    private List<String> servers(Cluster.ShardResource resource) {
        return members.values().stream().map(member -> member.instance)
                .filter(instance -> instance.role() == Role.SEGMENT_SERVER && instance.tier().equals(resource.tier()))
                .map(Instance::id).filter(id -> !draining.contains(id)).toList();
    }

    /// A replica that moves stays until as many others serve, and are not on their way out, as can be had.
    private boolean keeps(Replica replica) {
        Cluster.ShardResource resource = resources.get(replica.shard.resource());
        if (resource == null) {
            return false;
        }
        List<String> servers = servers(resource);
        long serving = servers.stream().filter(server -> !server.equals(replica.instance))
                .map(server -> new Replica(replica.shard, server))
                .filter(other -> states.get(other) == ReplicaState.SERVING && !busy.contains(other)).count();
        return serving < Math.max(1, Math.min(resource.replicas(), servers.size()));
    }

    private void load(Replica replica, Member member) {
        ReplicaState reached;
        try {
            member.shards.load(replica.shard);
            member.shards.serve(replica.shard);
            reached = ReplicaState.SERVING;
        } catch (RuntimeException e) {
            LOG.warn("Shard [{}] failed on [{}]", replica.shard, replica.instance, e);
            reached = ReplicaState.ERROR;
        }
        finish(replica, member, reached);
        if (reached == ReplicaState.ERROR) {
            scheduler.schedule(retryAfter, () -> retry(replica));
        }
    }

    private void unload(Replica replica, Member member) {
        ReplicaState reached = null;
        try {
            member.shards.unload(replica.shard);
        } catch (RuntimeException e) {
            LOG.warn("Shard [{}] failed to unload on [{}]", replica.shard, replica.instance, e);
            reached = ReplicaState.ERROR;
        }
        finish(replica, member, reached);
    }

    private synchronized void finish(Replica replica, Member member, ReplicaState reached) {
        busy.remove(replica);
        if (members.get(replica.instance) == member) {
            if (reached == null) {
                states.remove(replica);
            } else {
                states.put(replica, reached);
            }
        }
        settle();
    }

    private synchronized void retry(Replica replica) {
        if (states.get(replica) == ReplicaState.ERROR && !busy.contains(replica)) {
            states.remove(replica);
            settle();
        }
    }

    private void elect() {
        Member next = members.values().stream().filter(member -> member.leadership != null)
                .filter(member -> !draining.contains(member.instance.id())).findFirst().orElse(null);
        if (next == leader) {
            return;
        }
        Member last = leader;
        leader = next;
        long[] begun = new long[epochs.length];
        if (next != null) {
            for (int partition = 0; partition < epochs.length; partition++) {
                begun[partition] = ++epochs[partition];
            }
        }
        scheduler.execute(() -> handOver(last, next, begun));
    }

    private static void handOver(Member last, Member next, long[] begun) {
        for (int partition = 0; partition < begun.length; partition++) {
            if (last != null) {
                last.standBy(partition);
            }
            if (next != null) {
                next.lead(partition, begun[partition]);
            }
        }
    }

    private void publish() {
        Map<String, Instance> instances = new HashMap<>();
        members.values().forEach(member -> instances.put(member.instance.id(), member.instance));
        Map<ShardId, Map<String, ReplicaState>> replicas = new HashMap<>();
        states.forEach((replica, state) -> replicas
                .computeIfAbsent(replica.shard, shard -> new HashMap<>()).put(replica.instance, state));
        replicas.replaceAll((shard, held) -> Map.copyOf(held));
        Map<Integer, String> leaders = new HashMap<>();
        for (int partition = 0; leader != null && partition < epochs.length; partition++) {
            leaders.put(partition, leader.instance.id());
        }
        Set<String> drained = new HashSet<>(draining);
        drained.retainAll(instances.keySet());
        image = new ClusterImage(instances, replicas, leaders, drained, null, image.version() + 1, clock.instant());
        listeners.forEach(listener -> scheduler.execute(() -> listener.tell(image)));
    }

    private final class Member implements ClusterMember {
        private final Instance instance;
        private final ShardHandler shards;
        private final LeaderHandler leadership;
        private final long[] led = new long[ClusterImage.LEADER_PARTITIONS];
        private boolean left;

        Member(Instance instance, ShardHandler shards, LeaderHandler leadership) {
            this.instance = instance;
            this.shards = shards;
            this.leadership = leadership;
        }

        @Override
        public Instance instance() {
            return instance;
        }

        synchronized void lead(int partition, long epoch) {
            if (!left && led[partition] < epoch) {
                led[partition] = epoch;
                leadership.lead(partition, epoch);
            }
        }

        synchronized void standBy(int partition) {
            if (led[partition] != 0) {
                led[partition] = 0;
                leadership.standBy(partition);
            }
        }

        @Override
        public void close() {
            stepDown();
            leave(this);
        }

        private synchronized void stepDown() {
            left = true;
            for (int partition = 0; partition < led.length; partition++) {
                standBy(partition);
            }
        }
    }

    /// Tells one listener of images, the newest only, one at a time.
    private static final class Listener {
        private final Consumer<ClusterImage> target;
        private long told = -1;

        Listener(Consumer<ClusterImage> target) {
            this.target = target;
        }

        synchronized void tell(ClusterImage image) {
            if (image.version() > told) {
                told = image.version();
                target.accept(image);
            }
        }
    }

    private final class Connection implements Cluster, ClusterView {
        private final List<ClusterMember> joined = new CopyOnWriteArrayList<>();
        private final List<Listener> own = new ArrayList<>();

        private ClusterMember remember(ClusterMember member) {
            joined.add(member);
            return member;
        }

        @Override
        public ClusterView view() {
            return this;
        }

        @Override
        public PointerStore pointers() {
            return pointers;
        }

        @Override
        public ClusterMember joinAsServer(Instance instance, ClusterMember.ShardHandler handler) {
            return remember(join(instance, handler, null));
        }

        @Override
        public ClusterMember joinAsLeader(Instance instance, ClusterMember.LeaderHandler handler) {
            return remember(join(instance, null, handler));
        }

        @Override
        public ClusterMember announce(Instance instance) {
            return remember(join(instance, null, null));
        }

        @Override
        public void ensureShards(String resource, int shardCount, int replicas, String tier) {
            if (shardCount < 1 || replicas < 1) {
                throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                        "Resource [%s] needs at least one shard and one replica, not [%d] and [%d]", resource,
                        shardCount, replicas);
            }
            ensure(resource, shardCount, replicas, tier);
        }

        @Override
        public Map<String, ShardResource> shardResources() {
            synchronized (InMemoryCluster.this) {
                return new TreeMap<>(resources);
            }
        }

        @Override
        public boolean dropShards(String resource, int stamp) {
            return drop(resource, stamp);
        }

        @Override
        public Map<String, KnownMember> members() {
            return known();
        }

        @Override
        public void drain(String instance, boolean draining) {
            changeDraining(instance, draining);
        }

        @Override
        public void remove(String instance) {
            InMemoryCluster.this.leave(instance);
        }

        @Override
        public ClusterImage image() {
            return image;
        }

        @Override
        public synchronized AutoCloseable onChange(Consumer<ClusterImage> target) {
            Listener listener = new Listener(target);
            own.add(listener);
            listeners.add(listener);
            scheduler.execute(() -> listener.tell(image));
            return () -> listeners.remove(listener);
        }

        @Override
        public synchronized void close() {
            joined.forEach(ClusterMember::close);
            listeners.removeAll(own);
        }
    }
}
