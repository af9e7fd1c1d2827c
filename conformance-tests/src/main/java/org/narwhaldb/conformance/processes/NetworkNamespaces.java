package org.narwhaldb.conformance.processes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Each process in a network namespace of its own, behind one bridge, which is also how this JVM reaches them. A link
/// that is cut loses packets without a word to anybody, as a pulled cable does. Linux with iproute2, as root.
///
/// Each run has a bridge and a /24 net of its own, found by trying; the bridge's alias names the process that made it,
/// so that what a killed run has left behind is cleared away by the next.
public final class NetworkNamespaces implements Network {
    private static final int NETS = 250;

    private final int net;
    private final Map<String, Integer> members = new LinkedHashMap<>();

    private NetworkNamespaces(int net) {
        this.net = net;
    }

    /// Empty if this system or this user cannot; the reason is told.
    public static Optional<NetworkNamespaces> open(java.util.function.Consumer<String> reason) {
        if (Commands.attempt("ip", "-V").exitCode() != 0) {
            reason.accept("there is no `ip` command (package iproute2)");
            return Optional.empty();
        }
        clearLeftovers();
        String refused = "no net is free";
        for (int net = 1; net <= NETS; net++) {
            Commands.Result made = Commands.attempt("ip", "link", "add", bridge(net), "type", "bridge");
            if (made.exitCode() == 0) {
                NetworkNamespaces network = new NetworkNamespaces(net);
                try {
                    Commands.run("ip", "link", "set", bridge(net), "alias", "narwhal " + ProcessHandle.current().pid());
                    Commands.run("ip", "address", "add", "10.213.%d.254/24".formatted(net), "dev", bridge(net));
                    Commands.run("ip", "link", "set", bridge(net), "up");
                    network.join("trial");
                    return Optional.of(network);
                } catch (IllegalStateException e) {
                    network.close();
                    refused = e.getMessage();
                    break;
                }
            } else if (!made.printed().contains("File exists")) {
                refused = made.printed();
                break;
            }
        }
        reason.accept(refused);
        return Optional.empty();
    }

    private static void clearLeftovers() {
        for (int net = 1; net <= NETS; net++) {
            if (java.nio.file.Files.exists(java.nio.file.Path.of("/sys/class/net", bridge(net)))) {
                String alias = Commands.attempt("cat", "/sys/class/net/%s/ifalias".formatted(bridge(net))).printed();
                boolean lives = alias.matches("narwhal \\d+")
                        && ProcessHandle.of(Long.parseLong(alias.substring(alias.indexOf(' ') + 1))).isPresent();
                if (!lives) {
                    remove(net, namespaces(net));
                }
            }
        }
    }

    private static List<String> namespaces(int net) {
        List<String> found = new ArrayList<>();
        for (String line : Commands.attempt("ip", "netns", "list").printed().lines().toList()) {
            if (line.startsWith(bridge(net) + "-")) {
                found.add(line.split(" ")[0]);
            }
        }
        return found;
    }

    private static String bridge(int net) {
        return "narw" + net;
    }

    private String namespace(int member) {
        return bridge(net) + "-" + member;
    }

    private String link(int member) {
        return bridge(net) + "v" + member;
    }

    private synchronized int join(String process) {
        Integer known = members.get(process);
        if (known != null) {
            return known;
        }
        int member = members.size() + 1;
        members.put(process, member);
        Commands.run("ip", "netns", "add", namespace(member));
        Commands.run("ip", "link", "add", link(member), "type", "veth", "peer", "name", "eth0", "netns", namespace(member));
        Commands.run("ip", "link", "set", link(member), "master", bridge(net), "up");
        inside(member, "ip", "address", "add", address(member) + "/24", "dev", "eth0");
        inside(member, "ip", "link", "set", "eth0", "up");
        inside(member, "ip", "link", "set", "lo", "up");
        return member;
    }

    private void inside(int member, String... command) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", namespace(member)));
        line.addAll(List.of(command));
        Commands.run(line.toArray(String[]::new));
    }

    private String address(int member) {
        return "10.213.%d.%d".formatted(net, member);
    }

    @Override
    public String host(String process) {
        return address(join(process));
    }

    @Override
    public List<String> placed(String process, List<String> command) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", namespace(join(process))));
        line.addAll(command);
        return line;
    }

    @Override
    public void cut(String process) {
        Commands.run("ip", "link", "set", link(join(process)), "down");
    }

    @Override
    public void mend(String process) {
        Commands.run("ip", "link", "set", link(join(process)), "up");
    }

    @Override
    public String gateway() {
        return "10.213.%d.254".formatted(net);
    }

    @Override
    public String describe() {
        return "network namespaces: a cut member's link is down";
    }

    @Override
    public synchronized void close() {
        remove(net, members.values().stream().map(this::namespace).toList());
        members.clear();
    }

    private static void remove(int net, List<String> namespaces) {
        namespaces.forEach(name -> Commands.attempt("ip", "netns", "delete", name));
        Commands.attempt("ip", "link", "delete", bridge(net));
    }
}
