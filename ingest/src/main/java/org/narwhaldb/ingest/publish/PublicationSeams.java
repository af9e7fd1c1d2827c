package org.narwhaldb.ingest.publish;

import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.ingest.build.SegmentBuilds;
import org.narwhaldb.store.iceberg.Lake;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.version.VersionStore;

/// All that a publication touches outside itself.
public record PublicationSeams(
        Lake lake, ObjectStore store, VersionStore versions, PointerStore pointers, SegmentBuilds builds,
        InstantSource clock,
        RandomGenerator random) {}
