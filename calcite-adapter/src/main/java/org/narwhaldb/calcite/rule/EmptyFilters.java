package org.narwhaldb.calcite.rule;

import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rex.RexLiteral;

/// A filter that no row passes yields no rows; Calcite's pruning rules carry the emptiness upwards.
///
/// ```
/// Filter [FALSE or NULL]   ->   Values []
///   R
/// ```
public final class EmptyFilters extends RelHomogeneousShuttle {
    private EmptyFilters() {}

    public static RelNode rewrite(RelNode rel) {
        return rel.accept(new EmptyFilters());
    }

    @Override
    public RelNode visit(RelNode rel) {
        RelNode visited = super.visit(rel);
        return visited instanceof Filter filter && isNeverTrue(filter)
                ? LogicalValues.createEmpty(filter.getCluster(), filter.getRowType()) : visited;
    }

    private static boolean isNeverTrue(Filter filter) {
        return filter.getCondition().isAlwaysFalse() || RexLiteral.isNullLiteral(filter.getCondition());
    }
}
