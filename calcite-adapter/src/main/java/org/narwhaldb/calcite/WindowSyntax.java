package org.narwhaldb.calcite;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWindow;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;

/// Writes out what Calcite's validator gets wrong or does not take, in place:
///
/// | written | becomes |
/// |---|---|
/// | `OVER (w ORDER BY b ROWS …) … WINDOW w AS (PARTITION BY a)` | `OVER (PARTITION BY a ORDER BY b ROWS …)`; else the frame is lost |
/// | `SUM(x) FILTER (WHERE c) OVER …` | `SUM(CASE WHEN c THEN x END) OVER …` |
final class WindowSyntax extends SqlBasicVisitor<Void> {
    private static final int REFERENCE = 1;
    private static final int PARTITION = 2;
    private static final int ORDER = 3;
    /// they skip NULLs
    private static final Set<String> FILTERED = Set.of("COUNT", "SUM", "AVG", "MIN", "MAX", "BOOL_AND", "BOOL_OR", "EVERY", "STDDEV",
            "STDDEV_POP", "STDDEV_SAMP", "VARIANCE", "VAR_POP", "VAR_SAMP");

    private final Map<String, SqlWindow> named;

    private WindowSyntax(Map<String, SqlWindow> named) {
        this.named = named;
    }

    static void writeOut(SqlNode statement) {
        statement.accept(new WindowSyntax(Map.of()));
    }

    @Override
    public Void visit(SqlCall call) {
        if (call instanceof SqlSelect select) {
            Map<String, SqlWindow> own = new HashMap<>();
            WindowSyntax inner = new WindowSyntax(own);
            for (SqlNode node : select.getWindowList()) {
                SqlWindow window = (SqlWindow) node;
                inner.refer(window);
                own.putIfAbsent(window.getDeclName().getSimple(), window);
            }
            return inner.visitOperands(call);
        }
        if (call instanceof SqlWindow window) {
            refer(window);
        }
        if (call.getKind() == SqlKind.OVER && call.operand(0) instanceof SqlCall filter && filter.getKind() == SqlKind.FILTER
                && filter.operand(0) instanceof SqlCall aggregate) {
            filter((SqlBasicCall) call, aggregate, filter.operand(1));
        }
        return visitOperands(call);
    }

    private Void visitOperands(SqlCall call) {
        return super.visit(call);
    }

    /// What the validator objects to stays as it is.
    private void refer(SqlWindow window) {
        SqlWindow base = window.getRefName() == null ? null : named.get(window.getRefName().getSimple());
        boolean hasFrame = base != null && (base.getLowerBound() != null || base.getUpperBound() != null);
        if (base == null || hasFrame || !window.getPartitionList().isEmpty()
                || !window.getOrderList().isEmpty() && !base.getOrderList().isEmpty()) {
            return;
        }
        window.setOperand(PARTITION, base.getPartitionList());
        if (window.getOrderList().isEmpty()) {
            window.setOperand(ORDER, base.getOrderList());
        }
        window.setOperand(REFERENCE, null);
    }

    private static void filter(SqlBasicCall over, SqlCall aggregate, SqlNode condition) {
        String name = aggregate.getOperator().getName().toUpperCase(Locale.ROOT);
        if (!FILTERED.contains(name) || aggregate.operandCount() != 1) {
            throw UnsupportedSyntax.at(aggregate.getParserPosition(), "FILTER of the window function " + name);
        }
        SqlParserPos position = aggregate.getParserPosition();
        boolean isStar = aggregate.operand(0) instanceof SqlIdentifier identifier && identifier.isStar();
        SqlNode value = isStar ? SqlLiteral.createExactNumeric("1", position) : aggregate.operand(0);
        aggregate.setOperand(0, new SqlCase(
                position, null, SqlNodeList.of(condition), SqlNodeList.of(value), SqlLiteral.createNull(position)));
        over.setOperand(0, aggregate);
    }
}
