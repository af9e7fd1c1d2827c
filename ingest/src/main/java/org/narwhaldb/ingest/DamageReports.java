package org.narwhaldb.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the segment servers say, in their `status`, of segments whose files they found damaged or gone. A suspicion
/// only: the table's leader checks the store's own file before it builds anything.
final class DamageReports {
    private static final Logger LOG = LoggerFactory.getLogger(DamageReports.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Set<String> CODES = Set.of(
            ErrorCode.CORRUPT_SEGMENT.name(), ErrorCode.CORRUPT_VERSION.name(), ErrorCode.FILE_NOT_FOUND.name());

    private final Cluster cluster;
    private final Transport transport;

    DamageReports(Cluster cluster, Transport transport) {
        this.cluster = cluster;
        this.transport = transport;
    }

    /// Ids of suspected segments by table. A server that does not answer is left out.
    Map<TableName, Set<String>> read() {
        Map<TableName, Set<String>> suspects = new TreeMap<>();
        for (Instance server : cluster.view().image().withRole(Role.SEGMENT_SERVER)) {
            try {
                Transport.NodeAddress address =
                        new Transport.NodeAddress(server.id(), server.host(), server.port());
                byte[] status = transport.call(address, "status", "{}".getBytes(StandardCharsets.UTF_8), TIMEOUT, _ -> { });
                for (JsonNode failed : JSON.readTree(status).path("failed")) {
                    if (CODES.contains(failed.path("code").asText())) {
                        suspects.computeIfAbsent(TableName.parse(failed.path("table").asText()), _ -> new HashSet<>())
                                .add(failed.path("segment").asText());
                    }
                }
            } catch (NarwhalException | IOException e) {
                LOG.debug("Segment server [{}] does not say what it lacks: {}", server.id(), e.getMessage());
            }
        }
        return suspects;
    }
}
