package org.narwhaldb.launcher.warmup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The statements of `warm-up.sql`: separated by semicolons, lines that begin with `--` left out.
final class WarmUpStatements {
    private static final String RESOURCE = "warm-up.sql";

    private WarmUpStatements() {}

    static List<String> all() {
        try (InputStream in = WarmUpStatements.class.getResourceAsStream(RESOURCE)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String statements = String.join("\n", text.lines().filter(line -> !line.startsWith("--")).toList());
            return Arrays.stream(statements.split(";")).map(String::strip).filter(statement -> !statement.isEmpty()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
