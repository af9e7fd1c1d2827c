package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Whatever Calcite throws, as an error of ours: what is wrong, at which line and column, and the nearest known name.
final class ErrorTranslation {
    private static final Pattern COLUMN = Pattern.compile("Column '(.*?)' not found in (?:any table|table '(.*?)').*", Pattern.DOTALL);
    private static final Pattern TABLE = Pattern.compile("(?:Table|View) '(.*?)' not found.*", Pattern.DOTALL);
    private static final Pattern OBJECT =
            Pattern.compile("Object '(.*?)' not found(?: within '(.*?)')?(?:; did you mean.*)?", Pattern.DOTALL);
    private static final Pattern AMBIGUOUS = Pattern.compile("Column '(.*?)' is ambiguous", Pattern.DOTALL);
    private static final Pattern FUNCTION = Pattern.compile("No match found for function signature (.*?)\\((.*)\\)", Pattern.DOTALL);
    private static final Pattern INVALID_ARGUMENTS = Pattern.compile("Invalid number of arguments to function '(.*?)'.*", Pattern.DOTALL);
    private static final Pattern TYPES = Pattern.compile(
            "(Cannot apply|Cannot compare|Cast function cannot|Type mismatch|Cannot infer|Values passed to|Illegal mixing of types"
                    + "|Column .* matched using NATURAL|WHERE clause must be|HAVING clause must be|.* clause must be a condition"
                    + "|Parameters must be of the same type|Incompatible).*", Pattern.DOTALL);
    private static final int TOKEN_LENGTH_MAX = 60;

    private final String sql;
    private final PlannerCatalog catalog;
    private final SqlPlanner.Session session;

    ErrorTranslation(String sql, PlannerCatalog catalog, SqlPlanner.Session session) {
        this.sql = sql;
        this.catalog = catalog;
        this.session = session;
    }

