package org.narwhaldb.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.narwhaldb.flight.sql.ControlActions;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.client.ProgressDisplay;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        description = "Takes nodes out of service, without a query noticing.",
        subcommands = {NodeCommand.Drain.class, NodeCommand.Remove.class, CommandLine.HelpCommand.class})
public final class NodeCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing subcommand: drain or remove");
    }

    @Command(
            name = "drain",
            mixinStandardHelpOptions = true,
            description = {"Gives a segment server's shards to others, or an ingest node's tables. Returns when nothing needs the node "
                    + "any more. It gets nothing new, also after a restart, until --undo."})
    static final class Drain implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "The node, as `narwhal status` names it")
        private String node;

        @Option(names = "--undo", description = "Lets the node take shards and tables again")
        private boolean undo;

        @Mixin
        private UrlOption url;

        @Override
        public Integer call() {
            return run(url, ControlActions.NODE_DRAIN, new ObjectMapper().createObjectNode().put("node", node).put("undo", undo));
        }
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = {"Drains a node and has the cluster forget it once its process has been stopped; at once if it is not running. "
                    + "Refused while it is the last server of its tier."})
    static final class Remove implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "The node, as `narwhal status` names it")
        private String node;

        @Mixin
        private UrlOption url;

        @Override
        public Integer call() {
            return run(url, ControlActions.NODE_REMOVE, new ObjectMapper().createObjectNode().put("node", node));
        }
    }

    private static int run(UrlOption url, String action, ObjectNode request) {
        ProgressDisplay display = ProgressDisplay.onStandardError();
        try (NarwhalClient client = url.connect()) {
            JsonNode outcome = client.run(action, request, display::show);
            display.end();
            System.out.println(outcome.path("message").asText());
            return ExitCode.DONE;
        } finally {
            display.end();
        }
    }
}
