package org.narwhaldb.conformance.chaos;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.narwhaldb.conformance.processes.NarwhalProcess;
import org.narwhaldb.conformance.processes.Waiting;
import org.narwhaldb.segment.error.NarwhalException;

/// Once nothing is broken any more and nobody writes: all rows of a table, at each front end, against all that was acknowledged.
final class FinalCheck {
    /// What was committed last has to be built and loaded first.
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String ALL = "SELECT id, batch, grp, amount, day FROM %s";

    private final NarwhalProcess frontEnd;
    private final Tally tally;
    private final Consumer<String> log;

    FinalCheck(NarwhalProcess frontEnd, Tally tally, Consumer<String> log) {
        this.frontEnd = frontEnd;
        this.tally = tally;
        this.log = log;
    }

    void run(String table, FactWriter writer) {
        Checker.Remains[] last = new Checker.Remains[1];
        String[] error = {"no answer"};
        try (Session session = new Session(frontEnd.host(), frontEnd.port())) {
            Waiting.holds(PATIENCE, () -> {
                try {
                    List<FactRow> rows = rows(session.query(ALL.formatted(table), Questioner.QUERY));
                    last[0] = nearest(writer.possible(), rows);
                    return last[0].isWhole();
                } catch (NarwhalException e) {
                    error[0] = e.toString();
                    session.disconnect();
                    return false;
                }
            });
        }
        if (last[0] == null) {
            log.accept("%s does not answer for %s after the end: %s".formatted(frontEnd, table, error[0]));
            tally.remains(writer.possible().getFirst().revisions().size(), 0, 0);
        } else {
            tally.remains(last[0].lost().size(), last[0].doubled().size(), last[0].wrong().size());
            log.accept("%s, %s in the end: %d rows lost, %d doubled, %d wrong, of %d".formatted(frontEnd, table, last[0].lost().size(),
                    last[0].doubled().size(), last[0].wrong().size(), writer.possible().getLast().revisions().size()));
        }
    }

    private static Checker.Remains nearest(List<TableState> possible, List<FactRow> rows) {
        Checker.Remains nearest = null;
        for (TableState state : possible) {
            Checker.Remains remains = Checker.compare(state, rows);
            if (nearest == null || remains.isWhole()) {
                nearest = remains;
            }
        }
        return nearest;
    }

    private static List<FactRow> rows(List<List<Object>> answer) {
        List<FactRow> rows = new ArrayList<>(answer.size());
        for (List<Object> line : answer) {
            rows.add(new FactRow((Long) line.get(0), (Long) line.get(1), (Long) line.get(2), (Long) line.get(3),
                    LocalDate.ofEpochDay((Long) line.get(4))));
        }
        return rows;
    }
}
