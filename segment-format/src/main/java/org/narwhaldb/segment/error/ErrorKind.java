package org.narwhaldb.segment.error;

/// Who has to act on an error.
public enum ErrorKind {
    /// The caller sent something wrong: SQL, a file, a ticket, a configuration.
    USER,
    /// A limit was reached: memory, disk, time, concurrency.
    RESOURCE,
    /// Something Narwhal depends on failed: the catalog, the object store, ZooKeeper, another server.
    EXTERNAL,
    /// A defect of Narwhal.
    INTERNAL
}
