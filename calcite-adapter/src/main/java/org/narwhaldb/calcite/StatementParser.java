package org.narwhaldb.calcite;

import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Text to a syntax tree that holds only what can be planned.
final class StatementParser {
    private StatementParser() {}

    static SqlNode parse(String query) throws SqlParseException {
        if (query.isBlank()) {
            throw new NarwhalException(ErrorCode.SYNTAX_ERROR, "Line 1, column 1: the statement is empty");
        }
        SqlNode statement = SqlParser.create(query, SqlSyntax.PARSER).parseStmt();
        if (!statement.isA(SqlKind.QUERY)) {
            throw UnsupportedSyntax.at(statement.getParserPosition(), "statement " + statement.getKind()
                    + "; tables are written by [narwhal load] or through Iceberg");
        }
        UnsupportedSyntax.check(statement);
        return statement.accept(new DialectRewrite());
    }
}
