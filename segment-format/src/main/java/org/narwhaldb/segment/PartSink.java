package org.narwhaldb.segment;

/// Where parts of a segment file go, one after the other.
interface PartSink {
    void beginPart();

    void write(byte[] bytes, int offset, int length);

    void endPart(Part.Kind kind, int column);
}
