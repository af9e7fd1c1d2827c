package org.narwhaldb.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.ProcessResources;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.WorkerPool;
import org.narwhaldb.engine.leaf.GlobalDictionaries;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.SegmentDictionary;
import org.narwhaldb.segment.Segments;

/// Texts that contain a text, against Java's own search; dictionaries of both forms, larger than a step.
class DictionaryWalkTest {
    @TempDir
    Path directory;

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void whatContainsATextIsFound() {
        try (WorkerPool workers = new WorkerPool(3)) {
            QueryContext context = new QueryContext("test", Instant.EPOCH.plus(Duration.ofDays(1)), () -> Instant.EPOCH,
                    MemoryPool.of(1L << 30).open("test", 0));
            context.use(new ProcessResources(workers, new GlobalDictionaries(1 << 20)));
            for (int size : new int[] {1, 200, 3_000, 50_000}) {
                try (Segment segment = segment(size)) {
                    for (String text : List.of("a", "aa", "aba", "äb", "🐋", "b🐋a", "bbbb", "ba", "abäabäb", "no such text")) {
                        isFound(text, segment.column(1).dictionary(), context);
                    }
                }
            }
        }
    }

    private void isFound(String text, SegmentDictionary dictionary, QueryContext context) {
        CodeSet set = new CodeSet(dictionary.size());
        DictionaryWalk.addContaining(text.getBytes(StandardCharsets.UTF_8), dictionary, set, context);
        for (int code = 0; code < dictionary.size(); code++) {
            String value = new String(dictionary.value(code), StandardCharsets.UTF_8);
            assertThat(set.contains(code)).as("[%s] in [%s] -Dnarwhal.seed=%d", text, value, seed).isEqualTo(value.contains(text));
        }
    }

    private Segment segment(int size) {
        Path file = directory.resolve("walk-" + size + ".segment");
        try (SegmentBuilder builder = Segments.builder(List.of(new Field(1, "s", ColumnType.STRING, true)), List.of())) {
            for (int row = 0; row < 2 * size; row++) {
                byte[] text = text().getBytes(StandardCharsets.UTF_8);
                builder.column(0).appendBytes(text, 0, text.length);
                builder.origin(0, row);
                builder.endRow();
            }
            builder.write(file, "walk-test");
        }
        return Segments.open(file);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(20);
        for (int i = 0; i < length; i++) {
            text.append(List.of("a", "b", "ä", "🐋").get((int) (4 * Math.pow(random.nextDouble(), 2))));
        }
        return text.toString();
    }
}
