package org.narwhaldb.calcite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// What every plan must keep to, whatever the statement: the promises of the plan records' doc comments.
final class PlanCheck {
    private final DistributedPlan plan;

    private PlanCheck(DistributedPlan plan) {
        this.plan = plan;
    }

    static void check(DistributedPlan plan) {
        PlanCheck check = new PlanCheck(plan);
        check.node(plan.root().root());
        assertThat(types(plan.root().root().output())).isEqualTo(types(plan.output()));
        assertThat(nodes(plan.root().root())).noneMatch(PlanNode.Scan.class::isInstance);
        for (Fragment build : plan.builds()) {
            check.node(build.root());
            assertThat(build.kind()).isEqualTo(Fragment.Kind.BUILD);
            assertThat(nodes(build.root())).noneMatch(PlanNode.Scan.class::isInstance);
            assertThat(DistributedPlan.sources(build.root())).allMatch(source -> source.fragmentId() < build.id());
        }
        for (Fragment leaf : plan.leaves()) {
            check.node(leaf.root());
            assertThat(leaf.kind()).isEqualTo(Fragment.Kind.LEAF);
            assertThat(nodes(leaf.root()).filter(PlanNode.Scan.class::isInstance)).hasSize(1);
            assertThat(DistributedPlan.sources(leaf.root())).allMatch(source -> plan.isBuild(source.fragmentId()));
            assertThat(nodes(leaf.root()).filter(PlanNode.Join.class::isInstance).map(PlanNode.Join.class::cast))
                    .allMatch(join -> join.right() instanceof PlanNode.RemoteSource);
            assertThat(leaf.root().output()).as("a leaf sends columns").isNotEmpty();
        }
        List<Integer> scanIds = plan.leaves().stream().map(leaf -> DistributedPlan.scan(leaf).scanId()).toList();
        assertThat(scanIds).doesNotHaveDuplicates();
    }

    static Stream<PlanNode> nodes(PlanNode node) {
        return Stream.concat(Stream.of(node), node.inputs().stream().flatMap(PlanCheck::nodes));
    }

    /// Of all fragments.
    static List<PlanNode.Join> joins(DistributedPlan plan) {
        return Stream.of(List.of(plan.root()), plan.builds(), plan.leaves()).flatMap(List::stream)
                .flatMap(fragment -> nodes(fragment.root())).filter(PlanNode.Join.class::isInstance).map(PlanNode.Join.class::cast).toList();
    }

    private static List<ColumnType> types(List<Field> fields) {
        return fields.stream().map(Field::type).toList();
    }

    private void node(PlanNode node) {
        node.inputs().forEach(this::node);
        if (!(node instanceof PlanNode.Scan) && !(node instanceof PlanNode.SystemScan) && !isPassing(node)) {
            assertThat(node.output().stream().map(Field::id)).as("ids of " + node.getClass().getSimpleName())
                    .isEqualTo(IntStream.range(0, node.output().size()).boxed().toList());
        }
        switch (node) {
            case PlanNode.Scan scan -> predicate(scan.predicate(), scan.columns());
            case PlanNode.SystemScan _, PlanNode.Values _ -> { }
            case PlanNode.Filter filter -> predicate(filter.predicate(), filter.input().output());
            case PlanNode.Project project -> project(project);
            case PlanNode.Aggregate aggregate -> aggregate(aggregate);
            case PlanNode.Sort sort -> sort.orders().forEach(order ->
                    assertThat(order.column()).isBetween(0, sort.output().size() - 1));
            case PlanNode.Window window -> window(window);
            case PlanNode.Limit limit -> assertThat(limit.offset()).isNotNegative();
            case PlanNode.Join join -> join(join);
            case PlanNode.Exchange _ -> throw new AssertionError("Exchanges are made where it is known who has the parts");
            case PlanNode.Union union -> union.inputs().forEach(input ->
                    assertThat(types(input.output())).isEqualTo(types(union.output())));
            case PlanNode.RemoteSource source ->
                    assertThat(types(fragment(source.fragmentId()).root().output())).isEqualTo(types(source.output()));
        }
    }

