package org.narwhaldb.calcite;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;

/// Finds the values of a statement that a column is compared with in a WHERE clause: `d = 'US'`, `ts < TIMESTAMP '…'`,
/// `x BETWEEN 1 AND ?`, `d IN ('US', 'DE')`. Only these may differ between statements that share a plan; of any other (LIMIT,
/// a position in ORDER BY, a pattern, an operand of arithmetic, an interval) the plan may depend in other ways.
final class ComparedValues extends SqlBasicVisitor<Void> {
    private final String text;
    private final Map<Integer, Integer> byEnd = new HashMap<>();
    private final int literalCount;
    private final BitSet found = new BitSet();
    private boolean inWhere;

    private ComparedValues(String text, SqlTokens tokens) {
        this.text = text;
        this.literalCount = tokens.literals().size();
        tokens.literals().forEach(literal -> byEnd.put(literal.end(), byEnd.size()));
    }

    /// Bit `i` for literal `i` of `tokens`, then for the parameters.
    static BitSet of(String sql, SqlTokens tokens) {
        String query = StatementText.of(sql).query();
        ComparedValues visitor = new ComparedValues(query, tokens);
        try {
            StatementParser.parse(query).accept(visitor);
        } catch (SqlParseException e) {
            return new BitSet();
        }
        return visitor.found;
    }

    @Override
    public Void visit(SqlCall call) {
        if (call instanceof SqlSelect select) {
            boolean outer = inWhere;
            inWhere = false;
            for (SqlNode operand : select.getOperandList()) {
                if (operand != null && operand != select.getWhere()) {
                    operand.accept(this);
                }
            }
            inWhere = true;
            if (select.getWhere() != null) {
                select.getWhere().accept(this);
            }
            inWhere = outer;
            return null;
        }
        if (inWhere) {
            compared(call);
        }
        return super.visit(call);
    }

    private void compared(SqlCall call) {
        List<SqlNode> operands = call.getOperandList();
        switch (call.getKind()) {
            case EQUALS, NOT_EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL -> {
                beside(operands.get(0), operands.get(1));
                beside(operands.get(1), operands.get(0));
            }
            case BETWEEN -> {
                beside(operands.get(0), operands.get(1));
                beside(operands.get(0), operands.get(2));
            }
            case IN -> {
                if (operands.get(1) instanceof SqlNodeList members) {
                    members.forEach(member -> beside(operands.get(0), member));
                }
            }
            default -> { }
        }
    }

    private void beside(SqlNode column, SqlNode value) {
        if (!(column instanceof SqlIdentifier)) {
            return;
        }
        if (value instanceof SqlDynamicParam parameter) {
            found.set(literalCount + parameter.getIndex());
        } else if (value instanceof SqlLiteral) {
            Integer index = byEnd.get(end(value.getParserPosition()));
            if (index != null) {
                found.set(index);
            }
        }
    }

    /// Where the text at the position ends; positions count lines and columns from 1 and include the last character.
    private int end(SqlParserPos position) {
        int start = 0;
        for (int line = 1; line < position.getEndLineNum(); line++) {
            start = text.indexOf('\n', start) + 1;
        }
        return start + position.getEndColumnNum();
    }
}
