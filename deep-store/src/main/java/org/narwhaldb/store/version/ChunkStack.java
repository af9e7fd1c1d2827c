package org.narwhaldb.store.version;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.ToIntFunction;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.TableVersion.ChunkReference;

/// The chunks of one kind under a version: adds a change on top, merging neighbours by size, and reads the whole.
///
/// A log-structured merge tree, tiered: a delta of fewer than 16^(t+1) entries is of tier t; when the newest 16 are
/// of tier t or below they become one. An entry is so rewritten once a tier, and a version names at most 16 deltas a
/// tier. When the deltas outgrow the base, everything becomes a new base: an entry costs O(log n) writes over its life.
final class ChunkStack<E> {
    private static final int FAN = 16;
    private static final int FAN_BITS = 4;
    private static final int BASE_ENTRIES_MAX = 4096;

    private final ChunkFiles files;
    private final EntryCodec<E> codec;
    private final int shardCount;
    private final ToIntFunction<E> shardOf;

    ChunkStack(ChunkFiles files, EntryCodec<E> codec, int shardCount, ToIntFunction<E> shardOf) {
        this.files = files;
        this.codec = codec;
        this.shardCount = shardCount;
        this.shardOf = shardOf;
    }

    /// Writes what `entries` put and `removed` (keys) taken away need on top of `parents`.
    List<ChunkReference> push(
            TableName table, VersionId id, List<ChunkReference> parents, List<E> entries, List<String> removed) {
        boolean sameLayout = parents.isEmpty() || parents.getLast().shardTo() == shardCount;
        int added = entries.size() + removed.size();
        if (added == 0 && sameLayout) {
            return parents;
        }
        int baseChunks = baseChunks(parents);
        List<ChunkReference> base = parents.subList(0, baseChunks);
        List<ChunkReference> deltas = parents.subList(baseChunks, parents.size());
        long deltaEntries = entryCount(deltas) + added;
        if (base.isEmpty() || !sameLayout || deltaEntries > Math.max(BASE_ENTRIES_MAX, entryCount(base))) {
            Map<String, E> all = new LinkedHashMap<>();
            parents.forEach(chunk -> apply(files.read(codec, chunk.file()), all));
            apply(new Chunk<>(entries, removed, 0), all);
            return writeBase(table, id, all);
        }
        int from = mergeFrom(deltas, added);
        List<ChunkReference> chunks = new ArrayList<>(parents.subList(0, baseChunks + from));
        chunks.add(writeDelta(table, id, deltas.subList(from, deltas.size()), new Chunk<>(entries, removed, 0)));
        return List.copyOf(chunks);
    }

    /// The entries of the accepted shards, by key.
    Map<String, E> read(List<ChunkReference> chunks, IntPredicate shards) {
        Map<String, E> entries = new HashMap<>();
        for (ChunkReference chunk : chunks) {
            if (accepts(chunk, shards)) {
                apply(files.read(codec, chunk.file()), entries);
            }
        }
        entries.values().removeIf(entry -> !shards.test(shardOf.applyAsInt(entry)));
        return entries;
    }

    private static boolean accepts(ChunkReference chunk, IntPredicate shards) {
        for (int shard = chunk.shardFrom(); shard < chunk.shardTo(); shard++) {
            if (shards.test(shard)) {
                return true;
            }
        }
        return false;
    }

    private void apply(Chunk<E> chunk, Map<String, E> entries) {
        chunk.entries().forEach(entry -> entries.put(codec.key(entry), entry));
        chunk.removed().forEach(entries::remove);
    }

    /// The first chunk, and what follows it that speaks of some shards only.
    private int baseChunks(List<ChunkReference> chunks) {
        int count = Math.min(1, chunks.size());
        while (count < chunks.size() && (chunks.get(count).shardFrom() > 0 || chunks.get(count)
                .shardTo() < shardCount)) {
            count++;
        }
        return count;
    }

    private static long entryCount(List<ChunkReference> chunks) {
        return chunks.stream().mapToLong(ChunkReference::entryCount).sum();
    }

    /// Index of the oldest delta that the new one is merged with; their number if with none.
    private static int mergeFrom(List<ChunkReference> deltas, int added) {
        int from = deltas.size();
        long merged = added;
        int tier = tier(merged);
        while (true) {
            int start = from;
            while (start > 0 && tier(deltas.get(start - 1).entryCount()) <= tier) {
                start--;
            }
            if (from - start + 1 < FAN) {
                return from;
            }
            merged += entryCount(deltas.subList(start, from));
            from = start;
            tier = Math.max(tier + 1, tier(merged));
        }
    }

    private static int tier(long entries) {
        return (63 - Long.numberOfLeadingZeros(Math.max(1, entries))) / FAN_BITS;
    }

    private ChunkReference writeDelta(TableName table, VersionId id, List<ChunkReference> merged, Chunk<E> newest) {
        // a null stands for a key removed: something below may still have it
        Map<String, E> entries = new LinkedHashMap<>();
        merged.forEach(chunk -> overlay(files.read(codec, chunk.file()), entries));
        overlay(newest, entries);
        List<E> kept = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        entries.forEach((key, entry) -> {
            if (entry == null) {
                removed.add(key);
            } else {
                kept.add(entry);
            }
        });
        String file = files.write(codec, table, id, kept, removed);
        return new ChunkReference(file, entries.size(), 0, shardCount);
    }

    private void overlay(Chunk<E> chunk, Map<String, E> entries) {
        chunk.entries().forEach(entry -> entries.put(codec.key(entry), entry));
        chunk.removed().forEach(key -> entries.put(key, null));
    }

    private List<ChunkReference> writeBase(TableName table, VersionId id, Map<String, E> all) {
        if (all.isEmpty()) {
            return List.of();
        }
        List<List<E>> byShard = new ArrayList<>();
        for (int shard = 0; shard < shardCount; shard++) {
            byShard.add(new ArrayList<>());
        }
        all.values().forEach(entry -> byShard.get(shardOf.applyAsInt(entry)).add(entry));
        List<ChunkReference> chunks = new ArrayList<>();
        List<E> open = new ArrayList<>();
        int from = 0;
        for (int shard = 0; shard < shardCount; shard++) {
            open.addAll(byShard.get(shard));
            boolean last = shard == shardCount - 1;
            if (last || open.size() + byShard.get(shard + 1).size() > BASE_ENTRIES_MAX) {
                String file = files.write(codec, table, id, open, List.of());
                chunks.add(new ChunkReference(file, open.size(), from, shard + 1));
                open.clear();
                from = shard + 1;
            }
        }
        return List.copyOf(chunks);
    }
}
