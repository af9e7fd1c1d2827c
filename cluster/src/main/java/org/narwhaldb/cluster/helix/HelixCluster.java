package org.narwhaldb.cluster.helix;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.helix.model.IdealState;
import org.apache.helix.model.InstanceConfig;
import org.apache.helix.model.LeaderStandbySMD;
import org.apache.helix.zookeeper.datamodel.ZNRecord;
import org.apache.helix.zookeeper.datamodel.serializer.ZNRecordSerializer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.ClusterView;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// A cluster run by Helix: members are Helix participants, everything else goes over one ZooKeeper session of our own.
public final class HelixCluster implements Cluster {
    private static final Duration SET_UP_WITHIN = Duration.ofSeconds(30);
    private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(15);

    private final String servers;
    private final String name;
    private final ClusterLayout layout;
    private final ZooKeeperSession session;
    private final HelixView view;
    private final ZooKeeperPointers pointers;
    private final ZNRecordSerializer serializer = new ZNRecordSerializer();
    private final List<ClusterMember> members = new CopyOnWriteArrayList<>();

    private HelixCluster(String servers, String name, InstantSource clock, Scheduler scheduler) {
        this.servers = servers;
        this.name = name;
        this.layout = new ClusterLayout(name);
        this.session = new ZooKeeperSession(servers, HelixSettings.sessionTimeout());
        this.view = new HelixView(session, layout, clock, scheduler);
        this.pointers = new ZooKeeperPointers(session, layout, scheduler);
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
        awaitSetUp();
        update(instance);
        new Leftovers(session).remove(layout.liveInstances() + "/" + instance.id(),
                HelixMember.isHere(servers, name, instance.id()));
        HelixMember member = new HelixMember(servers, name, instance, duty);
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

    private void awaitSetUp() {
        CountDownLatch ready = new CountDownLatch(1);
        Runnable look = () -> {
            try {
                if (session.attempt(zooKeeper -> zooKeeper.exists(layout.ready(), false)) != null) {
                    ready.countDown();
                }
            } catch (KeeperException e) {
                // Looked for again after the next connect.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        AutoCloseable watch = session.watch(List.of(layout.ready()), new ZooKeeperSession.Watching() {
            @Override
            public void connected() {
                look.run();
            }

            @Override
            public void changed(String path) {
                look.run();
            }
        });
        if (!await(ready, watch, SET_UP_WITHIN)) {
            throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                    "Cluster [%s] at ZooKeeper [%s] is not set up after %d s; start a controller", name, servers,
                    SET_UP_WITHIN.toSeconds());
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

    /// Brings a known instance's configuration up to date; a new one's is written when it joins.
    private void update(Instance instance) {
        String path = layout.instanceConfigs() + "/" + instance.id();
        InstanceConfig wanted = Members.describe(instance).build(instance.id());
        change(path, "update the configuration of instance [" + instance.id() + "]", known -> {
            InstanceConfig config = new InstanceConfig(new ZNRecord(known));
            config.setHostName(wanted.getHostName());
            config.setPort(wanted.getPort());
            config.setDomain(wanted.getDomainAsString());
            config.getRecord().setListField(InstanceConfig.InstanceConfigProperty.TAG_LIST.name(), wanted.getTags());
            config.getRecord().setMapField(InstanceConfig.InstanceConfigProperty.INSTANCE_INFO_MAP.name(),
                    wanted.getInstanceInfoMap());
            return config.getRecord();
        });
    }

    @Override
    public void ensureShards(String resource, int shardCount, int replicas, String tier) {
        if (shardCount < 1 || replicas < 1) {
            throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                    "Resource [%s] needs at least one shard and one replica, not [%d] and [%d]", resource, shardCount,
                    replicas);
        }
        awaitSetUp();
        IdealState wanted = Resources.shards(resource, shardCount, replicas, tier);
        String what = "create shards [" + resource + "]";
        boolean created = run(what, zooKeeper -> {
            try {
                zooKeeper.create(layout.idealState(resource), serializer.serialize(wanted.getRecord()),
                        ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
                return true;
            } catch (KeeperException.NodeExistsException e) {
                return false;
            }
        });
        if (!created) {
            change(layout.idealState(resource), what, known -> {
                IdealState state = new IdealState(new ZNRecord(known));
                if (state.getNumPartitions() != shardCount) {
                    throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                            "Resource [%s] has [%d] shards and cannot get [%d]; a new layout needs a new resource",
                            resource, state.getNumPartitions(), shardCount);
                }
                state.getRecord().getSimpleFields().putAll(wanted.getRecord().getSimpleFields());
                return state.getRecord();
            });
        }
    }

    @Override
    public void dropShards(String resource) {
        for (String path : List.of(layout.idealState(resource), layout.resourceConfig(resource))) {
            run("drop shards [" + resource + "]", zooKeeper -> {
                try {
                    zooKeeper.delete(path, -1);
                } catch (KeeperException.NoNodeException e) {
                    // Dropped already, or by another process.
                }
                return null;
            });
        }
    }

    @FunctionalInterface
    private interface Change {
        ZNRecord to(ZNRecord known);
    }

    /// Rewrites a record if the change makes it differ; nothing happens if it does not exist.
    private void change(String path, String what, Change change) {
        run(what, zooKeeper -> {
            while (!tryChange(zooKeeper, path, change)) {
                Thread.onSpinWait();
            }
            return null;
        });
    }

    private boolean tryChange(ZooKeeper zooKeeper, String path, Change change)
            throws KeeperException, InterruptedException {
        try {
            Stat stat = new Stat();
            ZNRecord known = (ZNRecord) serializer.deserialize(zooKeeper.getData(path, false, stat));
            ZNRecord next = change.to(known);
            if (!next.equals(known)) {
                zooKeeper.setData(path, serializer.serialize(next), stat.getVersion());
            }
            return true;
        } catch (KeeperException.NoNodeException e) {
            return true;
        } catch (KeeperException.BadVersionException e) {
            return false;
        }
    }

    private <T> T run(String what, ZooKeeperSession.Operation<T> operation) {
        try {
            return session.retry(what, operation);
        } catch (KeeperException e) {
            throw session.unavailable(what, e);
        }
    }

    @Override
    public void close() {
        for (ClusterMember member : members) {
            member.close();
        }
        view.close();
        session.close();
    }
}
