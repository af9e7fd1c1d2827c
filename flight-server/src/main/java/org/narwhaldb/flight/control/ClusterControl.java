package org.narwhaldb.flight.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.flight.query.QueryService;
import org.narwhaldb.flight.sql.ControlActions;
import org.narwhaldb.flight.version.VersionManifest;
import org.narwhaldb.flight.version.VersionTracker;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a front end does besides queries: passes loads on to the ingest node that leads the table, and tells the cluster's
/// status. Nodes are [NodeControl]'s.
public final class ClusterControl implements ControlActions.Control {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterControl.class);
    private static final Set<ErrorCode> LEADER_MOVED =
            Set.of(ErrorCode.CLUSTER_UNAVAILABLE, ErrorCode.SERVER_UNREACHABLE, ErrorCode.SERVER_STOPPING);
    private static final Duration LEADER_PATIENCE = Duration.ofSeconds(30);
    private static final Duration LEADER_PAUSE = Duration.ofMillis(200);
    private static final Duration LOAD_TIMEOUT = Duration.ofHours(24);
    private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(5);
    /// How long a load waits for its rows to be answered for here, once they are published.
    private static final Duration SERVABLE_PATIENCE = Duration.ofMinutes(10);

    private final Cluster cluster;
    private final Transport transport;
    private final VersionTracker tracker;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final QueryService queries;
    private final NodeControl nodes;
    private final PeerFrontEnds peers;

    public ClusterControl(
            Cluster cluster, Transport transport, VersionTracker tracker, QueryService queries, InstantSource clock,
            Scheduler scheduler) {
        this.cluster = cluster;
        this.transport = transport;
        this.tracker = tracker;
        this.clock = clock;
        this.scheduler = scheduler;
        this.queries = queries;
        this.nodes = new NodeControl(cluster, clock);
        this.peers = new PeerFrontEnds(cluster, transport, clock, scheduler);
    }

    /// Says which of the announced front ends is this one.
    public void announcedAs(String instance) {
        peers.announcedAs(instance);
    }

    @Override
    public byte[] run(String action, byte[] body, Consumer<byte[]> progress) {
        return switch (action) {
            case ControlActions.LOAD -> onLeader("load", body, progress);
            case ControlActions.SERVE -> onLeader("serve", body, progress);
            case ControlActions.DROP -> onLeader("drop", body, progress);
            case ControlActions.STATUS -> Json.write(status());
            case ControlActions.NODE_DRAIN -> Json.write(nodes.drain(Json.read(body), step -> progress.accept(Json.write(step))));
            case ControlActions.NODE_REMOVE -> Json.write(nodes.remove(Json.read(body), step -> progress.accept(Json.write(step))));
            case ControlActions.CANCEL -> cancelled(peers.cancel(queryId(body)));
            case ControlActions.PEER_CANCEL -> cancelled(queries.cancel(queryId(body), "the client asked another front end for it"));
            case ControlActions.PEER_CATCH_UP -> catchUp(Json.read(body));
            default -> throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "Unknown action [%s]", action);
        };
    }

    private static String queryId(byte[] body) {
        return Json.read(body).path("queryId").asText();
    }

    private static byte[] cancelled(boolean cancelled) {
        return Json.write(Json.object().put("cancelled", cancelled));
    }

    /// Another front end has told its client that the version is visible.
    private byte[] catchUp(JsonNode request) {
        JsonNode version = request.path("version");
        tracker.catchUp(TableName.parse(request.path("table").asText()), version.isTextual() ? VersionId.parse(version.asText()) : null,
                Duration.ofMillis(request.path("patienceMillis").asLong()));
        return Json.write(Json.object());
    }

    /// Runs the action on the table's leader and returns once all live front ends answer from the version it published.
    private byte[] onLeader(String action, byte[] body, Consumer<byte[]> progress) {
        JsonNode request = Json.read(body);
        TableName table = TableName.parse(request.path("table").asText());
        ((ObjectNode) request).put("table", table.toString());
        if (action.equals("load") && !request.path("loadId").isTextual()) {
            ((ObjectNode) request).put("loadId", UUID.randomUUID().toString());
        }
        byte[] outcome = callLeader(table, action, Json.write(request), progress);
        JsonNode version = Json.read(outcome).path("version");
        VersionId published = version.isTextual() ? VersionId.parse(version.asText()) : null;
        tracker.catchUp(table, published, SERVABLE_PATIENCE);
        peers.catchUp(table, published, SERVABLE_PATIENCE);
        return outcome;
    }

    /// A leader that has just changed refuses, and one that was stopped or killed gives no sign of life: the leader is looked up
    /// again. Loads carry an id, so that a second try loads nothing twice.
    private byte[] callLeader(TableName table, String action, byte[] body, Consumer<byte[]> progress) {
        Instant lostSince = null;
        while (true) {
            Instant begun = clock.instant();
            Optional<Instance> leader = cluster.view().image().leader(table);
            NarwhalException failure;
            if (leader.isPresent()) {
                try {
                    return transport.call(address(leader.get()), action, body, LOAD_TIMEOUT, progress);
                } catch (NarwhalException e) {
                    if (lostSince != null && action.equals("drop") && e.code() == ErrorCode.TABLE_NOT_FOUND) {
                        return Json.write(Json.object().put("table", table.toString())); // the try that broke off has dropped it
                    }
                    if (!LEADER_MOVED.contains(e.code())) {
                        throw e;
                    }
                    failure = e;
                }
            } else {
                failure = NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                        "No ingest node leads table [%s]; is one running?", table);
            }
            Instant now = clock.instant();
            // A leader that worked on it for long was not lost all the while.
            if (lostSince == null || Duration.between(begun, now).compareTo(LEADER_PATIENCE) > 0) {
                lostSince = now;
            }
            if (now.isAfter(lostSince.plus(LEADER_PATIENCE))) {
                throw failure;
            }
            LOG.info("Asking again who leads table [{}]: {}", table, failure.getMessage());
            scheduler.pause(LEADER_PAUSE);
        }
    }

    private ObjectNode status() {
        ClusterImage image = cluster.view().image();
        ObjectNode status = Json.object();
        ArrayNode servers = status.putArray("servers");
        for (Role role : Role.values()) {
            for (Instance instance : image.withRole(role)) {
                ObjectNode server = servers.addObject().put("id", instance.id()).put("role", role.name().toLowerCase(java.util.Locale.ROOT))
                        .put("address", instance.host() + ":" + instance.port()).put("draining", image.draining().contains(instance.id()));
                if (role == Role.SEGMENT_SERVER || role == Role.INGEST) {
                    server.set("status", ask(instance));
                }
            }
        }
        status.put("controller", image.controller());
        ArrayNode tables = status.putArray("tables");
        for (TableName table : tracker.tables()) {
            tables.add(status(table, image));
        }
        return status;
    }

    private ObjectNode status(TableName table, ClusterImage image) {
        ObjectNode status = Json.object().put("table", table.toString());
        tracker.servable(table).ifPresent(manifest -> status.put("version", manifest.version().id().toString()));
        VersionManifest newest = tracker.newest(table).orElseThrow();
        TableVersion version = newest.version();
        TableVersion.BuildReport build = version.build();
        status.put("publishedVersion", version.id().toString()).put("snapshotId", version.snapshotId())
                .put("rows", version.rowCount()).put("segments", version.segmentCount())
                .put("bytes", newest.segments().stream().mapToLong(SegmentEntry::sizeBytes).sum())
                .put("shards", version.shardCount()).put("replicas", version.replicas())
                .put("missingShards", tracker.missingShards(newest).toString())
                .put("leader", image.leader(table).map(Instance::id).orElse(null));
        if (build != null) {
            status.putPOJO("lastBuild", build);
        }
        return status;
    }

    private JsonNode ask(Instance instance) {
        try {
            return Json.read(transport.call(address(instance), "status", new byte[] {'{', '}'}, STATUS_TIMEOUT, _ -> { }));
        } catch (NarwhalException e) {
            return Json.object().put("error", e.getMessage());
        }
    }

    private static Transport.NodeAddress address(Instance instance) {
        return new Transport.NodeAddress(instance.id(), instance.host(), instance.port());
    }
}
