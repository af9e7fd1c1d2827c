package org.narwhaldb.cluster;

import java.util.function.Consumer;

/// Watches the cluster.
public interface ClusterView extends AutoCloseable {
    ClusterImage image();

    /// Called with each new image, and once with the present one; on the view's own thread, so be brief.
    AutoCloseable onChange(Consumer<ClusterImage> listener);

    @Override
    void close();
}
