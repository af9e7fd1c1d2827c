package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;

/// Rewrites the expressions of a whole tree; every node keeps its row type, nullability included, because the nodes above
/// refer to it.
final class ExpressionRewrite extends RelHomogeneousShuttle {
    private final RexShuttle rewrite;

    ExpressionRewrite(RexShuttle rewrite) {
        this.rewrite = rewrite;
    }

    @Override
    public RelNode visit(RelNode node) {
        RelNode visited = super.visit(node);
        if (visited instanceof Project project) {
            return project(project);
        }
        return visited instanceof Join || visited instanceof Sort || visited.getInputs().size() == 1 ? visited.accept(rewrite) : visited;
    }

    private RelNode project(Project project) {
        RexBuilder builder = project.getCluster().getRexBuilder();
        List<RexNode> expressions = new ArrayList<>();
        boolean changed = false;
        for (RexNode expression : project.getProjects()) {
            RexNode rewritten = expression.accept(rewrite);
            changed |= rewritten != expression;
            RelDataType type = expression.getType();
            expressions.add(rewritten.getType().equals(type) ? rewritten : builder.makeAbstractCast(type, rewritten, false));
        }
        return changed
                ? project.copy(project.getTraitSet(), project.getInput(), expressions, project.getRowType()) : project;
    }
}
