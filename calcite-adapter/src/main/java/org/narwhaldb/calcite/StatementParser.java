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
        KeywordsAsNames keywords = new KeywordsAsNames(query);
        SqlNode statement = parse(keywords);
        if (!statement.isA(SqlKind.QUERY)) {
            throw UnsupportedSyntax.at(statement.getParserPosition(), "statement [" + statement.getKind()
                    + "]; only queries run here (SELECT, WITH, VALUES, EXPLAIN, SET), tables are written by [narwhal load] or through"
                    + " Iceberg");
        }
        SqlNode restored = statement.accept(new DialectRewrite(keywords));
        WindowSyntax.writeOut(restored);
        UnsupportedSyntax.check(restored);
        return restored;
    }

    /// Tries again as long as it is a keyword that could be a name which stops the parser; what is reported is the first error.
    private static SqlNode parse(KeywordsAsNames keywords) throws SqlParseException {
        SqlParseException first = null;
        while (true) {
            try {
                return SqlParser.create(keywords.text(), SqlSyntax.PARSER).parseStmt();
            } catch (SqlParseException e) {
                first = first == null ? e : first;
                if (!keywords.disguise(e.getPos())) {
                    throw first;
                }
            }
        }
    }
}
