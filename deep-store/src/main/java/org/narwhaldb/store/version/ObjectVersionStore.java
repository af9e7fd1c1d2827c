package org.narwhaldb.store.version;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.object.ObjectStore.Entry;
import org.narwhaldb.store.version.TableVersion.ChunkReference;

/// Table versions as files in an object store; the layout is in the package comment.
final class ObjectVersionStore implements VersionStore {
    /// Sources are not spread over shards: one range speaks of all.
    private static final int SOURCE_SHARDS = 1;

    private final ObjectStore store;
    private final ChunkFiles files;

    ObjectVersionStore(ObjectStore store, long cacheBytes) {
        this.store = store;
        this.files = new ChunkFiles(store, cacheBytes);
    }

    @Override
    public List<ChunkReference> writeSegments(
            TableName table, VersionId id, int shardCount, List<ChunkReference> parentChunks, SegmentChange change) {
        return segmentStack(shardCount).push(table, id, parentChunks, change.addedOrReplaced(), change.removed());
    }

    @Override
    public List<ChunkReference> writeSources(
            TableName table, VersionId id, List<ChunkReference> parentChunks, SourceChange change) {
        return sourceStack().push(table, id, parentChunks, change.addedOrReplaced(), change.removed());
    }

    @Override
    public void writeHead(TableVersion version) {
        String file = VersionStores.headFile(version.table(), version.id());
        byte[] content = HeadFile.encode(version);
        if (!store.exists(file)) {
            try {
                store.put(file, content);
            } catch (NarwhalException e) {
                // the store says so when someone else's head of another length stands there
                if (!store.exists(file)) {
                    throw e;
                }
            }
        }
        if (!Arrays.equals(StoredBytes.read(store, file, "head"), content)) {
            throw NarwhalException.of(ErrorCode.LOAD_CONFLICT,
                    "Version [%s] of table [%s] was written by another leader, or by this one before it failed: [%s];"
                            + " derive anew and take the next free version", version.id(), version.table(), file);
        }
    }

    @Override
    public TableVersion readHead(TableName table, VersionId id) {
        String file = VersionStores.headFile(table, id);
        if (!store.exists(file)) {
            throw NarwhalException.of(ErrorCode.FILE_NOT_FOUND, "No version [%s] of table [%s] in the store: [%s]",
                    id, table, file);
        }
        TableVersion version = HeadFile.decode(file, StoredBytes.read(store, file, "head"));
        if (!version.id().equals(id) || !version.table().equals(table)) {
            throw NarwhalException.of(ErrorCode.CORRUPT_VERSION, "Head file [%s] is that of version [%s] of table [%s]",
                    file, version.id(), version.table());
        }
        return version;
    }

    @Override
    public VersionId nextFree(TableName table, VersionId current) {
        VersionId next = current.next();
        while (store.exists(VersionStores.headFile(table, next))) {
            next = next.next();
        }
        return next;
    }

    @Override
    public List<VersionId> heads(TableName table) {
        String directory = VersionStores.headDirectory(table);
        List<VersionId> ids = new ArrayList<>();
        for (Entry entry : store.list(directory)) {
            String name = entry.name().substring(directory.length());
            if (name.endsWith(".json")) {
                ids.add(VersionId.parse(name.substring(0, name.length() - ".json".length())));
            }
        }
        ids.sort(Comparator.comparing(VersionId::incarnation).thenComparingLong(VersionId::counter));
        return ids;
    }

    @Override
    public Map<String, SegmentEntry> segments(TableVersion version, IntPredicate shards) {
        return new TreeMap<>(segmentStack(version.shardCount()).read(version.chunks(), shards));
    }

    @Override
    public Map<String, SourceEntry> sources(TableVersion version) {
        return new TreeMap<>(sourceStack().read(version.sourceChunks(), shard -> true));
    }

    @Override
    public List<String> files(TableVersion version) {
        List<String> names = new ArrayList<>();
        names.add(VersionStores.headFile(version.table(), version.id()));
        version.chunks().forEach(chunk -> names.add(chunk.file()));
        version.sourceChunks().forEach(chunk -> names.add(chunk.file()));
        for (SegmentEntry segment : segments(version, shard -> true).values()) {
            names.add(segment.file());
            if (!segment.liveRowsFile().isEmpty()) {
                names.add(segment.liveRowsFile());
            }
        }
        return names;
    }

    private ChunkStack<SegmentEntry> segmentStack(int shardCount) {
        return new ChunkStack<>(files, EntryCodec.SEGMENTS, shardCount, entry -> entry.shard(shardCount));
    }

    private ChunkStack<SourceEntry> sourceStack() {
        return new ChunkStack<>(files, EntryCodec.SOURCES, SOURCE_SHARDS, entry -> 0);
    }
}
