package org.narwhaldb.flight.routing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.store.version.SegmentEntry;

/// Spreads a fragment's segments over the servers that hold them. Pure: the same holders give the same parts, so that a repeated
/// query repeats its digits and finds the same caches.
public final class SegmentRouter {
    private SegmentRouter() {}

    /// A slice of a fragment's pairs that one server runs. Any server that holds all its shards can take it over, so a part
    /// is never split.
    ///
    /// @param number from 0; the merge takes the parts in this order
    /// @param shards of the pairs
    /// @param preferredServer null if nobody holds the shards now
    public record Part(int number, List<PairId> pairs, List<Integer> shards, String preferredServer, long rowCount) {}

    /// @param holders servers that hold a shard, in name order
    /// @param partsPerServer how far a server's share is cut for parallel work
    /// @param singlePair one pair a part: for fragments that do not reduce their rows
    /// @param fewServers ask few servers for much instead of many for little: where they share their cores, that saves the merge
    public record Request(
            List<SegmentEntry> segments, int shardCount, IntFunction<List<String>> holders, int partsPerServer, boolean singlePair,
            boolean fewServers) {}

    public static List<Part> route(Request request) {
        record Group(List<String> holders, String server) {}
        Map<Integer, List<String>> holdersByShard = new java.util.HashMap<>();
        Map<Group, List<SegmentEntry>> groups = new LinkedHashMap<>();
        for (SegmentEntry segment : request.segments()) {
            int shard = segment.shard(request.shardCount());
            List<String> holders = holdersByShard.computeIfAbsent(shard, request.holders()::apply);
            groups.computeIfAbsent(new Group(holders, request.fewServers() ? first(holders) : preferred(shard, holders)),
                    _ -> new ArrayList<>()).add(segment);
        }
        List<Part> parts = new ArrayList<>();
        groups.forEach((group, segments) -> {
            for (List<SegmentEntry> slice : slices(segments, request)) {
                parts.add(part(parts.size(), slice, request.shardCount(), group.server()));
            }
        });
        return List.copyOf(parts);
    }

    private static String first(List<String> holders) {
        return holders.isEmpty() ? null : Collections.min(holders);
    }

    /// Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998): each shard has its own
    /// order of preference among its holders, so load spreads and moves little when a server comes or goes.
    private static String preferred(int shard, List<String> holders) {
        String best = null;
        long bestWeight = 0;
        for (String holder : holders) {
            long weight = mix(holder.hashCode() * 0x9e3779b97f4a7c15L + shard);
            if (best == null || Long.compareUnsigned(weight, bestWeight) > 0) {
                best = holder;
                bestWeight = weight;
            }
        }
        return best;
    }

    /// The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    private static List<List<SegmentEntry>> slices(List<SegmentEntry> segments, Request request) {
        if (request.singlePair()) {
            return segments.stream().map(List::of).toList();
        }
        long rows = segments.stream().mapToLong(SegmentEntry::rowCount).sum();
        long target = Math.max(1, (rows + request.partsPerServer() - 1) / request.partsPerServer());
        List<List<SegmentEntry>> slices = new ArrayList<>();
        List<SegmentEntry> slice = new ArrayList<>();
        long inSlice = 0;
        for (SegmentEntry segment : segments) {
            slice.add(segment);
            inSlice += segment.rowCount();
            if (inSlice >= target) {
                slices.add(slice);
                slice = new ArrayList<>();
                inSlice = 0;
            }
        }
        if (!slice.isEmpty()) {
            slices.add(slice);
        }
        return slices;
    }

    private static Part part(int number, List<SegmentEntry> segments, int shardCount, String server) {
        List<PairId> pairs = segments.stream().map(segment -> new PairId(segment.segmentId(), segment.liveRowsId())).toList();
        List<Integer> shards = segments.stream().map(segment -> segment.shard(shardCount)).distinct().sorted().toList();
        return new Part(number, pairs, shards, server, segments.stream().mapToLong(SegmentEntry::liveRowCount).sum());
    }
}
