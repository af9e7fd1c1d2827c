package org.narwhaldb.server.partial;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.engine.operator.KeptRows;

/// Partial answers of leaf fragments over immutable pairs, kept for later queries; shared by the segment servers of a JVM. An entry is
/// right for ever: pairs never change, and the fragment's bytes say all about the question. What nobody asks for again makes room for the
/// rest. Thread-safe.
public final class PartialCache {
    private static final long ENTRY_BYTES = 200;
    private static final long PAIR_BYTES = 150;
    private static final int SHARE_OF_ENTRY = 32;
    private static final long ENTRY_BYTES_MAX = 2 << 20;

    private final long bytesMax;
    private final Cache<Key, Partial> entries;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /// @param plan the fragment by the canonical codec
    /// @param pairs that it was run over, in this order
    record Key(byte[] plan, List<PairId> pairs) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && Arrays.equals(plan, that.plan) && pairs.equals(that.pairs);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(plan) + pairs.hashCode();
        }
    }

    /// @param groupsOnce whether the rows are groups, each of them once
    record Partial(KeptRows rows, boolean groupsOnce) {}

    /// @param bytesMax what it may take of the heap; 0: keeps nothing
    public PartialCache(long bytesMax) {
        this.bytesMax = bytesMax;
        this.entries = Caffeine.newBuilder().maximumWeight(bytesMax).executor(Runnable::run)
                .weigher((Key key, Partial partial) -> (int) weight(key, partial)).build();
    }

    public static PartialCache off() {
        return new PartialCache(0);
    }

    public boolean isOn() {
        return bytesMax > 0;
    }

    /// Of one entry.
    long entryBytesMax() {
        return Math.min(ENTRY_BYTES_MAX, bytesMax / SHARE_OF_ENTRY);
    }

    private static long weight(Key key, Partial partial) {
        return ENTRY_BYTES + key.plan().length + PAIR_BYTES * key.pairs().size() + partial.rows().sizeBytes();
    }

    /// Null if it is not there.
    Partial find(Key key) {
        Partial partial = entries.getIfPresent(key);
        (partial == null ? misses : hits).increment();
        return partial;
    }

    void keep(Key key, Partial partial) {
        if (weight(key, partial) <= 2 * entryBytesMax()) {
            entries.put(key, partial);
        }
    }

    public long bytesMax() {
        return bytesMax;
    }

    /// About what it takes of the heap.
    public long bytes() {
        entries.cleanUp();
        return entries.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }

    public long entryCount() {
        return entries.estimatedSize();
    }

    public long hits() {
        return hits.sum();
    }

    public long misses() {
        return misses.sum();
    }
}
