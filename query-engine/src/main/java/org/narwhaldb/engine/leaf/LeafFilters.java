package org.narwhaldb.engine.leaf;

import java.util.List;
import org.narwhaldb.engine.scan.BlockFilter;

/// One thread's copies of the segments' filters.
final class LeafFilters implements AutoCloseable {
    private final List<BlockFilter> shared;
    private final BlockFilter[] own;

    LeafFilters(List<BlockFilter> shared) {
        this.shared = shared;
        own = new BlockFilter[shared.size()];
    }

    BlockFilter of(int task) {
        if (own[task] == null) {
            own[task] = shared.get(task).another();
        }
        return own[task];
    }

    @Override
    public void close() {
        for (BlockFilter filter : own) {
            if (filter != null) {
                filter.close();
            }
        }
    }
}
