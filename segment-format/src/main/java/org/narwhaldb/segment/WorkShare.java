package org.narwhaldb.segment;

import java.util.function.IntConsumer;

/// Runs pieces of work that do not depend on each other, perhaps on several threads at once.
@FunctionalInterface
public interface WorkShare {
    /// All in the caller's thread, one after the other.
    WorkShare INLINE = (count, work) -> {
        for (int index = 0; index < count; index++) {
            work.accept(index);
        }
    };

    /// Calls `work` with 0 to `count` - 1, begun in this order, and returns when all calls have returned. If one throws,
    /// no further one is begun, and its exception is thrown here.
    void run(int count, IntConsumer work);
}
