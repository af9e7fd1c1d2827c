package org.narwhaldb.segment;

/// Byte values one behind the other in an array.
///
/// @param starts value i reaches from `starts[i]` to `starts[i + 1]`
public record ByteValues(byte[] bytes, int[] starts) {

    public int length(int index) {
        return starts[index + 1] - starts[index];
    }
}
