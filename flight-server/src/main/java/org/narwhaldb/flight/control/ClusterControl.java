package org.narwhaldb.flight.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.flight.sql.ControlActions;
import org.narwhaldb.flight.version.VersionManifest;
import org.narwhaldb.flight.version.VersionTracker;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;

/// What a front end does besides queries: passes loads on to the ingest node that leads the table, and tells the cluster's
/// status. Nodes are [NodeControl]'s.
public final class ClusterControl implements ControlActions.Control {
    private static final ObjectMapper JSON = new ObjectMapper();
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
    private final NodeControl nodes;

    public ClusterControl(
            Cluster cluster, Transport transport, VersionTracker tracker, InstantSource clock, Scheduler scheduler) {
        this.cluster = cluster;
        this.transport = transport;
        this.tracker = tracker;
        this.clock = clock;
        this.scheduler = scheduler;
        this.nodes = new NodeControl(cluster, clock);
    }

    @Override
    public byte[] run(String action, byte[] body, Consumer<byte[]> progress) {
        return switch (action) {
            case ControlActions.LOAD -> onLeader("load", body, progress);
            case ControlActions.SERVE -> onLeader("serve", body, progress);
            case ControlActions.DROP -> onLeader("drop", body, progress);
            case ControlActions.STATUS -> write(status());
            case ControlActions.NODE_DRAIN -> write(nodes.drain(read(body), step -> progress.accept(write(step))));
            case ControlActions.NODE_REMOVE -> write(nodes.remove(read(body), step -> progress.accept(write(step))));
            default -> throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "Unknown action [%s]", action);
        };
    }

    /// Runs the action on the table's leader and returns once this front end answers from the version it published.
    private byte[] onLeader(String action, byte[] body, Consumer<byte[]> progress) {
        JsonNode request = read(body);
        TableName table = TableName.parse(request.path("table").asText());
        ((ObjectNode) request).put("table", table.toString());
        byte[] outcome = callLeader(table, action, write(request), progress);
        JsonNode version = read(outcome).path("version");
        if (version.isTextual()) {
            tracker.awaitVersion(table, VersionId.parse(version.asText()), SERVABLE_PATIENCE);
        }
        return outcome;
    }

    /// A leader that has just changed refuses and is looked up again; loads carry an id, so that a second try loads nothing twice.
    private byte[] callLeader(TableName table, String action, byte[] body, Consumer<byte[]> progress) {
        Instant deadline = clock.instant().plus(LEADER_PATIENCE);
        while (true) {
            Optional<Instance> leader = cluster.view().image().leader(table);
            NarwhalException failure;
            if (leader.isPresent()) {
                try {
                    return transport.call(address(leader.get()), action, body, LOAD_TIMEOUT, progress);
                } catch (NarwhalException e) {
                    if (e.code() != ErrorCode.CLUSTER_UNAVAILABLE && e.code() != ErrorCode.SERVER_UNREACHABLE) {
                        throw e;
                    }
                    failure = e;
                }
            } else {
                failure = NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                        "No ingest node leads table [%s]; is one running?", table);
            }
            if (clock.instant().isAfter(deadline)) {
                throw failure;
            }
            scheduler.pause(LEADER_PAUSE);
        }
    }

    private ObjectNode status() {
        ClusterImage image = cluster.view().image();
        ObjectNode status = JSON.createObjectNode();
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
        ObjectNode status = JSON.createObjectNode().put("table", table.toString());
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
            return read(transport.call(address(instance), "status", new byte[] {'{', '}'}, STATUS_TIMEOUT, _ -> { }));
        } catch (NarwhalException e) {
            return JSON.createObjectNode().put("error", e.getMessage());
        }
    }

    private static Transport.NodeAddress address(Instance instance) {
        return new Transport.NodeAddress(instance.id(), instance.host(), instance.port());
    }

    private static JsonNode read(byte[] json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node.isObject()) {
                return node;
            }
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "A JSON object was expected, not [%s]", node.getNodeType());
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.INVALID_REQUEST, "Not JSON: " + e.getMessage(), e);
        }
    }

    private static byte[] write(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.INTERNAL, "Cannot write JSON", e);
        }
    }
}
