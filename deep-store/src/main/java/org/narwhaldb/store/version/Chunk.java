package org.narwhaldb.store.version;

import java.util.List;

/// The content of one chunk file: entries put and keys removed, applied in this order.
///
/// @param weightBytes roughly its heap
record Chunk<E>(List<E> entries, List<String> removed, int weightBytes) {
    Chunk {
        entries = List.copyOf(entries);
        removed = List.copyOf(removed);
    }
}
