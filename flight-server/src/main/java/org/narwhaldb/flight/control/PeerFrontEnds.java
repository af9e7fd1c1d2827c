package org.narwhaldb.flight.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.exchange.FlightErrors;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.flight.sql.ControlActions;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The other front ends of the cluster, asked by their own Flight service. They share nothing, so that what one has told its
/// client is visible the others must have seen too: each is asked to catch up, and waited for.
///
/// One that cannot be reached or gives no sign of life for [#SILENCE] is not waited for. It is stopped, or cut off, or gone: when a
/// stopped one wakes, or one that was cut off hears of others again, it reads the pointers before it answers anything (see
/// `Wakefulness`), and one that starts does too.
///
/// Asked are all that the cluster knows, live or not, as read after the version was published: one whose session has just ended
/// may be awake, and answer clients, before it is announced again. Where nothing listens nobody is waited for.
final class PeerFrontEnds {
    private static final Logger LOG = LoggerFactory.getLogger(PeerFrontEnds.class);
    private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(500);
    /// Longer than a front end that was cut off needs to count as such.
    private static final Duration SILENCE = Duration.ofSeconds(4);

    private final Cluster cluster;
    private final Transport transport;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private volatile String self = "";
    private volatile Map<String, Instance> known = Map.of();

    PeerFrontEnds(Cluster cluster, Transport transport, InstantSource clock, Scheduler scheduler) {
        this.cluster = cluster;
        this.transport = transport;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    void announcedAs(String instance) {
        self = instance;
    }

    private List<Instance> live() {
        return cluster.view().image().withRole(Role.FLIGHT_SERVER).stream().filter(peer -> !peer.id().equals(self)).toList();
    }

    private boolean isLive(Instance peer) {
        return cluster.view().image().instances().containsKey(peer.id());
    }

    /// Live or not. While ZooKeeper is away, those that were known.
    private Collection<Instance> all() {
        try {
            Map<String, Instance> read = new TreeMap<>();
            cluster.members().forEach((id, member) -> read.put(id, member.instance()));
            known = read;
        } catch (NarwhalException e) {
            LOG.debug("Cannot read the members of the cluster", e);
        }
        Map<String, Instance> all = new TreeMap<>(known);
        live().forEach(peer -> all.put(peer.id(), peer));
        return all.values().stream().filter(peer -> peer.role() == Role.FLIGHT_SERVER && !peer.id().equals(self)).toList();
    }

    /// Returns when each live one answers from the version or a later one.
    ///
    /// @param version null if the table was dropped
    /// @throws NarwhalException what a live one says that does not get there within `patience`
    void catchUp(TableName table, VersionId version, Duration patience) {
        ObjectNode body = Json.object().put("table", table.toString()).put("version", version == null ? null : version.toString())
                .put("patienceMillis", patience.toMillis());
        Instant deadline = clock.instant().plus(patience);
        for (Instance peer : all()) {
            catchUp(peer, Json.write(body), deadline);
        }
    }

    private void catchUp(Instance peer, byte[] body, Instant deadline) {
        Instant silentAt = clock.instant().plus(SILENCE);
        while (true) {
            Duration left = Duration.between(clock.instant(), deadline);
            try {
                call(peer, ControlActions.PEER_CATCH_UP, body, left.isPositive() ? left : PAUSE);
                return;
            } catch (NarwhalException e) {
                boolean silent = e.code() == ErrorCode.SERVER_UNREACHABLE && !clock.instant().isBefore(silentAt);
                if (silent || !isLive(peer) && FlightErrors.isRefused(e)) {
                    LOG.info("Front end [{}] is not waited for: {}", peer.id(), e.getMessage());
                    return;
                }
                if (!left.isPositive()) {
                    throw new NarwhalException(e.code(), "Done, but front end [%s] does not answer from it yet: %s".formatted(
                            peer.id(), e.getMessage()), e);
                }
                scheduler.pause(PAUSE);
            }
        }
    }

    /// Whether one of them ran the query, and has cancelled it.
    boolean cancel(String queryId) {
        byte[] body = Json.write(Json.object().put("queryId", queryId));
        for (Instance peer : live()) {
            try {
                JsonNode answer = Json.read(call(peer, ControlActions.PEER_CANCEL, body, CANCEL_TIMEOUT));
                if (answer.path("cancelled").asBoolean()) {
                    return true;
                }
            } catch (NarwhalException e) {
                LOG.debug("Cannot ask [{}] to cancel query [{}]", peer.id(), queryId, e);
            }
        }
        return false;
    }

    private byte[] call(Instance peer, String action, byte[] body, Duration timeout) {
        return transport.call(new Transport.NodeAddress(peer.id(), peer.host(), peer.port()), action, body, timeout, _ -> { });
    }
}
