package org.narwhaldb.flight.result;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.ByteArrayOutputStream;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.narwhaldb.calcite.SqlPlanner;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.operator.KeptRows;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanCodec;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.flight.catalog.PinnedCatalog;
import org.narwhaldb.flight.query.SessionState;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.NarwhalException;

/// Small answers of whole statements, kept for the same statement over the same table versions. A statement is planned and its versions
/// are pinned before it is looked for here: the key is what would run, and over what. So an answer is never older than without the cache,
/// and one that was computed over another version, or read the clock or a system table, is never given. What nobody asks for again makes
/// room for the rest. Thread-safe.
public final class ResultCache {
    private static final long ENTRY_BYTES = 300;
    private static final int SHARE_OF_ENTRY = 16;
    private static final long ENTRY_BYTES_MAX = 1 << 20;

    private final long bytesMax;
    private final Cache<Key, KeptRows> entries;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /// What a statement's answer depends on.
    ///
    /// @param plan all fragments, by the canonical codec
    /// @param versions `table@version` of each leaf
    public record Key(byte[] plan, List<String> versions, ZoneId zone, long rowsMax) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && Arrays.equals(plan, that.plan) && versions.equals(that.versions)
                    && zone.equals(that.zone) && rowsMax == that.rowsMax;
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(plan) + versions.hashCode();
        }
    }

    /// @param bytesMax what it may take of the heap; 0: keeps nothing
    public ResultCache(long bytesMax) {
        this.bytesMax = bytesMax;
        this.entries = Caffeine.newBuilder().maximumWeight(bytesMax).executor(Runnable::run)
                .weigher((Key key, KeptRows rows) -> (int) weight(key, rows)).build();
    }

    public static ResultCache off() {
        return new ResultCache(0);
    }

    private static long weight(Key key, KeptRows rows) {
        return ENTRY_BYTES + key.plan().length + 100L * key.versions().size() + rows.sizeBytes();
    }

    private long entryBytesMax() {
        return Math.min(ENTRY_BYTES_MAX, bytesMax / SHARE_OF_ENTRY);
    }

    /// Null if the answer is not to be kept.
    public Key key(SqlPlanner.Statement statement, PinnedCatalog catalog, SessionState session) {
        DistributedPlan plan = statement.plan();
        if (bytesMax == 0 || !statement.repeatable() || fragments(plan).anyMatch(fragment -> readsSystemTable(fragment.root()))) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            fragments(plan).forEach(fragment -> {
                bytes.write(fragment.id());
                bytes.writeBytes(PlanCodec.encode(fragment.root()));
            });
        } catch (NarwhalException e) {
            // too large to be sent, so too large to be kept
            return null;
        }
        List<String> versions = plan.leaves().stream().map(DistributedPlan::scan)
                .map(scan -> scan.table() + "@" + catalog.manifest(scan.table()).version().id()).toList();
        return new Key(bytes.toByteArray(), versions, session.zone(), session.rowsMax());
    }

    private static Stream<Fragment> fragments(DistributedPlan plan) {
        return Stream.of(List.of(plan.root()), plan.builds(), plan.leaves()).flatMap(List::stream);
    }

    private static boolean readsSystemTable(PlanNode node) {
        return node instanceof PlanNode.SystemScan || node.inputs().stream().anyMatch(ResultCache::readsSystemTable);
    }

    /// The answer's rows; null if they are not there.
    public Operator find(Key key, QueryContext context) {
        if (key == null) {
            return null;
        }
        KeptRows rows = entries.getIfPresent(key);
        (rows == null ? misses : hits).increment();
        return rows == null ? null : rows.rows(context);
    }

    /// The same rows; they are kept once the last of them is out, if they are few.
    public Operator keeping(Key key, List<Field> fields, Operator rows, QueryContext context) {
        return key == null ? rows : new Keeping(key, fields, rows, context);
    }

    /// As EXPLAIN ANALYZE has it.
    public String describe(Key key) {
        if (bytesMax == 0) {
            return "off";
        }
        String state = key == null ? "never kept" : entries.asMap().containsKey(key) ? "kept" : "not kept";
        return "this answer is %s; %d hits, %d misses, %d entries of %d bytes".formatted(
                state, hits.sum(), misses.sum(), entries.estimatedSize(), bytes());
    }

    /// About what it takes of the heap.
    private long bytes() {
        entries.cleanUp();
        return entries.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }

    private final class Keeping implements Operator {
        private final Key key;
        private final Operator rows;
        private final KeptRows.Collector collector;
        private boolean isEnded;

        Keeping(Key key, List<Field> fields, Operator rows, QueryContext context) {
            this.key = key;
            this.rows = rows;
            collector = new KeptRows.Collector(fields, entryBytesMax(), context.memory());
        }

        @Override
        public Batch next() {
            Batch batch = rows.next();
            if (batch != null) {
                collector.add(batch);
            } else if (!isEnded) {
                isEnded = true;
                KeptRows kept = collector.finish();
                if (kept != null && weight(key, kept) <= 2 * entryBytesMax()) {
                    entries.put(key, kept);
                }
            }
            return batch;
        }

        @Override
        public void close() {
            collector.close();
            rows.close();
        }
    }
}
