package org.narwhaldb.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.narwhaldb.flight.sql.ControlActions;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.client.ProgressDisplay;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = {"Loads files into a table, which is created if it does not exist, in one Iceberg commit.",
            "Formats by extension: .parquet, .csv, .tsv, .json, .jsonl, .ndjson, the text ones also .gz or .zst.",
            "Returns when queries see the rows. Files are read by the server: local paths must be its own."})
public final class LoadCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "[NAMESPACE.]TABLE", description = "The table")
    private String table;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Files or globs, local or s3://")
    private List<String> files;

    @Option(names = "--time-column", paramLabel = "C", description = "Time column of a new table")
    private String timeColumn;

    @Option(names = "--cluster-by", paramLabel = "A,B", split = ",", description = "Columns a new table is clustered by")
    private List<String> clusterBy = List.of();

    @Option(names = "--overwrite", description = "Replace all rows of the table")
    private boolean overwrite;

    @Option(names = "--max-errors", paramLabel = "N", defaultValue = "0", description = "Skip up to N bad rows (default: 0)")
    private long errorsMax;

    @Option(names = "--load-id", paramLabel = "ID", description = "Repeating a load with its id loads nothing twice (default: a new one)")
    private String loadId;

    @Mixin
    private UrlOption url;

    @Override
    public Integer call() {
        ObjectMapper json = new ObjectMapper();
        ObjectNode request = json.createObjectNode().put("table", table).put("overwrite", overwrite).put("maxErrors", errorsMax)
                .put("loadId", loadId == null ? UUID.randomUUID().toString() : loadId);
        ArrayNode paths = request.putArray("files");
        files.forEach(file -> paths.add(absolute(file)));
        if (timeColumn != null) {
            request.put("timeColumn", timeColumn);
        }
        if (!clusterBy.isEmpty()) {
            ArrayNode columns = request.putArray("clusterBy");
            clusterBy.forEach(columns::add);
        }
        long start = System.nanoTime();
        ProgressDisplay display = ProgressDisplay.onStandardError();
        try (NarwhalClient client = url.connect()) {
            JsonNode outcome = client.run(ControlActions.LOAD, request, display::show);
            display.end();
            double seconds = (System.nanoTime() - start) / 1e9;
            if (outcome.path("alreadyLoaded").asBoolean()) {
                System.out.printf("Load [%s] had been done before; nothing was loaded twice%n", outcome.path("loadId").asText());
                return ExitCode.DONE;
            }
            long rows = outcome.path("rows").asLong();
            System.out.printf("Loaded %,d rows from %d files into %s in %.1f s (%,.0f rows/s); version %s, load id %s%n", rows,
                    outcome.path("files").asLong(), outcome.path("table").asText(table), seconds, rows / seconds,
                    outcome.path("version").asText(), outcome.path("loadId").asText());
            reportRejected(outcome);
            return ExitCode.DONE;
        } finally {
            display.end();
        }
    }

    private static void reportRejected(JsonNode outcome) {
        if (outcome.path("rejected").asLong() > 0) {
            System.out.printf("Skipped %,d bad rows; the first:%n", outcome.path("rejected").asLong());
            outcome.path("rejections").forEach(reason -> System.out.println("  " + (reason.isTextual() ? reason.asText() : reason)));
        }
    }

    private static String absolute(String file) {
        return file.matches("[a-z0-9]+:.*") ? file : Path.of("").toAbsolutePath().resolve(file).normalize().toString();
    }
}
