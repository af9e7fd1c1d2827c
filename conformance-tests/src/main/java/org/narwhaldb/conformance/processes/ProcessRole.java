package org.narwhaldb.conformance.processes;

/// What a process of the cluster is.
public enum ProcessRole {
    ZOOKEEPER("zookeeper"), CONTROLLER("controller"), INGEST("ingest"), SEGMENT_SERVER("segment-server"), FRONT_END("flight-server");

    private final String word;

    ProcessRole(String word) {
        this.word = word;
    }

    /// As `./narwhal start` has it.
    public String word() {
        return word;
    }
}
