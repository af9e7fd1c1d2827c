package org.narwhaldb.store.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class LocalObjectStoreTest extends ObjectStoreContract {
    @Override
    ObjectStore store() {
        return ObjectStores.open("file:" + directory.resolve("store"), Map.of());
    }

    @Test
    void filesCanBeMappedInPlace() {
        ObjectStore store = store();
        store.put("a/b", new byte[] {1, 2});

        assertThat(store.local("a/b").orElseThrow()).hasBinaryContent(new byte[] {1, 2});
        assertThat(store.rootUri()).isEqualTo("file:" + directory.resolve("store"));
    }

    @Test
    void ofManyWritersOfANameOneWinsWhole() throws Exception {
        ObjectStore store = store();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            threads.invokeAll(IntStream.range(0, 40).<Callable<Void>>mapToObj(index -> () -> {
                byte[] content = new byte[10_000];
                Arrays.fill(content, (byte) index);
                store.put("contended", content);
                return null;
            }).toList()).forEach(each -> assertThat(each).succeedsWithin(Duration.ofSeconds(20)));
        }

        byte[] content = store.read("contended").readAllBytes();
        assertThat(content).hasSize(10_000).containsOnly(content[0]);
        assertThat(Files.list(directory.resolve("store"))).hasSize(1);
    }

    @Test
    void aFullDiskIsToldApart() {
        IOException full = new FileSystemException("/x", null, "No space left on device");
        IOException quota = new IOException("write failed: Disk quota exceeded");

        assertThat(LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot write [x]", full).code())
                .isEqualTo(ErrorCode.DISK_FULL);
        assertThat(LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot write [x]", new RuntimeException(quota))
                .code())
                .isEqualTo(ErrorCode.DISK_FULL);
        assertThat(LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot write [x]", new IOException("other")).code())
                .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    }

    @Test
    void aRootThatIsNoneIsRefused() {
        assertThatThrownBy(() -> ObjectStores.open(" ", Map.of())).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION));
        assertThatThrownBy(() -> ObjectStores.open("http://host/x", Map.of()))
                .isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION));
        assertThatThrownBy(() -> ObjectStores.open("s3:///x", Map.of())).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION));
    }
}
