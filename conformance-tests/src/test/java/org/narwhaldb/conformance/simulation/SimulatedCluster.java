package org.narwhaldb.conformance.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.ReplicaState;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.cluster.ShardResources;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;

/// ZooKeeper and Helix' controller: pointers, sessions that end when a member is not heard of, replicas that are told
/// to load, leaders with epochs. Told late, sometimes twice; whoever lost its session and does not know it goes on as
/// before.
final class SimulatedCluster {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration SESSION = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(5);

    final Map<TableName, Node> nodes = new TreeMap<>();
    final Checker checker;
    private final Loop loop;
    private final Faults faults;
    private final Map<String, Member> members = new TreeMap<>();
    private final Map<String, Instance> known = new TreeMap<>();
    private final Map<String, Cluster.ShardResource> resources = new TreeMap<>();
    private final Map<Replica, ReplicaState> replicas = new TreeMap<>();
    private final Map<Replica, Member> moving = new HashMap<>();
    private final Map<Integer, String> leaders = new TreeMap<>();
    private final Map<Integer, Long> epochs = new TreeMap<>();
    private final Set<Integer> partitions = new TreeSet<>();
    private final List<ClusterConnection> connections = new ArrayList<>();
    private ClusterImage image;
    private long writes;
    private int stamps;

    /// @param version null once removed
    record Node(org.narwhaldb.store.version.VersionId version, int nodeVersion) {}

    private record Replica(ShardId shard, String server) implements Comparable<Replica> {
        @Override
        public int compareTo(Replica other) {
            int order = shard.resource().compareTo(other.shard.resource());
            order = order != 0 ? order : Integer.compare(shard.number(), other.shard.number());
            return order != 0 ? order : server.compareTo(other.server);
        }
    }

    SimulatedCluster(Loop loop, Faults faults, Checker checker, List<TableName> tables) {
        this.loop = loop;
        this.faults = faults;
        this.checker = checker;
        tables.forEach(table -> partitions.add(ClusterImage.leaderPartition(table)));
        image = ClusterImage.empty(loop.now());
        tick();
    }

    Cluster connect(SimulatedProcess process) {
        ClusterConnection connection = new ClusterConnection(this, process, image);
        connections.add(connection);
        process.onDeath(() -> connections.remove(connection));
        return connection;
    }

    /// ZooKeeper's nodes that grow with data, and how often they were written.
    long writes() {
        return writes;
    }

    long nodeCount() {
        return nodes.size() + replicas.size() + resources.size() + members.size() + leaders.size() + epochs.size();
    }

    /// As if ZooKeeper's data were deleted: pointers, epochs, resources.
    void wipe() {
        loop.note("zookeeper", "is wiped");
        List.copyOf(nodes.keySet()).forEach(table -> checker.unpublished(table));
        nodes.clear();
        resources.clear();
        epochs.clear();
        leaders.clear();
        settle();
        pointersChanged();
    }

    private void tick() {
        boolean changed = false;
        for (Member member : List.copyOf(members.values())) {
            SimulatedProcess process = member.process;
            boolean away = process.awaySince() != null && process.awaySince().plus(SESSION).isBefore(loop.now());
            if (away && member.connected) {
                loop.note("zookeeper", "session of " + member.instance.id() + " has ended");
                expire(member);
                changed = true;
            } else if (!away && !member.connected && process.alive() && !process.paused()) {
                loop.note("zookeeper", "new session of " + member.instance.id());
                member.connected = true;
                member.session++;
                changed = true;
            }
        }
        if (changed) {
            settle();
        }
        loop.at(TICK, this::tick);
    }

    private void expire(Member member) {
        member.connected = false;
        String id = member.instance.id();
        replicas.keySet().removeIf(replica -> replica.server.equals(id));
        moving.keySet().removeIf(replica -> replica.server.equals(id));
        leaders.values().removeIf(id::equals);
        member.leads.clear();
        if (!member.process.alive()) {
            members.remove(id, member);
        }
    }

