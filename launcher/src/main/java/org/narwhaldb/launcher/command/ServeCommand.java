package org.narwhaldb.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.narwhaldb.flight.sql.ControlActions;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.client.ProgressDisplay;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Starts to serve an Iceberg table that exists in the catalog; from then on its snapshots are followed.")
public final class ServeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "[NAMESPACE.]TABLE", description = "The table")
    private String table;

    @Option(names = "--shards", paramLabel = "N", description = "Shards of its own, a power of two (default: the shared pool)")
    private Integer shards;

    @Option(names = "--replicas", paramLabel = "R", description = "Copies of each shard (default: 2)")
    private Integer replicas;

    @Option(names = "--time-column", paramLabel = "C", description = "Column whose time segments are bucketed by")
    private String timeColumn;

    @Mixin
    private UrlOption url;

    @Override
    public Integer call() {
        ObjectNode request = new ObjectMapper().createObjectNode().put("table", table);
        if (shards != null) {
            request.put("shards", shards);
        }
        if (replicas != null) {
            request.put("replicas", replicas);
        }
        if (timeColumn != null) {
            request.put("timeColumn", timeColumn);
        }
        ProgressDisplay display = ProgressDisplay.onStandardError();
        try (NarwhalClient client = url.connect()) {
            JsonNode outcome = client.run(ControlActions.SERVE, request, display::show);
            display.end();
            System.out.printf("Serving %s, version %s%n", outcome.path("table").asText(table), outcome.path("version").asText());
            return ExitCode.DONE;
        } finally {
            display.end();
        }
    }
}
