package org.narwhaldb.launcher.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;

/// Shows long work: one line rewritten with a bar on a terminal, plain lines elsewhere.
public final class ProgressDisplay {
    private static final int BAR_WIDTH = 30;
    private static final long LINE_INTERVAL_NANOS = 2_000_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private String lastPhase = "";
    private long lastLineNanos;
    private int lastLength;

    public ProgressDisplay(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    public static ProgressDisplay onStandardError() {
        return new ProgressDisplay(System.err, System.console() != null && System.console().isTerminal());
    }

    /// A progress message of an ingest node: phase, file, filesDone, filesTotal, rows, message.
    public void show(JsonNode progress) {
        String phase = progress.path("phase").asText("");
        long done = progress.path("filesDone").asLong();
        long total = progress.path("filesTotal").asLong();
        String text = !progress.path("message").asText("").isEmpty() ? progress.get("message").asText()
                : "%s: %d of %d files, %,d rows".formatted(phase, done, total, progress.path("rows").asLong());
        if (terminal) {
            String bar = total > 0 ? bar((double) done / total) + " " : "";
            String line = bar + text;
            out.print('\r' + line + " ".repeat(Math.max(0, lastLength - line.length())));
            out.flush();
            lastLength = line.length();
        } else if (!phase.equals(lastPhase) || System.nanoTime() - lastLineNanos > LINE_INTERVAL_NANOS) {
            out.println(text);
            lastLineNanos = System.nanoTime();
        }
        lastPhase = phase;
    }

    public void end() {
        if (terminal && lastLength > 0) {
            out.println();
        }
    }

    private static String bar(double share) {
        int full = (int) Math.round(Math.clamp(share, 0, 1) * BAR_WIDTH);
        return "[" + "#".repeat(full) + ".".repeat(BAR_WIDTH - full) + "]";
    }
}
