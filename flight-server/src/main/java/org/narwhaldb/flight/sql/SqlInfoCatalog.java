package org.narwhaldb.flight.sql;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.sql.SqlInfoBuilder;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;

/// What the server says of itself, for every id of the SqlInfo enum: the stock JDBC driver fails on each one that is missing.
final class SqlInfoCatalog {
    private static final List<Integer> ALL = java.util.Arrays.stream(SqlInfo.values())
            .filter(info -> info != SqlInfo.UNRECOGNIZED).map(SqlInfo::getNumber).toList();

    private final SqlInfoBuilder builder;

    SqlInfoCatalog(String version, String arrowVersion, Duration statementTimeout) {
        builder = new SqlInfoBuilder()
                .withFlightSqlServerName("Narwhal")
                .withFlightSqlServerVersion(version)
                .withFlightSqlServerArrowVersion(arrowVersion)
                .withFlightSqlServerReadOnly(true)
                .withFlightSqlServerSql(true)
                .withFlightSqlServerSubstrait(false)
                .withFlightSqlServerSubstraitMinVersion("")
                .withFlightSqlServerSubstraitMaxVersion("")
                .withFlightSqlServerTransaction(FlightSql.SqlSupportedTransaction.SQL_SUPPORTED_TRANSACTION_NONE)
                .withFlightSqlServerCancel(true)
                .withFlightSqlServerBulkIngestion(false)
                .withFlightSqlServerBulkIngestionTransaction(false)
                .withFlightSqlServerStatementTimeout((int) statementTimeout.toMillis())
                .withFlightSqlServerTransactionTimeout(0);
        addNames();
        addSyntax();
        addLimits();
        addFunctions();
    }

    /// Sends the ids asked for, all if none; unknown ids are left out.
    void send(List<Integer> ids, ServerStreamListener listener) {
        List<Integer> wanted = ids.isEmpty() ? ALL : ids.stream().filter(ALL::contains).toList();
        List<Integer> missing = wanted.stream().filter(ConcurrencyInfo.IDS::contains).toList();
        builder.send(wanted.stream().filter(id -> !missing.contains(id)).toList(), new ConcurrencyInfo(listener, missing));
    }

    private void addNames() {
        builder.withSqlIdentifierQuoteChar("\"")
                .withSqlSearchStringEscape("\\")
                .withSqlExtraNameCharacters("$")
                .withSqlSchemaTerm("schema")
                .withSqlCatalogTerm("catalog")
                .withSqlProcedureTerm("procedure")
                .withSqlCatalogAtStart(true)
                .withSqlDdlCatalog(false)
                .withSqlDdlSchema(false)
                .withSqlDdlTable(false)
                .withSqlIdentifierCase(FlightSql.SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE)
                .withSqlQuotedIdentifierCase(FlightSql.SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE)
                .withSqlAllTablesAreSelectable(true)
                .withSqlNullOrdering(FlightSql.SqlNullOrdering.SQL_NULLS_SORTED_HIGH)
                .withSqlSchemasSupportedActions()
                .withSqlCatalogsSupportedActions();
    }

