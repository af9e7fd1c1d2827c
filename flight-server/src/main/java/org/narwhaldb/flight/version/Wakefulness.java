package org.narwhaldb.flight.version;

import java.time.Duration;
import java.time.Instant;

/// Whether this process was stopped or cut off for a while, so that what it knows may be older than what others have acted
/// upon. A state machine without I/O or clock; not thread-safe.
///
/// A pulse comes every half second, and segment servers are heard of every second; a longer gap than [#GAP] between two
/// pulses, or without a word from anybody, is a pause; each [#GAP] of a longer silence is another. After a pause nothing counts
/// as known before a reading that began later has succeeded. The start of the process counts as the end of a pause.
///
/// Others rely on it: who waits for this process gives up after longer than [#GAP] without a sign of life.
final class Wakefulness {
    static final Duration PULSE = Duration.ofMillis(500);
    static final Duration GAP = Duration.ofSeconds(2);

    private Instant lastPulse;
    private Instant lastHeard;
    private Instant wokeAt;
    private long pauses = 1;
    private long confirmed;

    Wakefulness(Instant now) {
        lastPulse = now;
        lastHeard = now;
        wokeAt = now;
    }

    /// True if a pause ended just now.
    boolean pulse(Instant now) {
        boolean paused = Duration.between(lastPulse, now).compareTo(GAP) > 0
                || Duration.between(lastHeard, now).compareTo(GAP) > 0;
        if (paused) {
            pauses++;
            wokeAt = now;
            lastHeard = now;
        }
        lastPulse = now;
        return paused;
    }

    /// A server has answered, or the pointers were read. True if that ended a pause.
    boolean heard(Instant now) {
        boolean paused = pulse(now);
        lastHeard = now;
        return paused;
    }

    /// When the last pause ended.
    Instant wokeAt() {
        return wokeAt;
    }

    /// How many there were.
    long pauses() {
        return pauses;
    }

    /// A reading has succeeded that began when there had been so many pauses.
    void confirmed(long pausesBefore) {
        confirmed = Math.max(confirmed, pausesBefore);
    }

    boolean isConfirmed() {
        return confirmed == pauses;
    }
}
