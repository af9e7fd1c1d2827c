package org.narwhaldb.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.narwhaldb.store.object.ObjectStore;

/// A local store that nothing can be mapped in, as if it were far away; its downloads can be damaged or held up.
final class RemoteStore implements ObjectStore {
    private final ObjectStore near;
    final AtomicInteger downloads = new AtomicInteger();
    final AtomicInteger damagedDownloads = new AtomicInteger();
    volatile CountDownLatch heldUp = new CountDownLatch(0);

    RemoteStore(ObjectStore near) {
        this.near = near;
    }

    @Override
    public void download(String name, Path target) {
        downloads.incrementAndGet();
        try {
            heldUp.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        near.download(name, target);
        if (damagedDownloads.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            damage(target);
        }
    }

    /// Flips bits all over, so that some are not padding.
    static void damage(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            for (int index = 100; index < bytes.length - 100; index += 7) {
                bytes[index] ^= 8;
            }
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<Path> local(String name) {
        return Optional.empty();
    }

    @Override
    public void put(String name, byte[] content) {
        near.put(name, content);
    }

    @Override
    public void put(String name, Path file) {
        near.put(name, file);
    }

    @Override
    public InputStream read(String name) {
        return near.read(name);
    }

    @Override
    public boolean exists(String name) {
        return near.exists(name);
    }

    @Override
    public List<Entry> list(String prefix) {
        return near.list(prefix);
    }

    @Override
    public void delete(String name) {
        near.delete(name);
    }

    @Override
    public String rootUri() {
        return near.rootUri();
    }
}
