package org.narwhaldb.conformance.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// The rows of a fact table after one commit. Immutable.
///
/// @param revisions how often each row that is there was updated, by id
record TableState(Map<Long, Integer> revisions) {
    static TableState empty() {
        return new TableState(Map.of());
    }

    TableState with(LongStream added) {
        Map<Long, Integer> next = new HashMap<>(revisions);
        added.forEach(id -> next.put(id, 0));
        return new TableState(next);
    }

    TableState without(List<Long> removed) {
        Map<Long, Integer> next = new HashMap<>(revisions);
        removed.forEach(next::remove);
        return new TableState(next);
    }

    TableState updated(List<Long> changed) {
        Map<Long, Integer> next = new HashMap<>(revisions);
        changed.forEach(id -> next.merge(id, 1, Integer::sum));
        return new TableState(next);
    }

    FactRow row(long id) {
        return FactRow.of(id, revisions.get(id));
    }

    List<Long> ids() {
        return revisions.keySet().stream().sorted().toList();
    }

    List<FactRow> rows() {
        List<FactRow> rows = new ArrayList<>(revisions.size());
        revisions.forEach((id, revision) -> rows.add(FactRow.of(id, revision)));
        return rows;
    }

    Answers answers(String commit) {
        return Answers.of(commit, rows());
    }
}
