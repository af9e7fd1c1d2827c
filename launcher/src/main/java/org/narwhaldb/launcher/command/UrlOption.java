package org.narwhaldb.launcher.command;

import org.narwhaldb.launcher.client.NarwhalClient;
import picocli.CommandLine.Option;

/// `--url`, the same for every command that talks to a running cluster.
final class UrlOption {
    @Option(names = "--url", paramLabel = "URL", defaultValue = NarwhalClient.DEFAULT_URL,
            description = "Front end to talk to (default: ${DEFAULT-VALUE})")
    private String url;

    NarwhalClient connect() {
        return NarwhalClient.connect(url);
    }

    String url() {
        return url;
    }
}