    private Fragment fragment(int id) {
        return Stream.concat(plan.leaves().stream(), plan.builds().stream()).filter(fragment -> fragment.id() == id).findFirst().orElseThrow();
    }

    private static boolean isPassing(PlanNode node) {
        return node instanceof PlanNode.Filter || node instanceof PlanNode.Sort || node instanceof PlanNode.Limit;
    }

    private static void window(PlanNode.Window window) {
        List<Field> input = window.input().output();
        assertThat(window.partition()).allMatch(column -> column < input.size());
        assertThat(window.orders()).allMatch(order -> order.column() < input.size());
        window.calls().forEach(call -> call.arguments().forEach(argument -> expression(argument, input)));
        List<ColumnType> types = new ArrayList<>(types(input));
        window.calls().forEach(call -> types.add(call.type()));
        assertThat(types(window.output())).isEqualTo(types);
    }

    private static void project(PlanNode.Project project) {
        project.expressions().forEach(expression -> expression(expression, project.input().output()));
        assertThat(project.expressions().stream().map(Expression::type).toList()).isEqualTo(types(project.output()));
    }

    private static void aggregate(PlanNode.Aggregate aggregate) {
        if (aggregate.mode() == PlanNode.AggregateMode.FINAL) {
            return;
        }
        List<Field> input = aggregate.input().output();
        for (AggregateCall call : aggregate.calls()) {
            call.arguments().forEach(argument -> assertThat(argument).isBetween(0, input.size() - 1));
            if (call.filter() >= 0) {
                assertThat(input.get(call.filter()).type()).isEqualTo(ColumnType.BOOLEAN);
            }
            assertThat(call.distinct() && aggregate.mode() != PlanNode.AggregateMode.SINGLE).isFalse();
        }
        for (int i = 0; i < aggregate.keys().size(); i++) {
            assertThat(input.get(aggregate.keys().get(i)).type()).isEqualTo(aggregate.output().get(i).type());
        }
    }

    private static void join(PlanNode.Join join) {
        assertThat(join.leftKeys()).hasSameSizeAs(join.rightKeys());
        for (int i = 0; i < join.leftKeys().size(); i++) {
            assertThat(join.left().output().get(join.leftKeys().get(i)).type())
                    .isEqualTo(join.right().output().get(join.rightKeys().get(i)).type());
        }
        List<Field> both = new ArrayList<>(join.left().output());
        both.addAll(join.right().output());
        predicate(join.residual(), both);
        boolean leftOnly = switch (join.type()) {
            case SEMI, ANTI, NULL_AWARE_ANTI -> true;
            case INNER, LEFT, RIGHT, FULL -> false;
        };
        assertThat(types(join.output())).isEqualTo(types(leftOnly ? join.left().output() : both));
    }

    private static void predicate(Expression predicate, List<Field> input) {
        if (predicate != null) {
            assertThat(predicate.type()).isEqualTo(ColumnType.BOOLEAN);
            expression(predicate, input);
        }
    }

    private static void expression(Expression expression, List<Field> input) {
        switch (expression) {
            case Expression.InputReference reference -> {
                assertThat(reference.index()).isBetween(0, input.size() - 1);
                assertThat(reference.type()).isEqualTo(input.get(reference.index()).type());
            }
            case Expression.Literal _ -> { }
            case Expression.Call call -> {
                call.arguments().forEach(argument -> expression(argument, input));
                if (isComparison(call.function())) {
                    assertThat(call.arguments().stream().map(argument -> argument.type().kind()).distinct())
                            .as(call.toString()).hasSize(1);
                }
            }
        }
    }

    private static boolean isComparison(ScalarFunction function) {
        return switch (function) {
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, IS_DISTINCT_FROM, IS_NOT_DISTINCT_FROM, IN -> true;
            default -> false;
        };
    }
}
