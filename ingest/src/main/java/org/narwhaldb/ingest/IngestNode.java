package org.narwhaldb.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.ingest.publish.PublicationSeams;
import org.narwhaldb.ingest.publish.TableLeader;
import org.narwhaldb.ingest.retention.GarbageCollection;
import org.narwhaldb.ingest.retention.Retention;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An ingest process: leads the tables of the partitions that Helix gave it, and answers control actions.
///
/// It finds served tables (`narwhal.serve`) in the catalog, keeps a [TableLeader] for each that it leads, and polls
/// them. It stores nothing: what it knows can be read again from the catalog and the pointers. Call [#start] after
/// construction; the launcher joins it to the cluster as leader and registers it as its transport's handler.
public final class IngestNode implements Transport.Handler, ClusterMember.LeaderHandler, AutoCloseable {
    private static final Duration GARBAGE_RETRY = Duration.ofSeconds(1);
    private static final Duration DAMAGE_POLL = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(IngestNode.class);

    private final IngestConfig config;
    private final String nodeId;
    private final PublicationSeams seams;
    private final Cluster cluster;
    private final Scheduler scheduler;
    private final DamageReports damage;
    private final IngestActions actions;
    private final Map<Integer, Long> epochs = new ConcurrentHashMap<>();
    private final Map<TableName, TableLeader> leaders = new ConcurrentHashMap<>();
    private final Map<TableName, TableLeader> dropped = new ConcurrentHashMap<>();
    private final Map<TableName, NarwhalException> unreadable = new ConcurrentHashMap<>();
    private final Set<TableName> polling = ConcurrentHashMap.newKeySet();
    private final List<Scheduler.Cancellable> repeated = new CopyOnWriteArrayList<>();
    private int running;

    /// @param nodeId this instance's id in the cluster
    /// @param transport to ask segment servers what they could not load
    public IngestNode(IngestConfig config, String nodeId, PublicationSeams seams, Cluster cluster,
            Transport transport, Scheduler scheduler) {
        this.config = config;
        this.nodeId = nodeId;
        this.seams = seams;
        this.cluster = cluster;
        this.scheduler = scheduler;
        this.damage = new DamageReports(cluster, transport);
        this.actions = new IngestActions(this, seams);
    }

    /// Begins to poll.
    public void start() {
        repeated.add(scheduler.repeat(Duration.ofMillis(config.catalogPollMillis()), this::discover));
        repeated.add(scheduler.repeat(Duration.ofMillis(config.tablePollMillis()), this::pollTables));
        repeated.add(scheduler.repeat(Duration.ofMillis(config.retentionMillis()), this::collectGarbage));
        repeated.add(scheduler.repeat(DAMAGE_POLL, this::repairDamage));
    }

    @Override
    public void close() {
        repeated.forEach(Scheduler.Cancellable::cancel);
        leaders.values().forEach(TableLeader::stop);
    }

    @Override
    public void lead(int partition, long epoch) {
        Long before = epochs.put(partition, epoch);
        if (before == null || before != epoch) {
            LOG.debug("Leading partition [{}] in epoch [{}]", partition, epoch);
            stopLeaders(partition);
            scheduler.execute(this::discover);
        }
    }

    @Override
    public void standBy(int partition) {
        if (epochs.remove(partition) != null) {
            LOG.debug("No longer leading partition [{}]", partition);
            stopLeaders(partition);
        }
    }

    private void stopLeaders(int partition) {
        for (Map<TableName, TableLeader> map : List.of(leaders, dropped)) {
            map.entrySet().removeIf(entry -> {
                boolean of = ClusterImage.leaderPartition(entry.getKey()) == partition;
                if (of) {
                    entry.getValue().stop();
                }
                return of;
            });
        }
        unreadable.keySet().removeIf(table -> ClusterImage.leaderPartition(table) == partition);
    }

