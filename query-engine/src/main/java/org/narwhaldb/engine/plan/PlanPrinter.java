package org.narwhaldb.engine.plan;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.narwhaldb.segment.Field;

/// Plans as text, for EXPLAIN and for golden tests: one node a line, its inputs below it and indented by two.
/// Columns are shown by name, and as `name#position` where the name alone is ambiguous.
///
/// ```
/// Sort [revenue DESC NULLS FIRST] limit 10
///   Aggregate SINGLE [region] [SUM(amount) AS revenue DECIMAL(38, 2)]
///     Scan shop.sales [region, amount] where (amount > 10.00)
/// ```
public final class PlanPrinter {
    private final StringBuilder text = new StringBuilder();

    private final IntFunction<List<String>> notes;
    private int printed;

    private PlanPrinter(IntFunction<List<String>> notes) {
        this.notes = notes;
    }

    public static String print(PlanNode root) {
        return print(root, _ -> List.of());
    }

    /// @param notes of each node, printed below it; nodes are numbered from 0, parents before their inputs
    public static String print(PlanNode root, IntFunction<List<String>> notes) {
        PlanPrinter printer = new PlanPrinter(notes);
        printer.node(root, 0);
        return printer.text.toString();
    }

    /// The root fragment first, then the builds, then the leaves.
    public static String print(DistributedPlan plan) {
        PlanPrinter printer = new PlanPrinter(_ -> List.of());
        printer.fragment(plan.root());
        plan.builds().forEach(printer::fragment);
        plan.leaves().forEach(printer::fragment);
        return printer.text.toString();
    }

    /// An expression over columns of these names.
    public static String print(Expression expression, List<Field> input) {
        return ExpressionPrinter.print(expression, input);
    }

    private void fragment(Fragment fragment) {
        text.append("Fragment ").append(fragment.id()).append(' ').append(fragment.kind()).append('\n');
        node(fragment.root(), 1);
    }

    private void node(PlanNode node, int depth) {
        text.append("  ".repeat(depth)).append(line(node)).append('\n');
        notes.apply(printed++).forEach(note -> text.append("  ".repeat(depth)).append("    ").append(note).append('\n'));
        for (PlanNode input : node.inputs()) {
            node(input, depth + 1);
        }
    }

    private static String line(PlanNode node) {
        return switch (node) {
            case PlanNode.Scan scan -> "Scan " + scan.table() + ' ' + names(scan.columns()) + where(scan);
            case PlanNode.SystemScan scan -> "SystemScan " + scan.table() + ' ' + names(scan.columns());
            case PlanNode.Values values -> "Values " + names(values.output()) + ' ' + rows(values);
            case PlanNode.Filter filter -> "Filter " + ExpressionPrinter.print(
                    filter.predicate(), filter.input().output());
            case PlanNode.Project project -> "Project " + projections(project);
            case PlanNode.Aggregate aggregate -> aggregate(aggregate);
            case PlanNode.Sort sort -> "Sort " + orders(sort.orders(), sort.output()) + slice(sort.offset(), sort.limit());
            case PlanNode.Limit limit -> "Limit" + slice(limit.offset(), limit.limit());
            case PlanNode.Join join -> join(join);
            case PlanNode.Union union -> "Union of " + union.inputs().size();
            case PlanNode.RemoteSource source -> "RemoteSource fragment " + source.fragmentId() + ' '
                    + names(source.output());
            case PlanNode.Window window -> window(window);
            case PlanNode.Exchange exchange -> "Exchange hash" + names(exchange.output().subList(0, exchange.keys())) + " to "
                    + exchange.partitions() + " partitions";
        };
    }

    private static String where(PlanNode.Scan scan) {
        return scan.predicate() == null ? "" : " where " + ExpressionPrinter.print(scan.predicate(), scan.columns());
    }

