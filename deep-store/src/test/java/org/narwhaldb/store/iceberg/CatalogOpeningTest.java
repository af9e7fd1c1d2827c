package org.narwhaldb.store.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/// Processes that start together on a catalog that is not there yet.
class CatalogOpeningTest {
    private static final int PROCESSES = 4;

    @RepeatedTest(5)
    void aNewCatalogMayBeOpenedByManyAtOnce(@TempDir Path directory) throws Exception {
        Map<String, String> properties = Map.of("type", "jdbc", "uri", "jdbc:sqlite:" + directory.resolve("catalog.db"),
                "warehouse", directory.resolve("warehouse").toString());
        CyclicBarrier start = new CyclicBarrier(PROCESSES);
        try (ExecutorService threads = Executors.newFixedThreadPool(PROCESSES)) {
            List<Future<List<String>>> opened = new ArrayList<>();
            for (int number = 0; number < PROCESSES; number++) {
                opened.add(threads.submit(() -> {
                    start.await();
                    try (Lake lake = Lake.open("narwhal", properties)) {
                        return lake.namespaces();
                    }
                }));
            }

            for (Future<List<String>> each : opened) {
                assertThat(each.get()).isEmpty();
            }
        }
    }
}
