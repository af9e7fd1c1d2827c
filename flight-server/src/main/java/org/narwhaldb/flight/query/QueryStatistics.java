package org.narwhaldb.flight.query;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.profile.PlanMeter;

/// What one query did, as it goes: in all, and by fragment and server. Thread-safe.
public final class QueryStatistics {
    private final Map<Integer, Map<String, Work>> work = new TreeMap<>();
    private Duration planning = Duration.ZERO;
    private long retries;
    /// null unless each operator is measured
    private volatile QueryProfile profile;

    /// What a server did for a fragment.
    ///
    /// @param bytes that it sent, as they are held here
    /// @param longest from the request of one part to its end
    record Work(long parts, long pairs, long rowsScanned, long rows, long bytes, Duration longest) {
        static final Work NONE = new Work(0, 0, 0, 0, 0, Duration.ZERO);

        Work plus(Work other) {
            return new Work(parts + other.parts, pairs + other.pairs, rowsScanned + other.rowsScanned, rows + other.rows,
                    bytes + other.bytes, longest.compareTo(other.longest) < 0 ? other.longest : longest);
        }

        @Override
        public String toString() {
            return "%d segments in %d parts, %d rows scanned, %d rows and %d bytes sent, longest part %s".formatted(
                    pairs, parts, rowsScanned, rows, bytes, millis(longest));
        }
    }

    /// How long it took to have a plan.
    synchronized void planned(Duration duration) {
        planning = duration;
    }

    /// From now on each operator is to be measured.
    void measure() {
        profile = new QueryProfile();
    }

    /// Null unless each operator is measured.
    QueryProfile profile() {
        return profile;
    }

    /// For a plan that the front end is about to run; null unless each operator is measured.
    PlanMeter meter(int fragmentId, PlanNode root, QueryContext context) {
        return profile == null ? null : profile.meter(fragmentId, root, context);
    }

    /// @param root what the server ran
    synchronized void partAnswered(String server, PlanNode root, FragmentTrailer trailer, long bytes, Duration duration) {
        if (profile != null && trailer.profile() != null) {
            profile.answered(trailer.fragmentId(), root, server, trailer.profile());
        }
        work.computeIfAbsent(trailer.fragmentId(), _ -> new TreeMap<>()).merge(server,
                new Work(1, trailer.pairCount(), trailer.rowsScanned(), trailer.rows(), bytes, duration), Work::plus);
    }

    synchronized void partRetried() {
        retries++;
    }

    /// A line for each server that worked for the fragment.
    synchronized List<String> ofFragment(int fragmentId) {
        List<String> lines = new ArrayList<>();
        work.getOrDefault(fragmentId, Map.of()).forEach((server, done) -> lines.add("server " + server + ": " + done));
        return lines;
    }

    private Work all() {
        return work.values().stream().flatMap(servers -> servers.values().stream()).reduce(Work.NONE, Work::plus);
    }

    /// Segments answered for.
    public synchronized long pairs() {
        return all().pairs();
    }

    public synchronized long retries() {
        return retries;
    }

    public synchronized long rowsScanned() {
        return all().rowsScanned();
    }

    /// Rows that segment servers sent to the front end.
    public synchronized long rowsGathered() {
        return all().rows();
    }

    private static String millis(Duration duration) {
        return "%d.%03d ms".formatted(duration.toMillis(), duration.toNanos() / 1_000 % 1_000);
    }

    @Override
    public synchronized String toString() {
        return "planned in %s; all servers: %s; %d retries".formatted(millis(planning), all(), retries);
    }
}
