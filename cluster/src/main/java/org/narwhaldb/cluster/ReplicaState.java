package org.narwhaldb.cluster;

/// A shard replica's state on one server: OFFLINE → LOADING → SERVING.
public enum ReplicaState { OFFLINE, LOADING, SERVING, ERROR }
