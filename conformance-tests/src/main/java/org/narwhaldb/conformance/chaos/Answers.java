package org.narwhaldb.conformance.chaos;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What each query must answer over a fact table as one commit left it.
///
/// @param commit what was done, for the reader of a finding
record Answers(String commit, long rowCount, Map<Shape, List<List<Object>>> byShape) {
    static Answers of(String commit, List<FactRow> rows) {
        Map<Shape, List<List<Object>>> answers = new EnumMap<>(Shape.class);
        for (Shape shape : Shape.values()) {
            answers.put(shape, shape.answer(rows));
        }
        return new Answers(commit, rows.size(), answers);
    }

    /// @param weights only a join looks at them
    List<List<Object>> to(Shape shape, GroupWeights weights) {
        List<List<Object>> answer = byShape.get(shape);
        if (shape != Shape.JOINED) {
            return answer;
        }
        List<List<Object>> joined = new ArrayList<>(answer.size());
        for (List<Object> line : answer) {
            joined.add(List.of(line.get(0), line.get(1), (Long) line.get(2) * weights.weight((Long) line.get(0))));
        }
        return joined;
    }

    @Override
    public String toString() {
        return commit;
    }
}
