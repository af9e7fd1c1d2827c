package org.narwhaldb.flight.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Cluster.KnownMember;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Drains and removes members of the cluster, for an operator who waits.
///
/// - A drained **segment server** gives its shards to others, each once enough others serve it, and gets no new ones. A
///   drained **ingest node** leads no table. The mark outlives restarts, until it is undone or the member removed.
/// - Removing drains first, then has the cluster forget the member once its process has ended; a member whose process is not
///   there is forgotten at once, whatever it held.
/// - A **front end** holds nothing to drain; one whose process is gone can be removed. A **controller** is no member.
///
/// Refused is what would leave a shard or a table without anybody.
final class NodeControl {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration SHOWN_WITHIN = Duration.ofSeconds(30);
    /// How long a drain may be without progress, before the operator is told.
    private static final Duration STALLED_AFTER = Duration.ofMinutes(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;
    private final InstantSource clock;

    NodeControl(Cluster cluster, InstantSource clock) {
        this.cluster = cluster;
        this.clock = clock;
    }

    /// @param request `node`, `undo`?
    ObjectNode drain(JsonNode request, Consumer<ObjectNode> progress) {
        KnownMember member = member(request.path("node").asText(""));
        String id = member.instance().id();
        if (request.path("undo").asBoolean()) {
            cluster.drain(id, false);
            await("stops draining", id, () -> !image().draining().contains(id));
            return outcome(id, "active").put("message", "Node [" + id + "] takes shards and leaderships again");
        }
        drain(member, progress);
        return outcome(id, "drained").put("message", member.live() ? "Node [" + id + "] is drained; it may be stopped"
                : "Node [" + id + "] is not running; it gets nothing when it comes back");
    }

    /// @param request `node`
    ObjectNode remove(JsonNode request, Consumer<ObjectNode> progress) {
        KnownMember member = member(request.path("node").asText(""));
        String id = member.instance().id();
        if (member.live()) {
            drain(member, progress);
        }
        cluster.remove(id);
        if (image().instances().containsKey(id)) {
            return outcome(id, "leaving").put("message",
                    "Node [" + id + "] is drained; stop its process, then the cluster forgets it");
        }
        await("is forgotten", id, () -> !cluster.members().containsKey(id));
        return outcome(id, "removed").put("message", "Node [" + id + "] is removed");
    }

    private void drain(KnownMember member, Consumer<ObjectNode> progress) {
        Instance instance = member.instance();
        switch (instance.role()) {
            case SEGMENT_SERVER -> drainServer(member, progress);
            case INGEST -> drainIngest(member, progress);
            case FLIGHT_SERVER, CONTROLLER -> throw NarwhalException.of(ErrorCode.INVALID_REQUEST,
                    "Node [%s] is a %s, which holds nothing to drain: stop its process, others go on",
                    instance.id(), name(instance.role()));
        }
    }

    private void drainServer(KnownMember member, Consumer<ObjectNode> progress) {
        String id = member.instance().id();
        Drain drain = new Drain(member.instance(), image());
        if (member.live() && drain.others(image(), member.instance().tier()).isEmpty()) {
            Set<ShardId> last = drain.left(image(), cluster.shardResources());
            if (!last.isEmpty()) {
                throw NarwhalException.of(ErrorCode.INVALID_REQUEST,
                        "Node [%s] is the last server of tier [%s]: nobody else would have shards %s; start another first",
                        id, member.instance().tier(), Drain.text(last));
            }
        }
        cluster.drain(id, true);
        if (!member.live()) {
            return;
        }
        await("drains", id, () -> image().draining().contains(id) || !image().instances().containsKey(id));
        Instant changed = clock.instant();
        int before = -1;
        while (true) {
            Set<ShardId> left = drain.left(image(), cluster.shardResources());
            if (left.size() != before) {
                before = left.size();
                changed = clock.instant();
                progress.accept(progress(drain.heldCount() - before, drain.heldCount(),
                        "%,d of %,d shards are served by others".formatted(drain.heldCount() - before, drain.heldCount())));
            }
            if (left.isEmpty()) {
                return;
            }
            if (clock.instant().isAfter(changed.plus(STALLED_AFTER))) {
                throw NarwhalException.of(ErrorCode.SHARD_UNAVAILABLE,
                        "Node [%s] is still needed for shards %s after %d min without progress; see what status says of the "
                                + "other servers. It goes on draining", id, Drain.text(left), STALLED_AFTER.toMinutes());
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void drainIngest(KnownMember member, Consumer<ObjectNode> progress) {
        String id = member.instance().id();
        boolean others = image().withRole(Role.INGEST).stream().anyMatch(other -> !other.id().equals(id)
                && !image().draining().contains(other.id()));
        if (member.live() && !others) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST,
                    "Node [%s] is the last ingest node: nobody else could lead tables; start another first", id);
        }
        cluster.drain(id, true);
        progress.accept(progress(0, 0, "Others take the lead of its tables"));
        await("leads no table any more", id, () -> !image().leaders().containsValue(id));
    }

    private KnownMember member(String name) {
        Map<String, KnownMember> members = cluster.members();
        KnownMember member = members.get(name);
        if (member != null) {
            return member;
        }
        if (name.equals(image().controller())) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST,
                    "Node [%s] is a controller, which holds nothing to drain: stop its process, the next one leads", name);
        }
        if (image().instances().containsKey(name)) {
            throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                    "Node [%s] has not joined the cluster as ZooKeeper has it now; is it founded anew? Try again", name);
        }
        List<String> known = members.values().stream()
                .map(each -> each.instance().id() + (each.live() ? "" : " (not running)")).toList();
        throw NarwhalException.of(ErrorCode.INVALID_PARAMETER, "No node is called [%s]; there are %s", name, known);
    }

    private void await(String what, String id, BooleanSupplier condition) {
        Instant deadline = clock.instant().plus(SHOWN_WITHIN);
        while (!condition.getAsBoolean()) {
            if (clock.instant().isAfter(deadline)) {
                throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                        "Node [%s]: not within %d s: %s; does a controller lead (status)? It is still asked for", id,
                        SHOWN_WITHIN.toSeconds(), what);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private ClusterImage image() {
        return cluster.view().image();
    }

    private static String name(Role role) {
        return role == Role.FLIGHT_SERVER ? "front end" : role.name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode progress(int done, int total, String message) {
        return JSON.createObjectNode().put("phase", "draining").put("filesDone", done).put("filesTotal", total)
                .put("message", message);
    }

    private static ObjectNode outcome(String id, String state) {
        return JSON.createObjectNode().put("node", id).put("state", state);
    }
}
