package org.narwhaldb.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.server.hold.Holdings;
import org.narwhaldb.server.hold.NamedPair;
import org.narwhaldb.server.partial.PartialCache;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// What a server says of itself, as JSON.
final class StatusReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String server;
    private final HeldPairs held;
    private final FragmentRunner fragments;
    private final SegmentCache cache;
    private final PartialCache partials;
    private final MemoryPool memory;

    StatusReport(String server, HeldPairs held, FragmentRunner fragments, SegmentServer.Sources sources, MemoryPool memory) {
        this.server = server;
        this.held = held;
        this.fragments = fragments;
        this.cache = sources.cache();
        this.partials = sources.partials();
        this.memory = memory;
    }

    /// A version that the server has no shard of is left out.
    /// @param known the generation that the caller has seen
    byte[] holdings(long known, boolean draining) {
        return held.look(holdings -> {
            ObjectNode root = JSON.createObjectNode();
            root.put("generation", holdings.generation());
            root.put("server", server);
            root.put("draining", draining);
            if (holdings.generation() == known) {
                root.put("unchanged", true);
                return bytes(root);
            }
            ArrayNode tables = root.putArray("tables");
            for (Map.Entry<TableName, Map<VersionId, BitSet>> table : holdings.complete().entrySet()) {
                ObjectNode node = tables.addObject();
                node.put("table", table.getKey().toString());
                ArrayNode versions = node.putArray("versions");
                table.getValue().forEach((id, shards) -> {
                    if (!shards.isEmpty()) {
                        ObjectNode version = versions.addObject();
                        version.put("id", id.toString());
                        addRanges(shards, version.putArray("shards"));
                    }
                });
            }
            return bytes(root);
        });
    }

    private static void addRanges(BitSet shards, ArrayNode target) {
        for (int from = shards.nextSetBit(0); from >= 0;) {
            int to = shards.nextClearBit(from) - 1;
            if (to == from) {
                target.add(from);
            } else {
                target.add(from + "-" + to);
            }
            from = shards.nextSetBit(to + 1);
        }
    }

    byte[] status() {
        ObjectNode root = JSON.createObjectNode();
        root.put("server", server);
        Map<String, Long> sizes = new HashMap<>();
        List<LoadedPair> pairs = held.loadedPairs();
        pairs.forEach(pair -> sizes.put(pair.pair().id().segmentId(), pair.pair().sizeBytes()));
        root.put("segments", sizes.size());
        root.put("pairs", pairs.size());
        root.put("bytes", sizes.values().stream().mapToLong(Long::longValue).sum());
        root.put("cacheBytes", cache.usedBytes());
        root.put("cacheBudgetBytes", cache.budgetBytes());
        root.put("fragments", fragments.running());
        ObjectNode memoryNode = root.putObject("memory");
        memoryNode.put("limitBytes", memory.limitBytes());
        memoryNode.put("reservedBytes", memory.reservedBytes());
        ObjectNode partialNode = root.putObject("partialCache");
        partialNode.put("limitBytes", partials.bytesMax());
        partialNode.put("bytes", partials.bytes());
        partialNode.put("entries", partials.entryCount());
        partialNode.put("hits", partials.hits());
        partialNode.put("misses", partials.misses());
        held.look(holdings -> addHoldings(holdings, root));
        return bytes(root);
    }

    private static Void addHoldings(Holdings holdings, ObjectNode root) {
        root.put("generation", holdings.generation());
        root.put("shards", holdings.assignedShardCount());
        root.put("loading", holdings.loadingCount());
        ArrayNode failed = root.putArray("failed");
        for (Map.Entry<NamedPair, NarwhalException> failure : holdings.failures().entrySet()) {
            ObjectNode node = failed.addObject();
            node.put("table", failure.getKey().table().toString());
            node.put("segment", failure.getKey().id().segmentId());
            node.put("liveRows", failure.getKey().id().liveRowsId());
            node.put("file", failure.getKey().file());
            node.put("code", failure.getValue().code().name());
            node.put("reason", failure.getValue().getMessage());
        }
        return null;
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of our own cannot be written as JSON", e);
        }
    }
}
