package org.narwhaldb.calcite;

import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.babel.SqlBabelParserImpl;
import org.apache.calcite.sql.validate.SqlConformance;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlDelegatingConformance;

/// The dialect: the standard's, with what people type anyway (`!=`, `%`, GROUP BY and ORDER BY by alias or position).
/// Identifiers keep their case; double quotes quote. Calcite's Babel grammar, in which most keywords may be names.
final class SqlSyntax {
    private static final int IDENTIFIER_LENGTH_MAX = 256;

    static final SqlConformance CONFORMANCE = new SqlDelegatingConformance(SqlConformanceEnum.BABEL) {
        @Override
        public boolean isLimitStartCountAllowed() {
            return false;
        }

        @Override
        public boolean isOffsetLimitAllowed() {
            return true;
        }

        @Override
        public boolean isGroupByOrdinal() {
            return true;
        }

        @Override
        public boolean isNonStrictGroupBy() {
            return false;
        }

        @Override
        public SelectAliasLookup isSelectAlias() {
            return SelectAliasLookup.UNSUPPORTED;
        }

        @Override
        public boolean allowNiladicParentheses() {
            return true;
        }

        @Override
        public boolean isFromRequired() {
            return false;
        }
    };

    static final SqlParser.Config PARSER = SqlParser.config()
            .withParserFactory(SqlBabelParserImpl.FACTORY)
            .withQuoting(Quoting.DOUBLE_QUOTE)
            .withUnquotedCasing(Casing.UNCHANGED)
            .withQuotedCasing(Casing.UNCHANGED)
            .withCaseSensitive(false)
            .withIdentifierMaxLength(IDENTIFIER_LENGTH_MAX)
            .withConformance(CONFORMANCE);

    private SqlSyntax() {}
}
