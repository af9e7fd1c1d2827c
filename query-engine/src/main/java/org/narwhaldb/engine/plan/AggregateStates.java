package org.narwhaldb.engine.plan;

import java.util.List;
import org.narwhaldb.segment.Field;

/// The columns an aggregate's partial state is sent in.
public final class AggregateStates {
    private AggregateStates() {}

    /// The output of a PARTIAL aggregate: the key fields, then each call's state fields.
    public static List<Field> partialOutput(List<Field> input, List<Integer> keys, List<AggregateCall> calls) {
        throw new UnsupportedOperationException();
    }
}
