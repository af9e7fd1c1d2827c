package org.narwhaldb.conformance.s3;

/// What can happen to one request.
public enum Fault {
    /// It passes as it is.
    NONE,
    /// It waits before it is passed on.
    SLOW,
    /// 503 with the code SlowDown; the server never sees it.
    SLOW_DOWN,
    /// 500; the server never sees it.
    INTERNAL_ERROR,
    /// The connection is reset; the server never sees it.
    RESET,
    /// The server has done it, and the connection is reset before the answer.
    LOST_ANSWER,
    /// The answer's head promises more bytes than are sent before the connection is closed in good order.
    TRUNCATED,
    /// The answer stops in the middle of its body, and the connection stays open.
    STALLED,
    /// The request is neither read nor answered, and the connection stays open.
    HUNG;

    /// Whether the server never saw a request that this happened to.
    boolean isRefusal() {
        return this == SLOW_DOWN || this == INTERNAL_ERROR || this == RESET;
    }
}
