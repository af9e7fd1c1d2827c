package org.narwhaldb.launcher.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jline.reader.Candidate;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.narwhaldb.segment.error.NarwhalException;

/// The interactive shell: a statement ends with a semicolon; history is kept in the user's home; Tab completes keywords, tables
/// and columns.
public final class SqlShell {
    private static final List<String> KEYWORDS = List.of("SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "HAVING", "LIMIT", "OFFSET",
            "JOIN", "LEFT JOIN", "ON", "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS NULL", "COUNT(*)", "SUM(", "AVG(", "MIN(", "MAX(",
            "DISTINCT", "CASE", "WHEN", "THEN", "ELSE", "END", "AS", "WITH", "UNION ALL", "EXPLAIN", "EXPLAIN ANALYZE", "SET",
            "EXTRACT(", "DATE_TRUNC(", "INTERVAL", "TIMESTAMP", "DATE", "CAST(", "EXISTS", "DESC", "ASC");

    private final NarwhalClient client;
    private final String url;
    private final OutputFormat format;
    private final TreeSet<String> names = new TreeSet<>();

    public SqlShell(NarwhalClient client, String url, OutputFormat format) {
        this.client = client;
        this.url = url;
        this.format = format;
    }

    /// Returns the exit code.
    public int run() throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            LineReader reader = LineReaderBuilder.builder().terminal(terminal).parser(statementParser())
                    .completer((_, line, candidates) -> complete(line, candidates))
                    .variable(LineReader.HISTORY_FILE, Path.of(System.getProperty("user.home"), ".narwhal_history"))
                    .variable(LineReader.SECONDARY_PROMPT_PATTERN, "     -> ")
                    .build();
            learnNames();
            terminal.writer().printf("Connected to %s. End a statement with ; and the shell with Ctrl-D or exit.%n", url);
            terminal.flush();
            while (true) {
                String line;
                try {
                    line = reader.readLine("narwhal> ");
                } catch (UserInterruptException e) {
                    continue;
                } catch (EndOfFileException e) {
                    return 0;
                }
                if (line.strip().replace(";", "").matches("(?i)exit|quit|\\\\q")) {
                    return 0;
                }
                for (String sql : SqlSplitter.split(line)) {
                    runOne(terminal, sql);
                }
            }
        }
    }

    private void runOne(Terminal terminal, String sql) throws IOException {
        long start = System.nanoTime();
        try {
            long rows = run(client, sql, format, terminal.output());
            terminal.writer().printf("%,d %s, %,.1f ms%n", rows, rows == 1 ? "row" : "rows", (System.nanoTime() - start) / 1e6);
        } catch (NarwhalException e) {
            terminal.writer().printf("%s [%s]%n", e.getMessage(), e.sqlState());
        }
        terminal.flush();
    }

    /// Runs one statement and prints its rows; returns how many.
    public static long run(NarwhalClient client, String sql, OutputFormat format, OutputStream out) throws IOException {
        if (sql.stripLeading().regionMatches(true, 0, "SET ", 0, 4)) {
            client.update(sql);
            return 0;
        }
        long rows = client.query(sql, format.sink(out));
        out.flush();
        return rows;
    }

    private void learnNames() {
        try {
            client.query("SELECT table_schema, table_name, column_name FROM information_schema.columns", new NarwhalClient.RowSink() {
                @Override
                public void start(VectorSchemaRoot root) {
                    // names come with the rows
                }

                @Override
                public void batch(VectorSchemaRoot root) {
                    for (int row = 0; row < root.getRowCount(); row++) {
                        String schema = ValueText.text(root.getVector(0), row);
                        String table = ValueText.text(root.getVector(1), row);
                        names.add(table);
                        names.add(schema + "." + table);
                        names.add(ValueText.text(root.getVector(2), row));
                    }
                }

                @Override
                public void end() {
                    // nothing to finish
                }
            });
        } catch (NarwhalException e) {
            // the shell works without completion, and the first statement will say what is wrong
        }
    }

    private void complete(ParsedLine line, List<Candidate> candidates) {
        List<String> all = new ArrayList<>(KEYWORDS);
        all.addAll(names);
        for (String name : all) {
            if (name.regionMatches(true, 0, line.word(), 0, line.word().length())) {
                candidates.add(new Candidate(name));
            }
        }
    }

    /// Reads on until a statement is complete.
    private static Parser statementParser() {
        DefaultParser words = new DefaultParser();
        words.setQuoteChars(new char[0]);
        words.setEscapeChars(new char[0]);
        return (text, cursor, context) -> {
            boolean command = text.strip().matches("(?i)exit|quit|\\\\q");
            if (context == Parser.ParseContext.ACCEPT_LINE && !command && !SqlSplitter.isComplete(text)) {
                throw new EOFError(-1, -1, "A statement ends with ;");
            }
            return words.parse(text, cursor, context);
        };
    }
}
