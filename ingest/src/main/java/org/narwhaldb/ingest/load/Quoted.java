package org.narwhaldb.ingest.load;

/// A value for a message: in brackets, not too long.
final class Quoted {
    private static final int LENGTH_MAX = 100;

    private Quoted() {}

    static String of(String value) {
        return "[" + (value.length() <= LENGTH_MAX ? value : value.substring(0, LENGTH_MAX) + "…") + "]";
    }
}
