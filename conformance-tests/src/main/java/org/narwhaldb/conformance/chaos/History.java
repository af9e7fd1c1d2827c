package org.narwhaldb.conformance.chaos;

import java.util.ArrayList;
import java.util.List;

/// The states of one table in the order of its commits; one writer, which begins no commit before the last one is known
/// to be done. A commit is allowed to be seen from the moment it begins, since nobody knows when within its course it
/// happens. Thread-safe.
final class History<T> {
    private final List<T> states = new ArrayList<>();
    private int acknowledged;
    private int floor;

    History(T first) {
        states.add(first);
    }

    /// From now on this state may be seen.
    synchronized void begin(T next) {
        if (acknowledged != states.size() - 1) {
            throw new IllegalStateException("Commit [%s] is not done yet".formatted(states.getLast()));
        }
        states.add(next);
    }

    /// The last commit is done: it must not get lost any more.
    synchronized void acknowledge() {
        acknowledged = states.size() - 1;
    }

    /// The last commit is done and whoever asks from now on must see it.
    synchronized void acknowledgeForAll() {
        acknowledge();
        floor = acknowledged;
    }

    /// The oldest state that may still be seen by a query that begins now.
    synchronized int floor() {
        return floor;
    }

    synchronized int newest() {
        return states.size() - 1;
    }

    synchronized boolean isPending() {
        return acknowledged != states.size() - 1;
    }

    synchronized T state(int index) {
        return states.get(index);
    }

    synchronized T last() {
        return states.getLast();
    }
}