    @Override
    public FragmentTrailer execute(FragmentRequest request, QueryContext context, Consumer<Batch> sink) {
        throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "Ingest node [%s] runs no fragments", nodeId);
    }

    @Override
    public byte[] call(String action, byte[] body, Consumer<byte[]> progress) {
        count(1);
        try {
            return actions.call(action, body, progress);
        } finally {
            count(-1);
        }
    }

    private synchronized void count(int more) {
        running += more;
        notifyAll();
    }

    /// To be called once the node has left the cluster: returns when the actions that run have ended, at the latest after
    /// `patience`. What they commit stays; who leads now publishes it, and their callers turn there.
    public synchronized void finish(Duration patience) {
        Instant end = seams.clock().instant().plus(patience);
        try {
            for (Instant now = end.minus(patience); running > 0 && now.isBefore(end); now = seams.clock().instant()) {
                scheduler.await(this, Duration.between(now, end));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (running > 0) {
            LOG.warn("[{}] actions still run and are cut off; a load repeated with its id adds nothing twice", running);
        }
    }

    boolean leads(TableName table) {
        return epochs.containsKey(ClusterImage.leaderPartition(table));
    }

    /// @throws NarwhalException CLUSTER_UNAVAILABLE naming the node that leads the table
    TableLeader leaderOf(TableName table) {
        long epoch = requireLeader(table);
        return leaders.computeIfAbsent(table, name -> leader(name, epoch));
    }

    /// The epoch in which this node leads the table.
    ///
    /// @throws NarwhalException CLUSTER_UNAVAILABLE naming the node that leads the table
    long requireLeader(TableName table) {
        Long epoch = epochs.get(ClusterImage.leaderPartition(table));
        if (epoch == null) {
            Optional<Instance> leader = cluster.view().image().leader(table);
            throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                    "Node [%s] does not lead table [%s]; its leader is [%s]", nodeId, table,
                    leader.map(Instance::id).orElse("not elected yet"));
        }
        return epoch;
    }

    private TableLeader leader(TableName table, long epoch) {
        Retention retention = new Retention(Duration.ofMillis(config.retentionMillis()),
                Duration.ofMillis(config.gcMinAgeMillis()));
        return new TableLeader(seams, table, epoch,
                new GarbageCollection(table, seams.store(), seams.versions(), seams.pointers(), retention,
                seams.clock()), cluster);
    }

    Map<TableName, TableLeader> leaders() {
        return new TreeMap<>(leaders);
    }

    Map<TableName, NarwhalException> unreadable() {
        return new TreeMap<>(unreadable);
    }

    /// Searches the catalog for served tables that this node leads; ends the ones that are not served any more.
    void discover() {
        if (epochs.isEmpty()) {
            return;
        }
        try {
            Set<TableName> led = new HashSet<>();
            for (String namespace : seams.lake().namespaces()) {
                for (TableName table : seams.lake().tables(namespace)) {
                    if (leads(table)) {
                        led.add(table);
                        discover(table);
                    }
                }
            }
            Set<TableName> known = new HashSet<>(leaders.keySet());
            known.addAll(seams.pointers().readAll().keySet());
            known.stream().filter(table -> leads(table) && !led.contains(table) && !seams.lake().exists(table))
                    .forEach(this::retire);
            pollTables();
        } catch (NarwhalException e) {
            LOG.warn("Cannot search the catalog for tables: {}", e.getMessage());
        }
    }

    private void discover(TableName table) {
        try {
            boolean served = seams.lake().load(table).spec().served();
            unreadable.remove(table);
            if (served) {
                dropped.remove(table);
                leaderOf(table);
            } else if (leaders.containsKey(table) || seams.pointers().read(table).isPresent()) {
                retire(table);
            }
        } catch (NarwhalException e) {
            NarwhalException before = unreadable.put(table, e);
            if (before == null || !before.getMessage().equals(e.getMessage())) {
                LOG.warn("Cannot read table [{}]: {}", table, e.getMessage());
            }
        }
    }

    /// The table is dropped, or not to be served any more: nothing answers for it from now on; its files go after the
    /// retention.
    void retire(TableName table) {
        TableLeader leader = leaderOf(table);
        leader.stop();
        // at once: should the pointers fail now, a stopped leader must not be found when the table is served again
        leaders.remove(table, leader);
        dropped.put(table, leader);
        PointerStore.Outcome outcome = PointerStore.Outcome.REFUSED;
        Optional<PointerStore.Pointer> pointer = seams.pointers().read(table);
        while (pointer.isPresent() && outcome != PointerStore.Outcome.APPLIED) {
            outcome = seams.pointers().remove(table, pointer.get());
            pointer = seams.pointers().read(table);
        }
        LOG.info("Table [{}] is no longer served", table);
    }

    private void pollTables() {
        leaders.values().forEach(leader -> alone(leader, leader::poll));
    }

    /// A segment that a server found damaged is built anew by the leader of its table.
    private void repairDamage() {
        if (leaders.isEmpty()) {
            return;
        }
        damage.read().forEach((table, suspects) -> {
            TableLeader leader = leaders.get(table);
            if (leader != null) {
                alone(leader, () -> leader.repair(suspects));
            }
        });
    }

    /// Unless something of this table is running.
    private void alone(TableLeader leader, Runnable work) {
        if (polling.add(leader.name())) {
            scheduler.execute(() -> {
                try {
                    work.run();
                } finally {
                    polling.remove(leader.name());
                }
            });
        }
    }

    private void collectGarbage() {
        leaders.values().forEach(leader -> collectGarbage(leader, false));
        dropped.values().forEach(leader -> collectGarbage(leader, true));
    }

    private void collectGarbage(TableLeader leader, boolean isDropped) {
        if (!leader.collectGarbage(isDropped)) {
            scheduler.schedule(GARBAGE_RETRY, () -> collectGarbage(leader, isDropped));
        }
    }
}
