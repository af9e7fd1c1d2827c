package org.narwhaldb.calcite;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Refuses, with its position, what parses but has no operator in the engine yet.
final class UnsupportedSyntax extends SqlBasicVisitor<Void> {
    private static final Map<SqlKind, String> FEATURES = Map.ofEntries(
            Map.entry(SqlKind.WITHIN_GROUP, "WITHIN GROUP"),
            Map.entry(SqlKind.GROUPING_SETS, "GROUPING SETS"),
            Map.entry(SqlKind.CUBE, "CUBE"),
            Map.entry(SqlKind.ROLLUP, "ROLLUP"),
            Map.entry(SqlKind.TABLESAMPLE, "TABLESAMPLE"),
            Map.entry(SqlKind.UNNEST, "UNNEST"),
            Map.entry(SqlKind.LATERAL, "LATERAL"),
            Map.entry(SqlKind.MATCH_RECOGNIZE, "MATCH_RECOGNIZE"),
            Map.entry(SqlKind.PIVOT, "PIVOT"),
            Map.entry(SqlKind.UNPIVOT, "UNPIVOT"),
            Map.entry(SqlKind.SNAPSHOT, "FOR SYSTEM_TIME"),
            Map.entry(SqlKind.COLLECTION_TABLE, "a table function"),
            Map.entry(SqlKind.SIMILAR, "SIMILAR TO"),
            Map.entry(SqlKind.OVERLAPS, "OVERLAPS"),
            Map.entry(SqlKind.ARRAY_VALUE_CONSTRUCTOR, "an ARRAY constructor"),
            Map.entry(SqlKind.ARRAY_QUERY_CONSTRUCTOR, "an ARRAY constructor"),
            Map.entry(SqlKind.MAP_VALUE_CONSTRUCTOR, "a MAP constructor"),
            Map.entry(SqlKind.MAP_QUERY_CONSTRUCTOR, "a MAP constructor"),
            Map.entry(SqlKind.MULTISET_VALUE_CONSTRUCTOR, "MULTISET"),
            Map.entry(SqlKind.MULTISET_QUERY_CONSTRUCTOR, "MULTISET"),
            Map.entry(SqlKind.LAMBDA, "a lambda"),
            Map.entry(SqlKind.NEXT_VALUE, "NEXT VALUE"));

    /// Functions of SQL that people will try; so that they read "not supported" and not "not found".
    private static final Set<String> LATER = Set.of(
            "APPROX_DISTINCT", "APPROX_TOP_K", "LISTAGG", "STRING_AGG", "ARRAY_AGG",
            "PERCENTILE_CONT", "PERCENTILE_DISC", "MEDIAN", "MODE", "QUANTILE", "CORR", "COVAR_POP", "COVAR_SAMP", "REGR_SXX",
            "REGR_SYY", "REGR_COUNT", "GROUPING", "GROUPING_ID", "GROUP_ID", "RAND", "RANDOM", "TUMBLE", "HOP", "SESSION", "BIT_AND",
            "BIT_OR",
            "BIT_XOR", "COLLECT", "FUSION", "JSON_VALUE", "JSON_QUERY", "REGEXP_REPLACE", "REGEXP_EXTRACT", "DATE_DIFF",
            "DATEDIFF", "DATE_ADD", "TO_CHAR", "TO_DATE", "TO_TIMESTAMP", "SIN", "COS", "TAN", "ATAN2", "LOG", "LOG2", "CBRT");

    static void check(SqlNode statement) {
        statement.accept(new UnsupportedSyntax());
    }

    static NarwhalException at(SqlParserPos position, String feature) {
        return NarwhalException.of(ErrorCode.NOT_SUPPORTED, "Line %d, column %d: not supported yet: %s",
                position.getLineNum(), position.getColumnNum(), feature);
    }

    @Override
    public Void visit(SqlCall call) {
        SqlParserPos position = call.getParserPosition();
        String feature = FEATURES.get(call.getKind());
        if (feature != null) {
            throw at(position, feature);
        }
        SqlOperator operator = call.getOperator();
        String name = operator.getName().toUpperCase(Locale.ROOT);
        if (operator instanceof SqlUnresolvedFunction) {
            if (LATER.contains(name) && !NarwhalOperatorTable.INSTANCE.functionNames().contains(name)) {
                throw at(position, "function " + name);
            }
        } else if (operator instanceof SqlFunction
                && operator != SqlLibraryOperators.DATE_TRUNC && !NarwhalOperatorTable.INSTANCE.contains(operator)) {
            throw at(position, "function " + name);
        }
        checkClauses(call);
        return super.visit(call);
    }

    private static void checkClauses(SqlCall call) {
        if (call instanceof SqlWithItem item && item.recursive.booleanValue()) {
            throw at(item.getParserPosition(), "WITH RECURSIVE");
        }
        if (call instanceof SqlJoin join) {
            switch (join.getJoinType()) {
                case ASOF, LEFT_ASOF -> throw at(join.getParserPosition(), "ASOF JOIN");
                case LEFT_SEMI_JOIN -> throw at(join.getParserPosition(), "LEFT SEMI JOIN; write EXISTS or IN");
                case LEFT_ANTI_JOIN -> throw at(join.getParserPosition(), "LEFT ANTI JOIN; write NOT EXISTS");
                case INNER, FULL, CROSS, LEFT, RIGHT, COMMA -> { }
            }
        }
    }
}
