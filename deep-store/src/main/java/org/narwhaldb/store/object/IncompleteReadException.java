package org.narwhaldb.store.object;

import java.io.IOException;

/// An object's bytes could not be had to the end, however often it was tried.
public final class IncompleteReadException extends IOException {
    private static final long serialVersionUID = 1;

    IncompleteReadException(String message, Exception cause) {
        super(message, cause);
    }
}
