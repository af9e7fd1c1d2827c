package org.narwhaldb.cluster.helix;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.ClusterView;
import org.narwhaldb.cluster.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cluster image as ZooKeeper shows it. Changes that come in quick succession make one new image.
///
/// An image counts only if one connection lasted while it was read; without a connection, and while [ImageGuard]
/// doubts, the last good one stays.
final class HelixView implements ClusterView {
    private static final Logger LOG = LoggerFactory.getLogger(HelixView.class);
    private static final Duration DEBOUNCE = Duration.ofMillis(20);
    private static final Duration CONFIRM_EVERY = Duration.ofSeconds(5);

    private final ZooKeeperSession session;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final ImageReader reader;
    private final ImageGuard guard = new ImageGuard();
    private final AutoCloseable watch;
    private final Scheduler.Cancellable confirmation;
    private final List<Consumer<ClusterImage>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Object news = new Object();
    private Set<String> changed = new HashSet<>();
    private boolean allChanged = true;
    private volatile ClusterImage image;
    private volatile boolean closed;

    HelixView(ZooKeeperSession session, ClusterLayout layout, InstantSource clock, Scheduler scheduler) {
        this.session = session;
        this.clock = clock;
        this.scheduler = scheduler;
        this.reader = new ImageReader(layout);
        this.image = ClusterImage.empty(clock.instant());
        List<String> paths = List.of(layout.externalViews(), layout.liveInstances(), layout.instanceConfigs(),
                layout.controllerLeader());
        this.watch = session.watch(paths, new ZooKeeperSession.Watching() {
            @Override
            public void connected() {
                changedAll();
            }

            @Override
            public void changed(String path) {
                synchronized (news) {
                    changed.add(path);
                }
                refreshIn(DEBOUNCE);
            }
        });
        this.confirmation = scheduler.repeat(CONFIRM_EVERY, this::refresh);
    }

    private void changedAll() {
        synchronized (news) {
            allChanged = true;
        }
        refreshIn(Duration.ZERO);
    }

    private void refreshIn(Duration delay) {
        if (scheduled.compareAndSet(false, true)) {
            scheduler.schedule(delay, this::refresh);
        }
    }

    /// Reads what changed; returns when the image is as new as ZooKeeper's, or cannot be.
    synchronized void refresh() {
        scheduled.set(false);
        long connection = session.connections();
        if (closed || !session.connected()) {
            return;
        }
        takeNews();
        Optional<ImageReader.Reading> reading;
        try {
            Instant now = clock.instant();
            reading = session.attempt(zooKeeper -> reader.read(zooKeeper, image.version() + 1, now));
        } catch (KeeperException e) {
            LOG.info("Cannot read the cluster: [{}]; the image of [{}] stays", e.code(), image.readAt());
            changedAll();
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (session.connections() != connection || !session.connected()) {
            changedAll();
            return;
        }
        reading.ifPresent(this::propose);
    }

    private void takeNews() {
        synchronized (news) {
            if (allChanged) {
                reader.forgetAll();
            } else {
                changed.forEach(reader::forget);
            }
            allChanged = false;
            changed = new HashSet<>();
        }
    }

    private void propose(ImageReader.Reading reading) {
        ClusterImage next = reading.image();
        if (!guard.believes(image, next, reading.resources(), next.readAt())) {
            LOG.warn("Image [{}] lost most of the cluster at once; not believed unless it lasts", next.version());
            refreshIn(ImageGuard.CONFIRMATION.plus(DEBOUNCE));
            return;
        }
        if (sameBut(image, next)) {
            image = new ClusterImage(next.instances(), next.replicas(), next.leaders(), next.draining(),
                    next.controller(), image.version(), next.readAt());
            return;
        }
        image = next;
        listeners.forEach(listener -> tell(listener, next));
    }

    private static boolean sameBut(ClusterImage one, ClusterImage other) {
        return one.instances().equals(other.instances()) && one.replicas().equals(other.replicas())
                && one.leaders().equals(other.leaders()) && one.draining().equals(other.draining())
                && Objects.equals(one.controller(), other.controller());
    }

    private static void tell(Consumer<ClusterImage> listener, ClusterImage image) {
        try {
            listener.accept(image);
        } catch (RuntimeException e) {
            LOG.warn("A listener of cluster images failed", e);
        }
    }

    @Override
    public ClusterImage image() {
        return image;
    }

    @Override
    public AutoCloseable onChange(Consumer<ClusterImage> listener) {
        scheduler.execute(() -> begin(listener));
        return () -> listeners.remove(listener);
    }

    private synchronized void begin(Consumer<ClusterImage> listener) {
        listeners.add(listener);
        tell(listener, image);
    }

    @Override
    public void close() {
        closed = true;
        confirmation.cancel();
        listeners.clear();
        try {
            watch.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
