package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;

/// All rows of its inputs, one input after the other.
final class UnionOperator implements Operator {
    private final List<Operator> inputs;
    private int current;

    UnionOperator(List<Operator> inputs) {
        this.inputs = inputs;
    }

    @Override
    public Batch next() {
        while (current < inputs.size()) {
            Batch batch = inputs.get(current).next();
            if (batch != null) {
                return batch;
            }
            inputs.get(current++).close();
        }
        return null;
    }

    @Override
    public void close() {
        inputs.forEach(Operator::close);
    }
}
