package org.narwhaldb.cluster.helix;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.helix.model.LeaderStandbySMD;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.ClusterView;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A cluster run by Helix: members are Helix participants, everything else goes over one ZooKeeper session of our own.
///
/// If ZooKeeper's data is lost while processes run, a controller founds the cluster anew, and every member joins again.
public final class HelixCluster implements Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(HelixCluster.class);
    private static final Duration LOOK_AFTER_MEMBERS_EVERY = Duration.ofSeconds(2);
    private static final Duration SET_UP_WITHIN = Duration.ofSeconds(30);
    private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(15);

    private final String servers;
    private final String name;
    private final Scheduler scheduler;
    private final ClusterLayout layout;
    private final ZooKeeperSession session;
    private final HelixView view;
    private final ZooKeeperPointers pointers;
    private final ShardCatalog shards;
    private final MemberCatalog known;
    private final Scheduler.Cancellable care;
    private final List<HelixMember> members = new CopyOnWriteArrayList<>();

    private HelixCluster(String servers, String name, InstantSource clock, Scheduler scheduler) {
        this.servers = servers;
        this.name = name;
        this.scheduler = scheduler;
        this.layout = new ClusterLayout(name);
        this.session = new ZooKeeperSession(servers, HelixSettings.sessionTimeout());
        this.view = new HelixView(session, layout, clock, scheduler);
        this.pointers = new ZooKeeperPointers(session, layout, scheduler);
        Records records = new Records(session);
        this.shards = new ShardCatalog(records, layout);
        this.known = new MemberCatalog(records, layout);
        this.care = scheduler.repeat(LOOK_AFTER_MEMBERS_EVERY, this::lookAfterMembers);
    }

    public static HelixCluster connect(String servers, String name, InstantSource clock, Scheduler scheduler) {
        HelixSettings.apply();
        HelixCluster cluster = new HelixCluster(servers, name, clock, scheduler);
        if (!cluster.session.awaitConnected(HelixSettings.connectionTimeout())) {
            NarwhalException failure = cluster.session.unavailable("connect to cluster [" + name + "]", null);
            cluster.close();
            throw failure;
        }
        cluster.view.refresh();
        return cluster;
    }

    @Override
    public ClusterView view() {
        return view;
    }

    @Override
    public PointerStore pointers() {
        return pointers;
    }

    @Override
    public ClusterMember joinAsServer(Instance instance, ClusterMember.ShardHandler handler) {
        ShardReplicas replicas = new ShardReplicas(instance.id(), handler);
        return join(instance, new HelixMember.Duty(ShardStates.MODEL, replicas, () -> {}, replicas::close));
    }

    @Override
    public ClusterMember joinAsLeader(Instance instance, ClusterMember.LeaderHandler handler) {
        LeaderSeats seats = new LeaderSeats(instance.id(), handler, new Epochs(session, layout));
        return join(instance,
                new HelixMember.Duty(LeaderStandbySMD.name, seats, seats::stepDown, seats::close));
    }

    @Override
    public ClusterMember announce(Instance instance) {
        return join(instance, HelixMember.Duty.NONE);
    }

    private ClusterMember join(Instance instance, HelixMember.Duty duty) {
        String founding = awaitSetUp();
        known.update(instance);
        new Leftovers(session).remove(layout.liveInstances() + "/" + instance.id(),
                HelixMember.isHere(servers, name, instance.id()));
        HelixMember member = new HelixMember(servers, name, instance, duty, founding);
        members.add(member);
        awaitVisible(instance);
        return member;
    }

    /// Runs `work` unless the cluster is set up already, and never twice at once over all processes.
    public void setUpOnce(Runnable work) {
        new SetUp(session, layout).once(work);
    }

    /// Ends the leadership of a controller of this machine whose process was killed.
    ///
    /// @param isHere whether this process itself runs a controller
    public void removeDeadController(boolean isHere) {
        new Leftovers(session).remove(layout.controllerLeader(), isHere);
    }

    /// Which founding of the cluster ZooKeeper knows: empty text if nobody has set it up, absent while that cannot be
    /// known. Another one than before means that all data was lost in between.
    public Optional<String> founding() {
        if (!session.connected()) {
            return Optional.empty();
        }
        try {
            Stat stat = session.attempt(zooKeeper -> zooKeeper.exists(layout.ready(), false));
            return Optional.of(stat == null ? "" : stat.getCzxid() + "@" + stat.getCtime());
        } catch (KeeperException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void lookAfterMembers() {
        session.replaceIfLost();
        Optional<String> founding = founding().filter(id -> !id.isEmpty());
        for (HelixMember member : members) {
            try {
                founding.ifPresent(member::rejoin);
            } catch (NarwhalException e) {
                LOG.warn("{}; tried again", e.getMessage());
            }
        }
    }

    /// Returns the cluster's founding.
    private String awaitSetUp() {
        CompletableFuture<String> ready = new CompletableFuture<>();
        // not known, or not yet: looked for again after the next connect or change
        Runnable look = () -> founding().filter(id -> !id.isEmpty()).ifPresent(ready::complete);
        AutoCloseable watch = session.watch(List.of(layout.ready()), new ZooKeeperSession.Watching() {
            @Override
            public void connected() {
                scheduler.execute(look);
            }

            @Override
            public void changed(String path) {
                scheduler.execute(look);
            }
        });
        look.run();
        try (watch) {
            return ready.get(SET_UP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw session.unavailable("join cluster [" + name + "]", e);
        } catch (TimeoutException e) {
            throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                    "Cluster [%s] at ZooKeeper [%s] is not set up after %d s; start a controller", name, servers,
                    SET_UP_WITHIN.toSeconds());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitVisible(Instance instance) {
        CountDownLatch visible = new CountDownLatch(1);
        AutoCloseable watch = view.onChange(image -> {
            if (instance.equals(image.instances().get(instance.id()))) {
                visible.countDown();
            }
        });
        view.refresh();
        if (!await(visible, watch, VISIBLE_WITHIN)) {
            throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                    "Instance [%s] joined cluster [%s] but is not visible after %d s; does ZooKeeper [%s] answer?",
                    instance.id(), name, VISIBLE_WITHIN.toSeconds(), servers);
        }
    }

    private static boolean await(CountDownLatch latch, AutoCloseable watch, Duration within) {
        try (watch) {
            return latch.await(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void ensureShards(String resource, int shardCount, int replicas, String tier) {
        if (shardCount < 1 || replicas < 1) {
            throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                    "Resource [%s] needs at least one shard and one replica, not [%d] and [%d]", resource, shardCount,
                    replicas);
        }
        awaitSetUp();
        shards.ensure(resource, shardCount, replicas, tier);
    }

    @Override
    public Map<String, ShardResource> shardResources() {
        return shards.all();
    }

    @Override
    public boolean dropShards(String resource, int stamp) {
        return shards.drop(resource, stamp);
    }

    @Override
    public Map<String, KnownMember> members() {
        return known.all();
    }

    @Override
    public void drain(String instance, boolean draining) {
        known.drain(instance, draining);
    }

    @Override
    public void remove(String instance) {
        known.remove(instance);
    }

    @Override
    public void close() {
        care.cancel();
        for (ClusterMember member : members) {
            member.close();
        }
        view.close();
        session.close();
    }
}
