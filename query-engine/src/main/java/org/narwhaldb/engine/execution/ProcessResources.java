package org.narwhaldb.engine.execution;

import org.narwhaldb.engine.leaf.GlobalDictionaries;

/// What the queries of one JVM share besides its memory, however many roles it plays.
///
/// @param dictionaries null where nothing is kept from one query to the next
public record ProcessResources(WorkerPool workers, GlobalDictionaries dictionaries) {
    /// No threads and no caches: everything happens in the caller's thread.
    public static final ProcessResources NONE = new ProcessResources(WorkerPool.INLINE, null);
}