    private static String rows(PlanNode.Values values) {
        return values.rows().stream()
                .map(row -> row.stream().map(ExpressionPrinter::literal).collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", "));
    }

    private static String projections(PlanNode.Project project) {
        List<Field> input = project.input().output();
        return IntStream.range(0, project.expressions().size())
                .mapToObj(index -> {
                    String expression = ExpressionPrinter.print(project.expressions().get(index), input);
                    String name = project.output().get(index).name();
                    return expression.equals(name) ? name : expression + " AS " + name;
                })
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String aggregate(PlanNode.Aggregate aggregate) {
        List<Field> input = aggregate.input().output();
        boolean isFinal = aggregate.mode() == PlanNode.AggregateMode.FINAL;
        String calls = aggregate.calls().stream()
                .map(call -> call(call, isFinal ? null : input))
                .collect(Collectors.joining(", ", "[", "]"));
        return "Aggregate " + aggregate.mode() + ' ' + columns(aggregate.keys(), input) + ' ' + calls;
    }

    /// A final aggregate reads states: its calls' arguments are columns of the partial's input, which is not at hand.
    private static String call(AggregateCall call, List<Field> input) {
        String arguments = input == null ? "…" : call.arguments().stream()
                .map(column -> ExpressionPrinter.column(column, input))
                .collect(Collectors.joining(", "));
        String filter = input == null || call.filter() < 0 ? ""
                : " FILTER " + ExpressionPrinter.column(call.filter(), input);
        return call.function() + "(" + (call.distinct() ? "DISTINCT " : "") + arguments + ")" + filter
                + " AS " + call.name() + ' ' + call.type();
    }

    private static String join(PlanNode.Join join) {
        List<Field> left = join.left().output();
        List<Field> right = join.right().output();
        String keys = IntStream.range(0, join.leftKeys().size())
                .mapToObj(index -> ExpressionPrinter.column(join.leftKeys().get(index), left) + " = "
                        + ExpressionPrinter.column(join.rightKeys().get(index), right))
                .collect(Collectors.joining(", ", "[", "]"));
        if (join.residual() == null) {
            return "Join " + join.type() + ' ' + keys;
        }
        List<Field> both = Stream.concat(left.stream(), right.stream()).toList();
        return "Join " + join.type() + ' ' + keys + " and " + ExpressionPrinter.print(join.residual(), both);
    }

    private static String window(PlanNode.Window window) {
        List<Field> input = window.input().output();
        String calls = window.calls().stream().map(call -> call(call, input)).collect(Collectors.joining(", ", "[", "]"));
        return "Window partition " + columns(window.partition(), input) + " order " + orders(window.orders(), input) + ' ' + calls;
    }

    private static String call(WindowCall call, List<Field> input) {
        WindowFrame frame = call.frame();
        String arguments = call.arguments().stream()
                .map(argument -> ExpressionPrinter.print(argument, input)).collect(Collectors.joining(", "));
        String rows = frame.equals(WindowFrame.PARTITION) ? ""
                : (frame.byRows() ? " ROWS " : " RANGE ") + bound(frame.lower(), input) + " TO " + bound(frame.upper(), input);
        return call.function() + "(" + arguments + ")" + (call.ignoreNulls() ? " IGNORE NULLS" : "") + rows
                + " AS " + call.name() + ' ' + call.type();
    }

    private static String bound(WindowFrame.Bound bound, List<Field> input) {
        String kind = bound.kind().name().replace('_', ' ');
        return bound.offset() == null ? kind : ExpressionPrinter.print(bound.offset(), input) + ' ' + kind;
    }

    private static String orders(List<SortOrder> orders, List<Field> columns) {
        return orders.stream()
                .map(order -> ExpressionPrinter.column(order.column(), columns)
                        + (order.descending() ? " DESC" : "")
                        + (order.nullsFirst() ? " NULLS FIRST" : ""))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String slice(long offset, long limit) {
        return (offset == 0 ? "" : " offset " + offset) + (limit < 0 ? "" : " limit " + limit);
    }

    private static String columns(List<Integer> columns, List<Field> input) {
        return columns.stream()
                .map(column -> ExpressionPrinter.column(column, input))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String names(List<Field> fields) {
        return fields.stream().map(Field::name).collect(Collectors.joining(", ", "[", "]"));
    }
}
