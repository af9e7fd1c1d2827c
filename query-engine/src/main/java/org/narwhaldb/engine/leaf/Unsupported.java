package org.narwhaldb.engine.leaf;

/// Leaves have no path for a query or its data: the general operators answer it. Thrown before anything was yielded.
final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unsupported(String what) {
        super(what, null, false, false);
    }
}
