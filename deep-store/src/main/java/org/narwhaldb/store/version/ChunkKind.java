package org.narwhaldb.store.version;

/// What the entries of a chunk are.
enum ChunkKind {
    SEGMENTS(1, "segments"),
    SOURCES(2, "sources");

    private final int code;
    private final String extension;

    ChunkKind(int code, String extension) {
        this.code = code;
        this.extension = extension;
    }

    int code() {
        return code;
    }

    String extension() {
        return extension;
    }
}