    Member join(SimulatedProcess process, Instance instance, ClusterMember.ShardHandler shards, ClusterMember.LeaderHandler leader) {
        Member before = members.get(instance.id());
        if (before != null) {
            expire(before);
        }
        Member member = new Member(process, instance, shards, leader);
        members.put(instance.id(), member);
        known.put(instance.id(), instance);
        settle();
        return member;
    }

    Map<String, Cluster.KnownMember> known() {
        Map<String, Cluster.KnownMember> all = new TreeMap<>();
        known.forEach((id, instance) -> {
            boolean live = members.containsKey(id) && members.get(id).connected;
            all.put(id, new Cluster.KnownMember(instance, live, false, false));
        });
        return all;
    }

    void ensure(String resource, int shardCount, int copies, String tier) {
        if (!resources.containsKey(resource) || !ShardResources.isPool(resource)) {
            writes++;
            resources.put(resource, new Cluster.ShardResource(shardCount, copies, tier, ++stamps));
            settle();
        }
    }

    Map<String, Cluster.ShardResource> resources() {
        return Map.copyOf(resources);
    }

    boolean drop(String resource, int stamp) {
        Cluster.ShardResource present = resources.get(resource);
        if (present != null && present.stamp() != stamp) {
            return false;
        }
        resources.remove(resource);
        settle();
        return true;
    }

    private void settle() {
        Set<Replica> wanted = new TreeSet<>();
        resources.forEach((name, resource) -> {
            for (int shard = 0; shard < resource.shardCount(); shard++) {
                want(new ShardId(name, shard), resource, wanted);
            }
        });
        for (Replica replica : wanted) {
            if (!replicas.containsKey(replica) && !moving.containsKey(replica)) {
                replicas.put(replica, ReplicaState.LOADING);
                transit(replica, true);
            }
        }
        for (Replica replica : List.copyOf(replicas.keySet())) {
            boolean replaced = !wanted.contains(replica) && wanted.stream().filter(other -> other.shard.equals(replica.shard))
                    .allMatch(other -> replicas.get(other) == ReplicaState.SERVING);
            if (replaced && !moving.containsKey(replica)) {
                transit(replica, false);
            }
        }
        partitions.forEach(this::elect);
        publish();
    }

    /// The servers that weigh most for a shard (rendezvous hashing).
    private void want(ShardId shard, Cluster.ShardResource resource, Set<Replica> wanted) {
        members.values().stream().filter(member -> member.connected && member.instance.role() == Role.SEGMENT_SERVER)
                .sorted(java.util.Comparator.comparingInt(member -> (member.instance.id() + shard).hashCode() * 0x9E3779B9))
                .limit(resource.replicas()).forEach(member -> wanted.add(new Replica(shard, member.instance.id())));
    }

    private void transit(Replica replica, boolean load) {
        Member member = members.get(replica.server);
        int session = member.session;
        moving.put(replica, member);
        tell(member.process, "transition", () -> {
            ReplicaState reached = load ? ReplicaState.SERVING : null;
            try {
                synchronized (member.turn(replica.shard)) {
                    if (load) {
                        member.shards.load(replica.shard);
                        member.shards.serve(replica.shard);
                    } else {
                        member.shards.unload(replica.shard);
                    }
                }
            } catch (NarwhalException e) {
                reached = ReplicaState.ERROR;
            }
            member.process.step("state of " + replica.shard + " is " + reached);
            reached(replica, member, session, reached);
        });
    }

    private void reached(Replica replica, Member member, int session, ReplicaState state) {
        if (session != member.session || !member.connected || moving.get(replica) != member) {
            return;
        }
        moving.remove(replica);
        if (state == null) {
            replicas.remove(replica);
        } else {
            replicas.put(replica, state);
        }
        if (state == ReplicaState.ERROR) {
            loop.at(RETRY, () -> {
                if (replicas.remove(replica, ReplicaState.ERROR)) {
                    settle();
                }
            });
        }
        settle();
    }

