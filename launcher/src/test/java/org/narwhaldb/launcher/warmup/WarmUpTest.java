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
import org.narwhaldb.engine.execution.MemoryPool;

@Tag("slow")
class WarmUpTest {
    @TempDir
    private Path directory;

    @Test
    void everyStatementRunsAndNothingIsLeftBehind() throws IOException {
        MemoryPool memory = MemoryPool.of(1L << 30);

        List<String> failed = WarmUp.run(directory, Duration.ZERO, InstantSource.system(), memory);

        assertThat(failed).isEmpty();
        assertThat(memory.reservedBytes()).isZero();
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }
}
