package org.narwhaldb.launcher.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.cluster.Schedulers;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryMemory;

@Tag("slow")
class WarmUpTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    @TempDir
    private Path directory;

    private WarmUp start(MemoryPool queries) {
        return WarmUp.start(directory, SHORT, InstantSource.system(), Schedulers.threads("test", 2), queries);
    }

    private List<Path> left() throws IOException {
        try (var files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void everyStatementRunsInEitherFormAndNothingIsLeftBehind() throws IOException {
        WarmUp warmUp = start(MemoryPool.of(1));

        warmUp.awaitEnd();

        assertThat(warmUp.failed()).isEmpty();
        assertThat(left()).isEmpty();
    }

    @Test
    void whoStopsItDoesNotWaitForTheQueriesThatItStandsBackFor() throws IOException {
        MemoryPool queries = MemoryPool.of(1 << 20);
        QueryMemory query = queries.open("q", 0);
        query.reserve(1);

        WarmUp warmUp = start(queries);
        warmUp.close();

        warmUp.awaitReady();
        assertThat(left()).isEmpty();
        query.release(1);
        queries.close(query);
    }
}