    /// The lowest live ingest node whose number the partition falls on leads; a living predecessor stands by first.
    private void elect(int partition) {
        List<Member> candidates = members.values().stream().filter(member -> member.connected && member.leader != null).toList();
        String present = leaders.get(partition);
        Member next = candidates.isEmpty() ? null : candidates.get(partition % candidates.size());
        if (next == null || next.instance.id().equals(present) && next.leads.contains(partition)) {
            return;
        }
        Member last = present == null ? null : members.get(present);
        if (last != null && last != next && last.connected) {
            if (last.leads.remove(partition)) {
                int session = last.session;
                tell(last.process, "standBy", () -> {
                    last.leader.standBy(partition);
                    last.process.step("stands by");
                    if (session == last.session) {
                        leaders.remove(partition, last.instance.id());
                        settle();
                    }
                });
            }
            return;
        }
        leaders.put(partition, next.instance.id());
        next.leads.add(partition);
        tell(next.process, "lead", () -> {
            // After a lost session this node may still believe that it leads.
            next.leader.standBy(partition);
            next.process.step("begins an epoch");
            long epoch = epochs.merge(partition, 1L, Long::sum);
            writes++;
            next.process.step("done: begins epoch " + epoch);
            next.leader.lead(partition, epoch);
        });
    }

    private void publish() {
        Map<String, Instance> instances = new TreeMap<>();
        members.values().stream().filter(member -> member.connected)
                .forEach(member -> instances.put(member.instance.id(), member.instance));
        Map<ShardId, Map<String, ReplicaState>> states = new HashMap<>();
        replicas.forEach((replica, state) -> states.computeIfAbsent(replica.shard, shard -> new TreeMap<>()).put(replica.server, state));
        ClusterImage next = new ClusterImage(instances, states, leaders, null, image.version() + 1, loop.now());
        if (next.instances().equals(image.instances()) && next.replicas().equals(image.replicas())
                && next.leaders().equals(image.leaders())) {
            return;
        }
        image = next;
        connections.forEach(connection -> tell(connection.process(), "image", () -> connection.show(next)));
    }

    PointerStore.Outcome set(
            TableName table, Optional<PointerStore.Pointer> expected, org.narwhaldb.store.version.VersionId next) {
        Node node = nodes.get(table);
        boolean exists = node != null && node.version != null;
        if (!checker.plant().ignoresExpected() && !pointer(table).equals(expected)) {
            return PointerStore.Outcome.REFUSED;
        }
        writes++;
        if (next == null) {
            checker.unpublished(table);
        } else {
            checker.published(table, exists ? node.version : null, next);
        }
        nodes.put(table, new Node(next, node == null ? 0 : node.nodeVersion + 1));
        loop.note("zookeeper", "pointer of " + table + " is now " + next);
        pointersChanged();
        return PointerStore.Outcome.APPLIED;
    }

    Optional<PointerStore.Pointer> pointer(TableName table) {
        Node node = nodes.get(table);
        return node == null || node.version == null ? Optional.empty()
                : Optional.of(new PointerStore.Pointer(node.version, node.nodeVersion));
    }

    private void pointersChanged() {
        connections.forEach(connection -> tell(connection.process(), "watch", connection::pointersChanged));
    }

    /// A message to a process: late, sometimes twice, never to the dead.
    void tell(SimulatedProcess process, String what, Runnable message) {
        int copies = what.equals("watch") && faults.chance(faults.doubled) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            loop.at(faults.delay(), () -> process.start(what, () -> {
                process.step("told: " + what);
                message.run();
            }));
        }
    }

    /// One process in the cluster.
    final class Member implements ClusterMember {
        private final SimulatedProcess process;
        private final Instance instance;
        private final ShardHandler shards;
        private final LeaderHandler leader;
        private final Map<ShardId, Object> turns = new HashMap<>();
        private final Set<Integer> leads = new HashSet<>();
        private boolean connected = true;
        private int session;

        Member(SimulatedProcess process, Instance instance, ShardHandler shards, LeaderHandler leader) {
            this.process = process;
            this.instance = instance;
            this.shards = shards;
            this.leader = leader;
        }

        private Object turn(ShardId shard) {
            return turns.computeIfAbsent(shard, each -> new Object());
        }

        @Override
        public Instance instance() {
            return instance;
        }

        @Override
        public void close() {
            expire(this);
            members.remove(instance.id(), this);
            settle();
        }
    }
}
