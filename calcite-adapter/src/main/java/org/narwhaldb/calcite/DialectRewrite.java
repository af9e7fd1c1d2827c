package org.narwhaldb.calcite;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Calls that the parser binds to other dialects' operators, as calls of ours:
///
/// | text | becomes |
/// |---|---|
/// | DATE_TRUNC('month', x), DATE_TRUNC(x, MONTH) | DATE_TRUNC('MONTH', x) |
/// | x ILIKE p | LOWER(x) LIKE LOWER(p) |
///
/// and names that [KeywordsAsNames] disguised, as they were written.
final class DialectRewrite extends SqlShuttle {
    private final KeywordsAsNames keywords;

    DialectRewrite(KeywordsAsNames keywords) {
        this.keywords = keywords;
    }

    @Override
    public SqlNode visit(SqlIdentifier identifier) {
        return keywords.restored(identifier);
    }

    @Override
    public SqlNode visit(SqlCall call) {
        SqlNode visited = super.visit(call);
        if (!(visited instanceof SqlCall inner)) {
            return visited;
        }
        SqlOperator operator = inner.getOperator();
        if (operator == SqlLibraryOperators.DATE_TRUNC) {
            return dateTrunc(inner);
        }
        if (operator == SqlLibraryOperators.ILIKE) {
            return insensitiveLike(inner, SqlStdOperatorTable.LIKE);
        }
        if (operator == SqlLibraryOperators.NOT_ILIKE) {
            return insensitiveLike(inner, SqlStdOperatorTable.NOT_LIKE);
        }
        if (operator.getName().equalsIgnoreCase("DATE_PART") && inner.operandCount() > 0
                && inner.operand(0) instanceof SqlCharStringLiteral unit) {
            requireUnit(unit.getValueAs(String.class), DateTimeTranslator.EXTRACT_UNITS, unit.getParserPosition());
        }
        return visited;
    }

    private static SqlNode dateTrunc(SqlCall call) {
        SqlNode first = call.operand(0);
        SqlNode second = call.operand(1);
        if (second instanceof SqlIntervalQualifier unit) {
            // The grammar takes DATE_TRUNC('month', day) for a unit, though day is a column.
            return first instanceof SqlCharStringLiteral literal
                    ? dateTrunc(call, literal.getValueAs(String.class),
                            new SqlIdentifier(unit.getUnit().name(), unit.getParserPosition()))
                    : dateTrunc(call, unit.getUnit().name(), first);
        }
        if (first instanceof SqlCharStringLiteral unit) {
            return dateTrunc(call, unit.getValueAs(String.class), second);
        }
        if (second instanceof SqlIdentifier unit && unit.isSimple()) {
            return dateTrunc(call, unit.getSimple(), first);
        }
        throw UnsupportedSyntax.at(call.getParserPosition(), "DATE_TRUNC with a unit that is not a literal");
    }

    private static SqlNode dateTrunc(SqlCall call, String unit, SqlNode value) {
        SqlParserPos position = call.getParserPosition();
        requireUnit(unit, DateTimeTranslator.TRUNCATE_UNITS, position);
        return NarwhalOperators.DATE_TRUNC.createCall(
                position, SqlLiteral.createCharString(unit.toUpperCase(Locale.ROOT), position), value);
    }

    private static void requireUnit(String unit, Set<String> allowed, SqlParserPos position) {
        String upper = unit.toUpperCase(Locale.ROOT);
        boolean plural = upper.endsWith("S") && allowed.contains(upper.substring(0, upper.length() - 1));
        if (!allowed.contains(upper) && !plural) {
            throw NarwhalException.of(ErrorCode.INVALID_QUERY, "Line %d, column %d: unknown unit of time [%s]%s",
                    position.getLineNum(), position.getColumnNum(), unit, Suggestions.phrase(unit, allowed));
        }
    }

    private static SqlNode insensitiveLike(SqlCall call, SqlOperator like) {
        SqlParserPos position = call.getParserPosition();
        List<SqlNode> operands = new java.util.ArrayList<>(call.getOperandList());
        operands.set(0, SqlStdOperatorTable.LOWER.createCall(position, operands.get(0)));
        operands.set(1, SqlStdOperatorTable.LOWER.createCall(position, operands.get(1)));
        return like.createCall(position, operands);
    }
}
