package org.narwhaldb.benchmarks.compare;

import java.util.Locale;
import java.util.Optional;
import org.narwhaldb.benchmarks.engine.Answer;
import org.narwhaldb.benchmarks.engine.DuckDbEngine;
import org.narwhaldb.benchmarks.engine.NarwhalEngine;
import org.narwhaldb.benchmarks.query.BenchQuery;

/// Has both engines answer a query and judges Narwhal's answer.
public final class Referee {
    private final NarwhalEngine narwhal;
    private final Optional<DuckDbEngine> duckDb;

    /// @param duckDb without it every answer passes
    public Referee(NarwhalEngine narwhal, Optional<DuckDbEngine> duckDb) {
        this.narwhal = narwhal;
        this.duckDb = duckDb;
    }

    /// @param same whether it is right
    /// @param failed whether there was none
    /// @param note what is wrong, or the errors of an approximate answer; may be empty
    public record Verdict(boolean same, boolean failed, long rows, String note) {}

    public Verdict check(BenchQuery query) {
        Answer ours;
        try {
            ours = narwhal.answer(query.narwhalSql());
        } catch (RuntimeException e) {
            return new Verdict(false, true, 0, String.valueOf(e.getMessage()));
        }
        if (duckDb.isEmpty()) {
            return new Verdict(true, false, ours.rows().size(), "");
        }
        Answer theirs = duckDb.get().answer(query.duckDbSql());
        Optional<String> difference;
        String note = "";
        if (query.exactSql().isPresent()) {
            Answer exact = duckDb.get().answer(query.exactSql().get());
            difference = Answers.outOfBounds(query, ours, exact);
            note = String.format(Locale.ROOT, "largest relative error %.3f %%, DuckDB's %.3f %%", 100 * Answers.error(query, ours, exact),
                    100 * Answers.error(query, theirs, exact));
        } else {
            difference = Answers.difference(ours, theirs, query.ordered());
        }
        return new Verdict(difference.isEmpty(), false, ours.rows().size(), difference.orElse(note));
    }
}
