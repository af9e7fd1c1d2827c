package org.narwhaldb.conformance.chaos;

/// What the checker says of an answer.
///
/// @param factState,groupState the oldest states it can be an answer of, for what this session may be told next; -1 if it is not right
record Verdict(Kind kind, String reason, int factState, int groupState) {
    /// OLD is an answer that was right before: counted as wrong, and named, because its cause is another.
    enum Kind { RIGHT, WRONG, OLD, SHORT, DOUBLED }

    static Verdict right(int factState, int groupState) {
        return new Verdict(Kind.RIGHT, "", factState, groupState);
    }

    static Verdict not(Kind kind, String reason) {
        return new Verdict(kind, reason, -1, -1);
    }

    boolean isRight() {
        return kind == Kind.RIGHT;
    }
}
