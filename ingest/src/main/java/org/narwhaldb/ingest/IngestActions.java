package org.narwhaldb.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.narwhaldb.ingest.load.FileLoad;
import org.narwhaldb.ingest.load.LoadRequest;
import org.narwhaldb.ingest.load.LoadResult;
import org.narwhaldb.ingest.publish.PublicationSeams;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;
import org.narwhaldb.store.version.TableVersion;

/// The control actions of an ingest node, JSON in and out.
///
/// | action | body | answers |
/// |---|---|---|
/// | `load` | `LoadRequest` | `Progress`…, then [Loaded], once the version that holds the rows is published |
/// | `serve` | table, shards?, replicas?, timeColumn?, clusterBy? | `Progress`…, then [Published] |
/// | `refresh` | table, anew? | `Progress`…, then [Published] |
/// | `drop` | table, purge? | [Dropped] |
/// | `status` | – | [Status] of the tables that this node leads |
///
/// An action on a table that this node does not lead fails with CLUSTER_UNAVAILABLE and names the leader.
final class IngestActions {
    private static final ObjectMapper JSON = new ObjectMapper()
            .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final IngestNode node;
    private final PublicationSeams seams;

    IngestActions(IngestNode node, PublicationSeams seams) {
        this.node = node;
        this.seams = seams;
    }

    record ServeRequest(String table, Integer shards, Integer replicas, String timeColumn, List<String> clusterBy) {}

    /// @param anew build all segments again
    record RefreshRequest(String table, boolean anew) {}

    /// @param purge also delete the table's data files
    record DropRequest(String table, boolean purge) {}

    /// @param rejected bad rows passed over; `rejections` says why of the first ones
    /// @param version published, which holds the rows
    record Loaded(
            String table, String loadId, long snapshotId, long rows, int files, long rejected, List<String> rejections,
            String version,
            boolean alreadyLoaded) {}

    record Published(String table, String version, long snapshotId, long rows, long segments) {}

    record Dropped(String table) {}

    record Status(List<TableStatus> tables) {}

    record Problem(String code, String message, String since) {}

    record TableStatus(
            String table, String version, Long snapshotId, Long rows, Long segments, Integer shards, Integer replicas,
            Long publishedAtMillis,
            TableVersion.BuildReport build, Problem error, Progress building) {}

    byte[] call(String action, byte[] body, Consumer<byte[]> progress) {
        Consumer<Progress> listener = new ProgressStream(step -> progress.accept(bytes(step)));
        return bytes(switch (action) {
            case "load" -> load(parse(action, body, LoadRequest.class), listener);
            case "serve" -> serve(parse(action, body, ServeRequest.class), listener);
            case "refresh" -> refresh(parse(action, body, RefreshRequest.class), listener);
            case "drop" -> drop(parse(action, body, DropRequest.class));
            case "status" -> status();
            default -> throw NarwhalException.of(ErrorCode.INVALID_REQUEST,
                    "Unknown action [%s]; an ingest node knows load, serve, refresh, drop and status", action);
        });
    }

    private Loaded load(LoadRequest request, Consumer<Progress> listener) {
        TableName table = table(request.table());
        node.requireLeader(table);
        LoadResult result = new FileLoad(seams.lake(), seams.random()).run(table, request, listener);
        listener.accept(Progress.phase("building", "Snapshot " + result.snapshotId() + " is committed"));
        TableVersion version = node.leaderOf(table).publish(false, listener);
        return new Loaded(table.toString(), result.loadId(), result.snapshotId(), result.rows(), result.files(),
                result.rejected(),
                result.rejections(), version.id().toString(), result.alreadyLoaded());
    }

    private Published serve(ServeRequest request, Consumer<Progress> listener) {
        TableName table = table(request.table());
        node.requireLeader(table);
        Map<String, String> properties = new HashMap<>();
        properties.put(TableSpec.SERVE, "true");
        if (request.shards() != null) {
            properties.put(TableSpec.SHARDS, request.shards().toString());
        }
        if (request.replicas() != null) {
            properties.put(TableSpec.REPLICAS, request.replicas().toString());
        }
        if (request.timeColumn() != null) {
            properties.put(TableSpec.TIME_COLUMN, request.timeColumn());
        }
        if (request.clusterBy() != null) {
            properties.put(TableSpec.CLUSTER_BY, String.join(",", request.clusterBy()));
        }
        Map<String, String> wanted = new HashMap<>(seams.lake().load(table).properties());
        wanted.putAll(properties);
        ServedColumns.check(table, TableSpec.of(wanted), seams.lake().load(table).fields());
        seams.lake().setProperties(table, properties);
        return published(table, node.leaderOf(table).publish(false, listener));
    }

    private Published refresh(RefreshRequest request, Consumer<Progress> listener) {
        TableName table = table(request.table());
        node.requireLeader(table);
        if (!seams.lake().load(table).spec().served()) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "Table [%s] is not served; serve it first", table);
        }
        return published(table, node.leaderOf(table).publish(request.anew(), listener));
    }

    private Dropped drop(DropRequest request) {
        TableName table = table(request.table());
        node.requireLeader(table);
        seams.lake().drop(table, request.purge());
        node.retire(table);
        return new Dropped(table.toString());
    }

    private Status status() {
        List<TableStatus> tables = new ArrayList<>();
        node.leaders().forEach((table, leader) -> {
            TableVersion version = leader.current().orElse(null);
            Problem problem = leader.failure()
                    .map(failure -> new Problem(failure.code().name(), failure.message(), failure.since().toString()))
                    .orElse(null);
            Progress building = leader.building().orElse(null);
            tables.add(version == null
                    ? new TableStatus(table.toString(), null, null, null, null, null, null, null, null, problem,
                    building)
                    : new TableStatus(table.toString(), version.id().toString(), version.snapshotId(),
                    version.rowCount(), version.segmentCount(),
                            version.shardCount(), version.replicas(), version.createdAtMillis(), version.build(),
                            problem, building));
        });
        node.unreadable().forEach((table, error) -> tables.add(
                new TableStatus(table.toString(), null, null, null, null, null, null, null, null,
                new Problem(error.code().name(), error.getMessage(), null), null)));
        return new Status(tables);
    }

    private static Published published(TableName table, TableVersion version) {
        return new Published(table.toString(), version.id().toString(), version.snapshotId(), version.rowCount(),
                version.segmentCount());
    }

    private static TableName table(String name) {
        if (name == null) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "The request names no table");
        }
        return TableName.parse(name);
    }

    private static <T> T parse(String action, byte[] body, Class<T> type) {
        try {
            return JSON.readValue(body, type);
        } catch (JsonProcessingException e) {
            if (e.getCause() instanceof NarwhalException refused) {
                throw refused;
            }
            throw new NarwhalException(ErrorCode.INVALID_REQUEST,
                    "Cannot read the request of action [%s]: %s".formatted(action, e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.INVALID_REQUEST,
                    "Cannot read the request of action [%s]".formatted(action), e);
        }
    }

    private static byte[] bytes(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new NarwhalException(ErrorCode.INTERNAL, "Cannot write an answer as JSON: " + e.getMessage(), e);
        }
    }
}
