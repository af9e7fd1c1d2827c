package org.narwhaldb.conformance.chaos;

import java.time.Duration;

/// Something bad that is done to one process, and undone.
///
/// @param target a process's name, or [#SEGMENT_STORE]
/// @param length until it is undone: started again, resumed, mended, freed
/// @param quiet how long nothing else happens before
/// @param withNext whether the next one begins at the same time
record Attack(Kind kind, String target, Duration length, Duration quiet, boolean withNext) {
    static final String SEGMENT_STORE = "segment-store";

    enum Kind {
        KILL("kill -9"), PAUSE("SIGSTOP"), CUT("cut link"), FILL("full disk");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /// The target without its number.
    String role() {
        return target.replaceAll("-\\d+$", "");
    }

    /// By which reports count it.
    String name() {
        return kind.words + " " + role();
    }

    @Override
    public String toString() {
        return "%s %s for %.1f s".formatted(kind.words, target, length.toMillis() / 1e3);
    }
}
