package org.narwhaldb.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.concurrent.Callable;
import org.narwhaldb.flight.sql.ControlActions;
import org.narwhaldb.launcher.client.NarwhalClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows servers, tables, versions, shards and what is loading. Exit code 1 while a published version is not servable.")
public final class StatusCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print all there is, as JSON")
    private boolean json;

    @Mixin
    private UrlOption url;

    @Override
    public Integer call() throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        JsonNode status;
        try (NarwhalClient client = url.connect()) {
            status = client.run(ControlActions.STATUS, mapper.createObjectNode(), _ -> { });
        }
        if (json) {
            System.out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(status));
        } else {
            print(status);
        }
        for (JsonNode table : status.path("tables")) {
            if (!table.path("version").asText().equals(table.path("publishedVersion").asText())) {
                return ExitCode.FAILED;
            }
        }
        return ExitCode.DONE;
    }

    private static void print(JsonNode status) {
        System.out.printf("Controller: %s%n", status.path("controller").asText("unknown"));
        System.out.println("Servers:");
        for (JsonNode server : status.path("servers")) {
            System.out.printf("  %-15s %s%s%s%n", server.path("role").asText(), server.path("id").asText(),
                    server.path("draining").asBoolean() ? " (draining)" : "", detail(server));
        }
        System.out.println("Tables:");
        for (JsonNode table : status.path("tables")) {
            System.out.printf("  %s: %,d rows, %,d segments, %,.1f MB, %d shards x %d replicas, snapshot %s%n",
                    table.path("table").asText(),
                    table.path("rows").asLong(), table.path("segments").asLong(), table.path("bytes").asLong() / 1e6,
                    table.path("shards").asLong(), table.path("replicas").asLong(), table.path("snapshotId").asText());
            boolean servable = table.path("version").asText().equals(table.path("publishedVersion").asText());
            System.out.printf("    version %s%s%n", table.path("version").asText("none"), servable ? ""
                    : ", published %s, waiting for shards %s".formatted(table.path("publishedVersion").asText(),
                            table.path("missingShards").asText()));
            JsonNode build = table.path("lastBuild");
            if (build.isObject()) {
                System.out.printf("    last build: %d files added, %d removed, %d read, %d delete files read; "
                                + "%d segments built, %d kept; %,d rows in %,d ms%n",
                        build.path("filesAdded").asLong(), build.path("filesRemoved").asLong(), build.path("filesRead").asLong(),
                        build.path("deletesRead").asLong(), build.path("segmentsBuilt").asLong(), build.path("segmentsReused").asLong(),
                        build.path("rowsBuilt").asLong(), build.path("millis").asLong());
            }
        }
    }

    private static String detail(JsonNode server) {
        JsonNode status = server.path("status");
        if (status.hasNonNull("error")) {
            return ": does not answer: " + status.path("error").asText();
        }
        StringBuilder text = new StringBuilder();
        for (String name : new String[] {"segments", "bytes", "loading", "failed"}) {
            JsonNode value = status.path(name);
            if (value.isNumber()) {
                text.append(text.isEmpty() ? ": " : ", ").append("%,d %s".formatted(value.asLong(), name));
            } else if (value.isArray() && !value.isEmpty()) {
                text.append(text.isEmpty() ? ": " : ", ").append("%d %s".formatted(value.size(), name));
            }
        }
        for (JsonNode table : status.path("tables")) {
            if (table.hasNonNull("error")) {
                text.append("%n    %s: %s".formatted(table.path("table").asText(), table.path("error").asText()));
            }
            if (table.hasNonNull("building")) {
                text.append("%n    %s: building %s".formatted(table.path("table").asText(), table.path("building")));
            }
        }
        return text.toString();
    }
}
