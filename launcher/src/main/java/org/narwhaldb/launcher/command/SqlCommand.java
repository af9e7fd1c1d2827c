package org.narwhaldb.launcher.command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.client.OutputFormat;
import org.narwhaldb.launcher.client.SqlShell;
import org.narwhaldb.launcher.client.SqlSplitter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "sql",
        mixinStandardHelpOptions = true,
        description = {"Runs SQL: one statement with -e, a script from standard input, or a shell with history and completion."})
public final class SqlCommand implements Callable<Integer> {
    @Option(names = "-e", paramLabel = "SQL", description = "Run this and end; several statements are separated by ;")
    private String statement;

    @Option(names = "--format", defaultValue = "table", description = "table, csv, json or arrow (default: ${DEFAULT-VALUE})")
    private OutputFormat format;

    @Mixin
    private UrlOption url;

    @Override
    public Integer call() throws Exception {
        try (NarwhalClient client = url.connect()) {
            boolean interactive = statement == null && System.console() != null && System.console().isTerminal();
            if (interactive) {
                return new SqlShell(client, url.url(), format).run();
            }
            String script = statement != null ? statement : new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            // System.out would flush and encode by itself; Arrow is binary and answers may be large.
            try (OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16)) {
                for (String sql : SqlSplitter.split(script)) {
                    SqlShell.run(client, sql, format, out);
                }
            }
            return ExitCode.DONE;
        }
    }
}
