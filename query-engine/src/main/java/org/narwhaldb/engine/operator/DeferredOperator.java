package org.narwhaldb.engine.operator;

import java.util.function.Supplier;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;

/// Rows from outside the plan, opened when they are first pulled: another fragment's, or a table of the front end.
final class DeferredOperator implements Operator {
    private final QueryContext context;
    private Supplier<Operator> source;
    private Operator opened;

    DeferredOperator(Supplier<Operator> source, QueryContext context) {
        this.source = source;
        this.context = context;
    }

    @Override
    public Batch next() {
        context.check();
        if (source != null) {
            Supplier<Operator> opening = source;
            source = null;
            opened = opening.get();
        }
        return opened == null ? null : opened.next();
    }

    @Override
    public boolean yieldsGroupsOnce() {
        return opened != null && opened.yieldsGroupsOnce();
    }

    @Override
    public String path() {
        return opened == null ? null : opened.path();
    }

    @Override
    public void close() {
        source = null;
        if (opened != null) {
            opened.close();
        }
    }
}