    private void addSyntax() {
        builder.withSqlSupportsColumnAliasing(true)
                .withSqlNullPlusNullIsNull(true)
                .withSqlSupportsTableCorrelationNames(true)
                .withSqlSupportsDifferentTableCorrelationNames(false)
                .withSqlSupportsExpressionsInOrderBy(true)
                .withSqlSupportsOrderByUnrelated(true)
                .withSqlSupportsLikeEscapeClause(true)
                .withSqlSupportsNonNullableColumns(true)
                .withSqlSupportsIntegrityEnhancementFacility(false)
                .withSqlSelectForUpdateSupported(false)
                .withSqlStoredProceduresSupported(false)
                .withSqlCorrelatedSubqueriesSupported(true)
                .withSqlMaxRowSizeIncludesBlobs(true)
                .withSqlTransactionsSupported(false)
                .withSqlDataDefinitionCausesTransactionCommit(false)
                .withSqlDataDefinitionsInTransactionsIgnored(true)
                .withSqlBatchUpdatesSupported(false)
                .withSqlSavepointsSupported(false)
                .withSqlNamedParametersSupported(false)
                .withSqlLocatorsUpdateCopy(false)
                .withSqlStoredFunctionsUsingCallSyntaxSupported(false)
                .withSqlSupportedGroupBy(FlightSql.SqlSupportedGroupBy.SQL_GROUP_BY_UNRELATED,
                        FlightSql.SqlSupportedGroupBy.SQL_GROUP_BY_BEYOND_SELECT)
                .withSqlSupportedGrammar(FlightSql.SupportedSqlGrammar.SQL_CORE_GRAMMAR)
                .withSqlAnsi92SupportedLevel(FlightSql.SupportedAnsi92SqlGrammarLevel.ANSI92_ENTRY_SQL)
                .withSqlSupportedPositionedCommands()
                .withSqlSubQueriesSupported(FlightSql.SqlSupportedSubqueries.SQL_SUBQUERIES_IN_COMPARISONS,
                        FlightSql.SqlSupportedSubqueries.SQL_SUBQUERIES_IN_EXISTS,
                        FlightSql.SqlSupportedSubqueries.SQL_SUBQUERIES_IN_INS)
                .withSqlSupportedUnions(FlightSql.SqlSupportedUnions.SQL_UNION, FlightSql.SqlSupportedUnions.SQL_UNION_ALL)
                .withSqlOuterJoinSupportLevel(FlightSql.SqlOuterJoinsSupportLevel.SQL_FULL_OUTER_JOINS)
                .withSqlDefaultTransactionIsolation(FlightSql.SqlTransactionIsolationLevel.SQL_TRANSACTION_NONE_VALUE)
                .withSqlSupportedTransactionsIsolationLevels(FlightSql.SqlTransactionIsolationLevel.SQL_TRANSACTION_NONE)
                .withSqlSupportedResultSetTypes(FlightSql.SqlSupportedResultSetType.SQL_RESULT_SET_TYPE_FORWARD_ONLY)
                .withSqlSupportsConvert(Map.of());
    }

    /// 0 means no known limit.
    private void addLimits() {
        builder.withSqlMaxBinaryLiteralLength(0)
                .withSqlMaxCharLiteralLength(0)
                .withSqlMaxColumnNameLength(0)
                .withSqlMaxColumnsInGroupBy(0)
                .withSqlMaxColumnsInIndex(0)
                .withSqlMaxColumnsInOrderBy(0)
                .withSqlMaxColumnsInSelect(0)
                .withSqlMaxColumnsInTable(0)
                .withSqlMaxConnections(0)
                .withSqlMaxCursorNameLength(0)
                .withSqlMaxIndexLength(0)
                .withSqlDbSchemaNameLength(0)
                .withSqlMaxProcedureNameLength(0)
                .withSqlMaxCatalogNameLength(0)
                .withSqlMaxRowSize(0)
                .withSqlMaxStatementLength(0)
                .withSqlMaxStatements(0)
                .withSqlMaxTableNameLength(0)
                .withSqlMaxTablesInSelect(0)
                .withSqlMaxUsernameLength(0);
    }

    private void addFunctions() {
        builder.withSqlKeywords(new String[] {"EXPLAIN", "LIMIT", "OFFSET", "FILTER", "ILIKE"})
                .withSqlNumericFunctions(new String[] {"ABS", "CEILING", "EXP", "FLOOR", "LOG10", "MOD", "POWER", "ROUND", "SIGN",
                    "SQRT", "TRUNCATE"})
                .withSqlStringFunctions(new String[] {"CHAR_LENGTH", "CONCAT", "LCASE", "LEFT", "LENGTH", "LOCATE", "LTRIM",
                    "REPEAT", "REPLACE", "RIGHT", "RTRIM", "SUBSTRING", "UCASE"})
                .withSqlSystemFunctions(new String[] {"IFNULL"})
                .withSqlDatetimeFunctions(new String[] {"CURRENT_DATE", "CURRENT_TIMESTAMP", "EXTRACT", "HOUR", "MINUTE", "MONTH",
                    "NOW", "QUARTER", "SECOND", "TIMESTAMPADD", "TIMESTAMPDIFF", "WEEK", "YEAR"});
    }
}