    NarwhalException translate(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case NarwhalException known -> {
                    return known;
                }
                case SqlParseException parse when !(parse.getCause() instanceof StackOverflowError) -> {
                    return syntaxError(parse);
                }
                case CalciteContextException context -> {
                    return invalid(context);
                }
                case StackOverflowError _ -> {
                    return new NarwhalException(ErrorCode.LIMIT_EXCEEDED, "The statement is nested too deeply to be planned", thrown);
                }
                default -> { }
            }
        }
        String message = thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
        return new NarwhalException(ErrorCode.INTERNAL,
                "Cannot plan the statement [" + abbreviated(sql) + "]: " + firstLine(message) + "; please report this", thrown);
    }

    private NarwhalException syntaxError(SqlParseException parse) {
        SqlParserPos position = parse.getPos() == null ? SqlParserPos.ZERO : parse.getPos();
        String token = token(position);
        String detail = firstLine(String.valueOf(parse.getMessage()));
        String problem;
        if (detail.startsWith("Encountered") && detail.contains("<EOF>") || token.isEmpty()) {
            problem = "the statement ends too early" + (token.isEmpty() ? "" : ", after [" + token + "]");
        } else if (detail.startsWith("Non-query expression")) {
            problem = "syntax error at [" + token + "]; a statement begins with SELECT, WITH, VALUES, EXPLAIN or SET";
        } else if (detail.startsWith("Encountered") || detail.startsWith("Incorrect syntax")) {
            problem = "syntax error at [" + token + "]" + expected(parse);
        } else {
            problem = detail + " at [" + token + "]";
        }
        return new NarwhalException(ErrorCode.SYNTAX_ERROR, at(position) + problem, parse);
    }

    private static String expected(SqlParseException parse) {
        List<String> images = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (int[] sequence : parse.getExpectedTokenSequences() == null ? new int[0][] : parse.getExpectedTokenSequences()) {
            if (sequence.length > 0 && parse.getTokenImages() != null && sequence[0] < parse.getTokenImages().length) {
                seen.add(parse.getTokenImages()[sequence[0]].replace("\"", ""));
            }
        }
        seen.stream().filter(image -> !image.startsWith("<")).limit(8).forEach(images::add);
        return images.isEmpty() || seen.size() > 8 ? "" : "; expected one of " + String.join(" ", images);
    }

    private NarwhalException invalid(CalciteContextException context) {
        SqlParserPos position = new SqlParserPos(Math.max(context.getPosLine(), 1), Math.max(context.getPosColumn(), 1),
                Math.max(context.getEndPosLine(), 1), Math.max(context.getEndPosColumn(), 1));
        Throwable cause = context.getCause() == null ? context : context.getCause();
        if (cause instanceof NarwhalException known) {
            return known;
        }
        String message = String.valueOf(cause.getMessage());
        String where = at(position);
        Matcher column = COLUMN.matcher(message);
        if (column.matches()) {
            String name = column.group(1);
            return new NarwhalException(ErrorCode.COLUMN_NOT_FOUND, where + "column [" + name + "] not found"
                    + (column.group(2) == null ? "" : " in [" + column.group(2) + "]")
                    + Suggestions.phrase(name, columnNames()), context);
        }
        Matcher object = OBJECT.matcher(message);
        if (object.matches()) {
            return objectNotFound(where, object.group(1), position, context);
        }
        Matcher table = TABLE.matcher(message);
        if (table.matches()) {
            return tableNotFound(where, table.group(1), context);
        }
        Matcher ambiguous = AMBIGUOUS.matcher(message);
        if (ambiguous.matches()) {
            return new NarwhalException(ErrorCode.AMBIGUOUS_COLUMN,
                    where + "column [" + ambiguous.group(1) + "] is ambiguous; qualify it with its table", context);
        }
        Matcher function = FUNCTION.matcher(message);
        if (function.matches()) {
            return functionNotFound(where, function.group(1), function.group(2), context);
        }
        if (message.startsWith("Illegal use of dynamic parameter")) {
            return new NarwhalException(ErrorCode.INVALID_QUERY,
                    where + "the type of the parameter [?] cannot be inferred; write CAST(? AS type)", context);
        }
        ErrorCode code = TYPES.matcher(message).matches() || INVALID_ARGUMENTS.matcher(message).matches()
                ? ErrorCode.TYPE_MISMATCH : ErrorCode.INVALID_QUERY;
        return new NarwhalException(code, where + quotesToBrackets(firstLine(message)) + " at [" + token(position) + "]", context);
    }

    private NarwhalException functionNotFound(String where, String name, String arguments, Throwable cause) {
        Set<String> known = NarwhalOperatorTable.INSTANCE.functionNames();
        if (known.contains(name.toUpperCase(java.util.Locale.ROOT))) {
            return new NarwhalException(ErrorCode.TYPE_MISMATCH, where + "function [" + name
                    + "] does not take arguments of types [" + arguments.replaceAll("[<>]", "") + "]", cause);
        }
        return new NarwhalException(ErrorCode.FUNCTION_NOT_FOUND,
                where + "function [" + name + "] not found" + Suggestions.phrase(name, known), cause);
    }

    /// The object may be a schema or a table: `position` covers the whole dotted name.
    private NarwhalException objectNotFound(String where, String name, SqlParserPos position, Throwable cause) {
        String[] parts = token(position).replace("\"", "").split("\\s*\\.\\s*");
        if (parts.length > 1) {
            String schema = parts[parts.length - 2];
            List<String> schemas = catalog.schemas();
            if (schemas.stream().noneMatch(schema::equalsIgnoreCase)) {
                return new NarwhalException(ErrorCode.SCHEMA_NOT_FOUND,
                        where + "schema [" + schema + "] not found" + Suggestions.phrase(schema, schemas), cause);
            }
            String table = parts[parts.length - 1];
            return new NarwhalException(ErrorCode.TABLE_NOT_FOUND, where + "table [" + table + "] not found in schema ["
                    + schema + "]" + Suggestions.phrase(table, tables(schema)), cause);
        }
        return new NarwhalException(ErrorCode.TABLE_NOT_FOUND,
                where + "table [" + name + "] not found" + Suggestions.phrase(name, tables(session.schema())), cause);
    }

    /// `x.y` where x is no table of the FROM clause.
    private NarwhalException tableNotFound(String where, String name, Throwable cause) {
        return new NarwhalException(ErrorCode.TABLE_NOT_FOUND, where + "table [" + name + "] is not in the FROM clause"
                + Suggestions.phrase(name, tables().keySet()), cause);
    }

    private List<String> tables(String schema) {
        return catalog.schemas().stream().filter(schema::equalsIgnoreCase).findFirst().map(catalog::tables).orElse(List.of());
    }

    private Set<String> columnNames() {
        Set<String> names = new LinkedHashSet<>();
        tables().values().forEach(table -> table.columns().stream().map(Field::name).forEach(names::add));
        return names;
    }

    /// Every dotted name of the statement that happens to be a table; by its last part. The text is parsed once more for
    /// this: validation has rewritten its own tree.
    private Map<String, PlannerCatalog.PlannerTable> tables() {
        Map<String, PlannerCatalog.PlannerTable> tables = new LinkedHashMap<>();
        SqlNode statement;
        try {
            statement = StatementParser.parse(sql);
        } catch (SqlParseException | NarwhalException e) {
            return tables;
        }
        statement.accept(new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlIdentifier identifier) {
                List<String> names = identifier.names;
                String schema = names.size() > 1 ? names.get(names.size() - 2) : session.schema();
                if (!names.getLast().isEmpty() && catalog.schemas().stream().anyMatch(schema::equalsIgnoreCase)) {
                    catalog.table(schema, names.getLast()).ifPresent(table -> tables.put(names.getLast(), table));
                }
                return null;
            }
        });
        return tables;
    }

    private static String at(SqlParserPos position) {
        return "Line " + position.getLineNum() + ", column " + position.getColumnNum() + ": ";
    }

    /// The text that `position` spans.
    private String token(SqlParserPos position) {
        String[] lines = sql.split("\n", -1);
        int line = position.getLineNum();
        if (line < 1 || line > lines.length) {
            return "";
        }
        String text = lines[line - 1];
        int start = Math.min(Math.max(position.getColumnNum() - 1, 0), text.length());
        int end = position.getEndLineNum() == line ? Math.min(position.getEndColumnNum(), text.length()) : text.length();
        return abbreviated(text.substring(start, Math.max(start, end)));
    }

    private static String abbreviated(String text) {
        return text.length() <= TOKEN_LENGTH_MAX ? text : text.substring(0, TOKEN_LENGTH_MAX) + "…";
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static String quotesToBrackets(String message) {
        return message.replaceAll("'([^']*)'", "[$1]");
    }
}
