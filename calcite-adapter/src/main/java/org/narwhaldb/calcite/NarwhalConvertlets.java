package org.narwhaldb.calcite;

import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql2rel.SqlRexContext;
import org.apache.calcite.sql2rel.SqlRexConvertlet;
import org.apache.calcite.sql2rel.SqlRexConvertletTable;
import org.apache.calcite.sql2rel.StandardConvertletTable;

/// How calls become row expressions: Calcite's way, but for calls that it would take apart although the engine has them.
final class NarwhalConvertlets implements SqlRexConvertletTable {
    static final SqlRexConvertletTable INSTANCE = new NarwhalConvertlets();

    private final Map<SqlOperator, SqlRexConvertlet> own = Map.of(
            SqlStdOperatorTable.TIMESTAMP_DIFF, NarwhalConvertlets::timestampDiff,
            SqlStdOperatorTable.AVG, NarwhalConvertlets::average,
            SqlStdOperatorTable.IS_DISTINCT_FROM, NarwhalConvertlets::asIs,
            SqlStdOperatorTable.IS_NOT_DISTINCT_FROM, NarwhalConvertlets::asIs);

    private NarwhalConvertlets() {}

    @Override
    public SqlRexConvertlet get(SqlCall call) {
        SqlRexConvertlet convertlet = own.get(call.getOperator());
        return convertlet != null ? convertlet : StandardConvertletTable.INSTANCE.get(call);
    }

    private static RexNode timestampDiff(SqlRexContext context, SqlCall call) {
        RexBuilder builder = context.getRexBuilder();
        SqlIntervalQualifier unit = call.operand(0);
        RelDataType type = context.getValidator().getValidatedNodeType(call);
        return builder.makeCall(type, NarwhalOperators.TIMESTAMP_DIFF, List.of(
                builder.makeLiteral(unit.getUnit().name()),
                context.convertExpression(call.operand(1)), context.convertExpression(call.operand(2))));
    }

    /// Of a window: Calcite would make it a quotient of sum and count.
    private static RexNode average(SqlRexContext context, SqlCall call) {
        RexBuilder builder = context.getRexBuilder();
        return builder.makeCall(context.getValidator().getValidatedNodeType(call), call.getOperator(),
                List.of(context.convertExpression(call.operand(0))));
    }

    private static RexNode asIs(SqlRexContext context, SqlCall call) {
        return context.getRexBuilder().makeCall(call.getOperator(), List.of(
                context.convertExpression(call.operand(0)), context.convertExpression(call.operand(1))));
    }
}
