package org.narwhaldb.engine.operator;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.plan.PlanNode;

/// Joins by hash, or by nested loop without keys: in one [JoinPass] while memory suffices. What a pass has no memory for it leaves in a
/// [JoinSpill], whose partitions are joined one after the other once the pass is over and its memory is free.
final class JoinOperator implements Operator {
    private final QueryContext context;
    /// the last one is worked off first
    private final Deque<JoinSpill> spills = new ArrayDeque<>();
    /// null at the end
    private JoinPass pass;
    private boolean hasSpilled;

    /// @param needed the output columns that are read; the others may be NULL throughout
    /// @param maySpill false if rows must come in the order of the left ones, whatever memory there is
    JoinOperator(PlanNode.Join node, BitSet needed, Operator left, Operator right, boolean maySpill, QueryContext context) {
        this.context = context;
        JoinShape shape = JoinShape.of(node, needed);
        pass = new JoinPass(shape, left, right, maySpill ? JoinSpill.first(shape, context) : null, false, context);
    }

    @Override
    public Batch next() {
        while (pass != null) {
            Batch batch = pass.next();
            if (batch != null) {
                return batch;
            }
            endPass();
        }
        context.check();
        return null;
    }

    private void endPass() {
        JoinSpill rest = pass.takeRest();
        if (rest != null) {
            hasSpilled = true;
            spills.push(rest);
        }
        pass.close();
        pass = null;
        while (pass == null && !spills.isEmpty()) {
            pass = spills.peek().nextPass(context);
            if (pass == null) {
                spills.pop().close();
            }
        }
    }

    @Override
    public String path() {
        return hasSpilled ? "spilled" : null;
    }

    @Override
    public void close() {
        if (pass != null) {
            pass.close();
        }
        spills.forEach(JoinSpill::close);
    }
}
